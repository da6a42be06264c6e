/**
 * What a bundle says beside the figures of an incident: what it quotes of the record, why each checkpoint ended as it did and
 * by what, whose slots went wrong, and of an emergency how long it lasted and who took its roles when.
 */
import { canonical, type Doc, date, type Records, unmetSlots } from './records.ts';

/** What is missing, in the words of the record. */
const lacking: Record<string, string> = {
  occurredAt: 'Nobody has said when it occurred.',
  ongoing: 'Nobody has said whether it still goes on.',
  'impact.businessImpact': 'Nobody has said what it does to the business.',
  'impact.affectedCustomerCount': 'Nobody has counted who is affected.',
  'impact.scopeMethod': 'Nobody has said how the scope was confirmed.',
  'impact.scopeEvidenceUrl': 'No evidence of the scope is linked.',
  'impact.recurrenceRisk': 'Nobody has said whether it could recur.',
  firstResponseAt: 'Nobody has responded yet.',
  verifiedAt: 'Nobody has confirmed that it is happening.',
  mitigation: 'Nobody has said what helped the customer.',
  recoveredAt: 'Nobody has recorded that the affected customers can work again.',
  cause: 'The cause is not known.',
  permanentFix: 'No permanent fix is stated.',
  prevention: 'No prevention is stated.',
};

type Facts = [what: string, is: unknown, expected: unknown][];

/**
 * @param state the incident as it was as the bundle was made
 * @param events what had been recorded of it by then
 */
export function checkDetails(entry: Doc, state: Doc, events: readonly Doc[], records: Records): string[] {
  const facts = [
    ...quotedOf(entry, state),
    ...(entry.checkpoints.length > 0 ? pointsOf(entry, state, events, records) : []),
    ...slotsOf(entry, events, records),
    ...(entry.emergency && state.emergency ? emergencyOf(entry.emergency, state) : []),
    ...entry.missing.map(({ field, why }: Doc): Facts[number] => [
      `what is said of ${field}`,
      why,
      lacking[field] ?? why,
    ]),
  ];
  return facts
    .filter(([, is, expected]) => canonical(is ?? null) !== canonical(expected ?? null))
    .map(
      ([what, is, expected]) =>
        `says of ${entry.id} that ${what} is ${canonical(is)}, and it was ${canonical(expected)}`,
    );
}

const time = (at: number | undefined | null): string | null => (at === undefined || at === null ? null : date(at));

function quotedOf(entry: Doc, state: Doc): Facts {
  const { impact, cause, mitigation, score, urgency } = entry;
  const { reference, confirmed } = state.score;
  return [
    ['its recurrence', impact.recurrenceRisk, state.impact.recurrenceRisk],
    ['where its scope is seen', impact.scopeEvidenceUrl, state.impact.scopeEvidenceUrl],
    ['its cause', cause, state.cause],
    ['what helped', mitigation?.summary, state.mitigation?.summary],
    ['its description', entry.description, state.description],
    ['its address', entry.url, state.origin.url],
    ['its tickets', entry.ticketUrls, state.ticketUrls],
    ['its urgency', [urgency.level, urgency.rule], [state.urgency.level, state.urgency.rule]],
    ['its reference score', score.reference, reference],
    ['its confirmed score', score.confirmed, confirmed],
    ['its status', entry.status, state.status],
    ['whether it goes on', entry.ongoing, state.ongoing],
    ['its recovery', entry.recoveredAt, time(state.recoveredAt)],
    ['its first response', entry.firstResponseAt, time(state.firstResponseAt)],
  ];
}

/** By what each ended as it did. */
const reasons: Record<string, Record<string, readonly string[]>> = {
  'release-flow': { 'not-applicable': ['release-ruled-out'], 'no-data': ['cause-without-release'] },
  'tests-run': { 'not-applicable': ['release-ruled-out'], 'no-data': ['cause-without-release'] },
  'first-response': { pass: ['in-time'], fail: ['too-late', 'no-response'] },
  'scope-confirmed': { pass: ['scope-recorded'], fail: ['scope-incomplete'], 'no-data': ['scope-incomplete'] },
  'customers-updated': {
    pass: ['slots-met'],
    fail: ['slots-missed', 'not-reminded', 'scope-unknown'],
    'no-data': ['no-slots'],
  },
};

