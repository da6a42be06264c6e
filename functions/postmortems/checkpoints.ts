/** Checkpoints (`docs/reference/rules/f-checkpoints.md`): what the review looks at instead of people. Pure. */
import type { PastSlot } from '../incidents/clocks/outcome.ts';
import { contradictionsOf } from '../incidents/facts/missing.ts';
import { isFinished, type ReleaseFacts } from '../incidents/facts/release-facts.ts';
import type { Incident } from '../incidents/incident.ts';
import { isUrgentRhythm, scopeSlot } from '../incidents/rhythm/cadence.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { checkpointNames } from '../incidents/views/exported.ts';
import { given } from '../platform/defined.ts';
import { milliseconds, type Policy } from '../policy.ts';
import type { checkpointTexts } from '../words/texts/postmortem.ts';

export type CheckpointId = keyof typeof checkpointNames;
export const checkpointIds = Object.keys(checkpointNames) as CheckpointId[];
/** How many customers with unmet deadlines are named; their total is beside them. */
const mostNamed = 200;

/** `no-data` is never a pass. */
export type CheckpointResult = 'pass' | 'fail' | 'not-applicable' | 'no-data';

/** Reasons have one sentence each; two of them need another one for certain facts. */
export type CheckpointReason = Exclude<keyof typeof checkpointTexts, 'slots-met-late' | 'not-reminded-once'>;

export interface Checkpoint {
  id: CheckpointId;
  heading: 'prevention' | 'response';
  result: CheckpointResult;
  /** Why; the renderings say it in words. */
  reason: CheckpointReason;
  facts: Record<string, string | number | string[] | null>;
  evidence: string[];
}

/** An update slot that did not simply go well. */
export interface UnmetSlot extends Pick<PastSlot, 'dueAt' | 'outcome' | 'updatedAt'> {
  /** The recipients, by name if known. */
  customer: string;
}

export const unmetSlotsOf = (contacts: readonly Contact[], called: (contact: Contact) => string): UnmetSlot[] =>
  contacts.flatMap((contact) =>
    contact.pastSlots
      .filter(({ outcome }) => outcome !== 'met')
      .map((slot) => ({ customer: called(contact), ...given(slot, ['dueAt', 'outcome', 'updatedAt']) })),
  );

export interface CheckpointFacts {
  incident: Incident;
  /** The causing release's build, where it is known. */
  release?: ReleaseFacts | undefined;
  /** Late, missed and not-reminded slots; how many were met is in the incident. */
  slots: UnmetSlot[];
}

/**
 * All checkpoints of an incident, in the order of the table. A linked incident has none, since its primary has them; nor has
 * an imported one, whose facts nobody recorded.
 * @param now decides only whether a response that never came is past its limit
 */
export function judgeCheckpoints(facts: CheckpointFacts, policy: Policy, now: Date): Checkpoint[] {
  if (facts.incident.status === 'linked' || facts.incident.origin.tool === 'import') return [];
  return [
    judgeReleaseFlow(facts, policy),
    judgeTests(facts, policy),
    judgeFirstResponse(facts.incident, policy, now),
    judgeScope(facts.incident),
    judgeRhythm(facts, policy, now),
  ];
}

type Judge = (build: ReleaseFacts, decide: Decide) => Checkpoint;

function releaseCheckpoint(id: 'release-flow' | 'tests-run', { incident, release }: CheckpointFacts, judge: Judge) {
  const releaseId = incident.cause?.releaseId;
  const evidence = release?.url ? [release.url] : [];
  const decide = deciding({ id, heading: 'prevention', evidence, facts: { releaseId: releaseId ?? null } });
  if (releaseId === 'none') return decide('not-applicable', 'release-ruled-out');
  if (releaseId === undefined) return decide('no-data', 'cause-without-release');
  if (!release) return decide('no-data', 'build-unknown');
  return judge(release, decide);
}

type Decide = (result: CheckpointResult, reason: CheckpointReason, more?: Checkpoint['facts']) => Checkpoint;

const deciding =
  ({ id, heading, facts, evidence }: Omit<Checkpoint, 'result' | 'reason'>): Decide =>
  (result, reason, more = {}) => ({ id, heading, result, reason, facts: { ...facts, ...more }, evidence });

/** Expected trigger, expected branch, SUCCESS. A build that somebody started by hand has no trigger. */
const judgeReleaseFlow = (facts: CheckpointFacts, policy: Policy): Checkpoint =>
  releaseCheckpoint('release-flow', facts, (build, decide) => {
    if (build.status === undefined || !isFinished(build.status)) return decide('no-data', 'build-unfinished');
    const { triggers, branches } = policy.review.release;
    const isOneOf = (name: string | undefined, expected: readonly string[]): boolean =>
      name !== undefined && (expected.includes('*') || expected.includes(name));
    const wrong = [
      ...(isOneOf(build.trigger, triggers) ? [] : ['trigger']),
      ...(isOneOf(build.branch, branches) ? [] : ['branch']),
      ...(build.status === 'SUCCESS' ? [] : ['status']),
    ];
    const found = { trigger: build.trigger ?? null, branch: build.branch ?? null, status: build.status };
    return wrong.length === 0
      ? decide('pass', 'standard-flow', found)
      : decide('fail', 'not-standard-flow', { ...found, wrong });
  });