function pointsOf(
  { checkpoints, rhythm, isOccurredAtApproximate }: Doc,
  state: Doc,
  events: readonly Doc[],
  records: Records,
): Facts {
  const of = (id: string): Doc => checkpoints.find((each: Doc) => each.id === id) ?? { facts: {}, evidence: [] };
  const { impact, cause, recoveredAt, occurredAt } = state;
  const [response, scope, updated] = ['first-response', 'scope-confirmed', 'customers-updated'].map(of) as [
    Doc,
    Doc,
    Doc,
  ];
  const found: Facts = [];
  for (const { id, result, reason, heading } of checkpoints) {
    const known = reasons[id]?.[result];
    // Times that contradict each other are a reason of their own.
    const isReversed = recoveredAt < occurredAt || state.firstResponseAt < occurredAt || isOccurredAtApproximate;
    if (known && !isReversed && !known.includes(reason)) found.push([`why ${id} is ${result}`, reason, known]);
    const isBefore = id === 'release-flow' || id === 'tests-run';
    found.push([`the part of ${id}`, heading, isBefore ? 'prevention' : 'response']);
  }
  for (const id of ['release-flow', 'tests-run'])
    found.push([`the release of ${id}`, of(id).facts.releaseId, cause?.releaseId]);
  found.push(
    ['the report that was responded to', response.facts.reportedAt, time(state.reportedAt)],
    ['the response that is judged', response.facts.firstResponseAt, time(state.firstResponseAt)],
    [
      'whether somebody responded',
      response.reason === 'no-response',
      response.result === 'fail' && state.firstResponseAt === undefined,
    ],
    ['whom the scope counts', scope.facts.affectedCustomerCount, impact.affectedCustomerCount],
    ['how the scope was found out', scope.facts.scopeMethod, impact.scopeMethod],
    [
      'what the scope lacks',
      scope.facts.lacks,
      ['affectedCustomerCount', 'scopeMethod', 'scopeEvidenceUrl'].filter((name) => impact[name] === undefined),
    ],
    ['what shows the scope', scope.evidence, impact.scopeEvidenceUrl ? [impact.scopeEvidenceUrl] : []],
  );
  const unmet = unmetIn(events, records, state.id);
  for (const [name, outcome] of [
    ['late', 'late'],
    ['missed', 'missed'],
    ['notReminded', 'not-reminded'],
  ] as const) {
    found.push([`how many slots were ${outcome}`, updated.facts[name], rhythm[name]]);
    const whose = new Set(unmet?.flatMap((each) => (each.outcome === outcome ? [each.customer] : [])));
    if (unmet) found.push([`whose slots were ${outcome}`, updated.facts[`${name}For`], [...whose].sort()]);
  }
  found.push(['how many slots were met', updated.facts.met, rhythm.met]);
  return found;
}

/** Each slot that did not simply go well, and whose it was. @returns undefined where contacts have come or gone since */
function unmetIn(events: readonly Doc[], records: Records, id: string): Doc[] | undefined {
  const isMoved = events.some(({ type }) =>
    ['linked', 'unlinked', 'retracted', 'withdrawn', 'corrected'].includes(type),
  );
  const contacts = new Map((records.contacts.get(id) ?? []).map((each) => [each.id, each]));
  const unmet = unmetSlots(events);
  if (isMoved || unmet.some((each) => contacts.get(each.contactId)?.customers.length > 1)) return undefined;
  return unmet.map((each) => {
    const contact = contacts.get(each.contactId);
    const [customer] = contact?.customers ?? [];
    return { ...each, customer: contact?.isTheOthers ? 'others' : (customer?.name ?? customer?.id) };
  });
}

function slotsOf({ rhythm }: Doc, events: readonly Doc[], records: Records): Facts {
  const id: string = events[0]?.changes.id;
  const unmet = unmetIn(events, records, id);
  if (!unmet || unmet.length >= 100) return [];
  const written = (each: Doc): string => `${each.customer} ${each.dueAt} ${each.outcome} ${each.updatedAt}`;
  const expected = unmet.map((each) =>
    written({ ...each, dueAt: date(each.dueAt), updatedAt: time(each.updatedAt) ?? undefined }),
  );
  return [['whose slots did not go well', rhythm.slots.map(written).sort(), expected.sort()]];
}

/** A holder from before took no time. */
const minutesBetween = (from: number, to: number): number => Math.max(0, Math.round((to - from) / 600) / 100);

function emergencyOf(entry: Doc, { emergency, roles = {} }: Doc): Facts {
  const { rule, since, endedAt, inputs } = emergency;
  const customers = inputs.reports
    ? new Set(inputs.reports.map((each: Doc) => each.customerId)).size
    : inputs.affectedCustomerCount;
  const found: Facts = [
    ['the rule of its emergency', entry.rule, rule],
    ['whom its emergency counts', entry.customers, customers],
    ['where its emergency is', entry.area, inputs.area],
    ['when its emergency began', entry.since, time(since)],
    ['when its emergency ended', entry.endedAt, time(endedAt)],
    ['how long its emergency was', entry.minutes.minutes, endedAt ? minutesBetween(since, endedAt) : undefined],
  ];
  for (const role of ['lead', 'customers', 'record']) {
    const is = entry.roles.find((each: Doc) => each.role === role);
    const at: number | undefined = roles[role]?.at;
    found.push([
      `when somebody took ${role}`,
      [is?.takenAt, is?.minutes],
      [time(at), at === undefined ? null : minutesBetween(since, at)],
    ]);
  }
  return found;
}

/** Of each of its emergencies a bundle says at its head what its entry says. */
export function checkListed({ id, entries, emergencies = [] }: Doc): string[] {
  return emergencies.flatMap(({ incidentId, title, checkpoints, ...emergency }: Doc) => {
    const entry = entries.find((each: Doc) => each.id === incidentId);
    const results = entry?.checkpoints.map((each: Doc) => ({ id: each.id, result: each.result }));
    const said = canonical({ title, emergency, checkpoints });
    const expected = canonical({ title: entry?.title, emergency: entry?.emergency, checkpoints: results });
    return said === expected
      ? []
      : [`${id} says of the emergency ${incidentId} ${said}, and its entry says ${expected}.`];
  });
}