/** A test step that ended in SUCCESS and may not fail silently; several must all have done so. */
const judgeTests = (facts: CheckpointFacts, policy: Policy): Checkpoint =>
  releaseCheckpoint('tests-run', facts, (build, decide) => {
    const isTest = new RegExp(`(?:^|[^a-z])${RegExp.escape(policy.review.release.testStep)}s?(?:$|[^a-z])`, 'i');
    const tests = build.steps.filter((step) => isTest.test(step.name));
    const steps = tests.map((step) => step.name);
    if (build.status !== undefined && !isFinished(build.status)) return decide('no-data', 'build-unfinished');
    if (tests.length === 0) return decide('fail', 'no-test-step', { steps: build.steps.map((step) => step.name) });
    if (tests.some((step) => step.mayFail)) return decide('fail', 'test-step-may-fail', { steps });
    if (tests.some((step) => step.status !== 'SUCCESS')) return decide('fail', 'test-step-failed', { steps });
    return decide('pass', 'tests-succeeded', { steps });
  });

/** A time that is impossible judges nothing. */
const contradicts = (incident: Incident, field: 'firstResponseAt' | 'recoveredAt'): boolean =>
  contradictionsOf(incident).some((each) => each.field === field);

/** Checkpoints about what was done on the day; the incident's first ticket is the evidence. */
const responded = (id: CheckpointId, { ticketUrls }: Incident, facts: Checkpoint['facts']): Decide =>
  deciding({ id, heading: 'response', facts, evidence: ticketUrls.slice(0, 1) });

/** The first human event or the agent's public reply, from the first report. */
function judgeFirstResponse(incident: Incident, policy: Policy, now: Date): Checkpoint {
  const { urgent, calm } = policy.review.firstResponse;
  const limitMs = milliseconds(isUrgentRhythm(incident) ? urgent : calm);
  const decide = responded('first-response', incident, {
    reportedAt: incident.reportedAt.toISOString(),
    firstResponseAt: incident.firstResponseAt?.toISOString() ?? null,
    minutes: null,
    limitMinutes: limitMs / 60_000,
  });
  if (contradicts(incident, 'firstResponseAt')) return decide('no-data', 'contradiction');
  if (incident.firstResponseAt) {
    // A response before the first report counts as immediate.
    const elapsedMs = Math.max(0, incident.firstResponseAt.getTime() - incident.reportedAt.getTime());
    const minutes = Math.round(elapsedMs / 600) / 100;
    return elapsedMs <= limitMs ? decide('pass', 'in-time', { minutes }) : decide('fail', 'too-late', { minutes });
  }
  return now.getTime() - incident.reportedAt.getTime() > limitMs
    ? decide('fail', 'no-response')
    : decide('no-data', 'still-in-time');
}

/** Count, method and evidence; what lacks is a fail once the business works again, and no data before. */
function judgeScope(incident: Incident): Checkpoint {
  const { affectedCustomerCount, scopeMethod, scopeEvidenceUrl } = incident.impact;
  const lacks = [
    ...(affectedCustomerCount === undefined ? ['affectedCustomerCount'] : []),
    ...(scopeMethod ? [] : ['scopeMethod']),
    ...(scopeEvidenceUrl ? [] : ['scopeEvidenceUrl']),
  ];
  const facts = { affectedCustomerCount: affectedCustomerCount ?? null, scopeMethod: scopeMethod ?? null, lacks };
  const decide = responded('scope-confirmed', incident, facts);
  const decided =
    lacks.length === 0
      ? decide('pass', 'scope-recorded')
      : decide(incident.recoveredAt === undefined ? 'no-data' : 'fail', 'scope-incomplete');
  return { ...decided, evidence: scopeEvidenceUrl ? [scopeEvidenceUrl] : [] };
}

/** A slot that Metronome missed counts against Metronome. Customers who were not recorded had no slots. */
function judgeRhythm({ incident, slots }: CheckpointFacts, policy: Policy, now: Date): Checkpoint {
  const { met, late, missed, notReminded } = incident.slots;
  const customersWith = (outcome: UnmetSlot['outcome']): string[] => {
    const found = slots.filter((slot) => slot.outcome === outcome).map((slot) => slot.customer);
    return [...new Set(found)].sort().slice(0, mostNamed);
  };
  const helped = slots.filter((slot) => slot.outcome === 'not-reminded' && slot.updatedAt !== undefined).length;
  const unhelped = notReminded - Math.min(helped, notReminded);
  const decide = responded('customers-updated', incident, {
    met,
    late,
    missed,
    notReminded,
    lateFor: customersWith('late'),
    missedFor: customersWith('missed'),
    notRemindedFor: customersWith('not-reminded'),
  });
  if (contradicts(incident, 'recoveredAt')) return decide('no-data', 'contradiction');
  if (met + late + missed + notReminded === 0)
    return isScopeOverdue(incident, policy, now) ? decide('fail', 'scope-unknown') : decide('no-data', 'no-slots');
  if (missed > 0) return decide('fail', 'slots-missed');
  return unhelped > 0 ? decide('fail', 'not-reminded') : decide('pass', 'slots-met');
}

/** Whether nobody had said who is affected when the first update was due. */
function isScopeOverdue(incident: Incident, policy: Policy, now: Date): boolean {
  // A snooze postpones the question and excuses nothing.
  const { status, recoveredAt, reporter, scopeSnoozedUntil: _, ...asked } = incident;
  if (status === 'not-occurring' || reporter || asked.impact.affectedCustomerCount !== undefined) return false;
  const due = scopeSlot({ ...asked, status: 'open' }, 0, null, policy)?.dueAt;
  return due !== undefined && due < (recoveredAt ?? now);
}
