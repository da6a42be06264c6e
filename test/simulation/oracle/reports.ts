/** Of what came in, nothing is lost and nothing is doubled: each is one signal, on the one record that it belongs to. */
import { hourMs, minuteMs } from '../calendar.ts';
import type { Answer, Call, Stage } from '../stage.ts';
import { type Doc, date, type Records, survivorThen } from './records.ts';
import { checkRules, type Kept } from './rules.ts';
import { rawOf, readBody, readCall, type Said } from './said.ts';
import { commitMs, isExplained, toleranceMs } from './windows.ts';

/** Table L: what a tool sends without an id of its own is known by its content for so long. */
const resendWindowMs = 10 * minuteMs;

/** One sending of one thing. */
export interface Sent {
  said: Said;
  at: number;
  status: number | undefined;
  /** The record that the answer named. */
  record?: { id: string; isNew: boolean };
  /** What somebody has made of an entry of the quarantine: it counts from when that came. */
  mends?: string;
}

export function readSent(call: Call, answer: Answer | undefined, at: number): Sent | undefined {
  const mended = call.kind === 'http' ? /^\/api\/quarantine\/(\w+)\/mend$/.exec(call.path) : undefined;
  const said = mended ? readBody('generic', JSON.parse((call as { body: string }).body).body) : readCall(call);
  if (!said) return undefined;
  const named = answer?.body?.incident ?? answer?.body?.question ?? answer?.body?.outside;
  const record =
    named && (answer?.status ?? 500) < 300 ? { id: named.id, isNew: answer?.body.created === true } : undefined;
  const mends = mended?.[1];
  return { said, at, status: answer?.status, ...(record ? { record } : {}), ...(mends ? { mends } : {}) };
}

/** What was written in a form of Slack is judged where that is. */
const isSent = ({ tool, source }: Doc): boolean => tool !== 'slack' && source !== 'slack' && source !== 'slack-actions';

/** Something durable has it: a 2xx says so, and a 422 of a door that says what is wrong has kept it all the same. */
const isAccepted = ({ said, status = 500 }: Sent): boolean =>
  status < 300 || (status === 422 && said.what === 'unreadable');

const groupBy = <T>(list: readonly T[], keyOf: (each: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const each of list) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
};

/** What is mended counts from when it came: at first, or again since it had been mended before. */
function cameAt({ mends, at }: Sent, observed: readonly Sent[], records: Records): number {
  const entry = records.quarantine.find((each) => each.id === mends);
  if (!entry) return at;
  const before = observed.findLast((each) => each.mends === mends && each.at < at && (each.status ?? 500) < 300);
  const raw = readBody(entry.source, rawOf(entry)).raw;
  const all = observed.filter((each) => each.said.raw === raw && each.at > (before?.at ?? 0) && each.at <= at);
  // The first of them may have been lost on the way.
  const came = all.find((each) => Math.abs(each.at - entry.receivedAt) <= toleranceMs) ?? all[0];
  return came?.at ?? entry.receivedAt;
}

export function checkReports(observed: readonly Sent[], records: Records, stage: Stage): string[] {
  const found: string[] = [];
  const sent = observed.map((each) => ({ ...each, at: cameAt(each, observed, records) }));
  // What a drill has filed came from nobody.
  const signals = records.signals
    .filter((doc) => isSent(doc) && !doc.drill)
    .map((doc): Kept => ({ doc, said: doc.said }));
  const quarantined = records.quarantine
    .filter(isSent)
    .map((doc): Kept => ({ doc, said: readBody(doc.source, rawOf(doc)) }));
  const things = groupBy(sent, (each) => each.said.key);
  const signalsOf = groupBy(signals, (each) => each.said.key);
  const quarantineOf = groupBy(quarantined, (each) => each.said.key);
  for (const [key, sendings] of things) {
    const { said } = sendings[0] as Sent;
    const name = `${said.tool} ${said.what} of ${said.source || said.raw.slice(0, 80)}`;
    const kept = signalsOf.get(key) ?? [];
    const held = quarantineOf.get(key) ?? [];
    const [where, there, elsewhere] =
      said.what === 'unreadable' ? ['in quarantine', held, kept] : ['a signal', kept, held];
    if (said.what === 'nothing') {
      if (kept.length + held.length > 0) found.push(`${name} is of no interest, and was kept.`);
      continue;
    }
    // What an event door could not file for very long is quarantined as it is, and is a person's to replay.
    const isDeadLetter = elsewhere.length === 1 && there.length === 0 && said.what !== 'unreadable';
    if (isDeadLetter && isExplained(stage, sendings[0]?.at ?? 0, stage.now())) continue;
    const isForEver = said.what === 'unreadable' || sendings.some((each) => each.said.isDated);
    const windowMs = isForEver ? Number.POSITIVE_INFINITY : resendWindowMs;
    const times = there.map(({ doc }) => doc.receivedAt as number).sort((a, b) => a - b);
    const isTwice = times.slice(1).some((at, index) => at - (times[index] as number) <= windowMs);
    // When a body arrived is known to the differences of clocks.
    const isKept = ({ at }: Sent): boolean => times.some((each) => Math.abs(each - at) <= windowMs + toleranceMs);
    const isLost = sendings.some((each) => isAccepted(each) && !isKept(each));
    if (isLost || isTwice || elsewhere.length > 0) {
      found.push(
        `${name} was sent ${sendings.length} times, ${sendings.map(({ at }) => date(at)).join(', ')}, answered ${sendings.map((each) => each.status ?? 'nothing').join(', ')}: ` +
          `it should be ${where} once${isForEver ? '' : ' in ten minutes'}, and is there ${times.length} times, ${times.map(date).join(', ')}, and elsewhere ${elsewhere.length} times.`,
      );
    }
    const bytes = new Set(sendings.map((each) => each.said.raw));
    // What was dismissed and comes again is to be looked at again.
    const again = sendings.findLast((each) => isAccepted(each) && each.status !== undefined)?.at ?? 0;
    for (const { doc } of held) {
      if (doc.state === 'dismissed' && again > doc.settledAt + commitMs)
        found.push(`${name} was dismissed ${date(doc.settledAt)}, came again ${date(again)}, and stays dismissed.`);
    }
    for (const { said: stored, doc } of there) {
      if (!bytes.has(stored.raw)) found.push(`The body of ${name} is not kept as it was sent.`);
      if (!sendings.some(({ at }) => Math.abs(doc.receivedAt - at) <= toleranceMs)) {
        found.push(`${name} was received at ${date(doc.receivedAt)}, when it was not sent.`);
      }
    }
  }
  for (const { said, doc } of [...signals, ...quarantined]) {
    if (!things.has(said.key)) found.push(`${doc.id} (${said.tool} ${said.source}) was never sent by anybody.`);
  }
  found.push(...checkAnswers(sent, records), ...checkHomes(signals, records), ...checkStorms(signals, records));
  const own = groupBy(signals, ({ said }) => `${said.tool} ${said.source}`);
  for (const [id, incident] of records.incidents) {
    if (incident.origin.tool === 'import' || incident.origin.tool === 'slack' || incident.drill) continue;
    const words = own.get(`${incident.origin.tool} ${incident.origin.id}`) ?? [];
    if (words.length === 0) {
      found.push(`${id} is about ${incident.origin.tool} ${incident.origin.id}, of which there is no signal.`);
      continue;
    }
    const sentAt = words.flatMap(({ said }) => things.get(said.key) ?? []).map((each) => each.at);
    found.push(...checkRules(id, incident, words, { sentAt, records, stage }));
  }
  return found;
}

/** A record that an answer named is there for ever, is about what was sent, and was answered as new to its sender. */
function checkAnswers(sent: readonly Sent[], records: Records): string[] {
  const found: string[] = [];
  for (const { said, record, at } of sent) {
    if (!record) continue;
    const origin = records.incidents.get(record.id)?.origin;
    if (!origin) found.push(`${record.id} was answered at ${date(at)} for ${said.source}, and is not there.`);
    else if (record.isNew && (origin.tool !== said.tool || origin.id !== said.source)) {
      found.push(`${record.id} was made for ${said.source}, and is about ${origin.id}.`);
    }
  }
  const sources = groupBy(sent, ({ said }) => `${said.tool} ${said.source}`);
  for (const [id, { origin }] of records.incidents) {
    const sendings = sources.get(`${origin.tool} ${origin.id}`) ?? [];
    // Where an answer was lost, or only promised, or by Pub/Sub nobody gets one, that may have been the one.
    const isCertain = sendings.every((each) => each.record !== undefined);
    if (isCertain && sendings.length > 0 && !sendings.some((each) => each.record?.isNew)) {
      found.push(`${id} was made, and each of the ${sendings.length} who sent it was told that it had been there.`);
    }
  }
  return found;
}

/** One incident a ticket, however often it is reported, and each of its signals on it. */
function checkHomes(signals: readonly Kept[], records: Records): string[] {
  const found: string[] = [];
  const made = groupBy([...records.incidents.values()], ({ origin }) => `${origin.tool} ${origin.id}`);
  for (const [source, words] of groupBy(signals, ({ said }) => `${said.tool} ${said.source}`)) {
    const incidents = (made.get(source) ?? []).toSorted((a, b) => a.filedAt - b.filedAt);
    const isAlert = words[0]?.said.alert !== undefined;
    if (isAlert) {
      found.push(...checkAlertHomes(source, words, incidents, records));
      continue;
    }
    // The end of a ticket that nobody knew begins nothing.
    const least = words.every(({ said }) => said.what === 'end') ? 0 : 1;
    if (incidents.length > 1 || incidents.length < least) {
      const ids = incidents.map((each) => each.id).join(', ') || 'none';
      found.push(`${source} should have made one record with its ${words.length} signals, and made ${ids}.`);
    }
    const expected = incidents[0]?.id;
    for (const { doc } of words) {
      if (expected !== undefined && doc.incidentId !== expected)
        found.push(`${doc.id} of ${source} should be on ${expected}, and is on ${doc.incidentId}.`);
    }
  }
  return found;
}

/** An alert stays on its incident, or its storm's, until it is told an hour or more after the recovery. */
function checkAlertHomes(
  source: string,
  words: readonly Kept[],
  incidents: readonly Doc[],
  records: Records,
): string[] {
  const found: string[] = [];
  const told = words.toSorted((a, b) => a.doc.filedAt - b.doc.filedAt);
  let home: string | undefined;
  for (const { doc } of told) {
    const { filedAt, incidentId } = doc;
    const begun = incidents.findLast((each) => each.filedAt <= filedAt);
    const expected = begun && begun.filedAt === filedAt ? begun.id : (home ?? incidentId);
    if (incidentId !== expected)
      found.push(`${doc.id} of ${source} should be on ${expected}, and is on ${incidentId}.`);
    if (home !== undefined && incidentId !== home) {
      const before = survivorThen(records, home, filedAt - 1);
      const isLongOver = before.status === 'recovered' && filedAt - before.recoveredAt >= hourMs - commitMs;
      if (!isLongOver) found.push(`${source} made ${incidentId} at ${date(filedAt)}, and ${home} was not long over.`);
    }
    home = incidentId;
  }
  return found;
}

/**
 * A storm is one incident: alerts of a policy and project join the last one's incident while that is open, or
 * recovered less than 60 minutes ago, and its last alert opened at most 60 minutes ago.
 */
function checkStorms(signals: readonly Kept[], records: Records): string[] {
  const found: string[] = [];
  const alerts = signals.filter(({ said }) => said.alert !== undefined).sort((a, b) => a.doc.filedAt - b.doc.filedAt);
  for (const [policy, words] of groupBy(alerts, ({ said }) => `${said.alert?.project} ${said.alert?.policy}`)) {
    const firsts = [...groupBy(words, ({ said }) => said.source).values()].flatMap(([first]) => first ?? []);
    for (const [index, { said, doc }] of firsts.entries()) {
      // Of those that are filed at the same moment, either may be first.
      const last = firsts.slice(0, index).findLast((each) => each.doc.filedAt < doc.filedAt - commitMs);
      if (!last || last.said.what === 'closed') continue;
      const silenceMs = doc.receivedAt - last.doc.receivedAt;
      const storms = [-commitMs, commitMs].map((offset) =>
        survivorThen(records, last.doc.incidentId, doc.filedAt + offset),
      );
      const isNew = records.incidents.get(doc.incidentId)?.origin.id === said.source;
      const isFresh = ({ status, recoveredAt }: Doc): boolean =>
        status === 'open' || (status === 'recovered' && doc.filedAt - recoveredAt < hourMs - commitMs);
      if (isNew && silenceMs <= hourMs && storms.every(isFresh)) {
        found.push(
          `${said.source} came ${silenceMs / minuteMs} min after another of ${policy}, and is not in its storm.`,
        );
      }
      const isOver = ({ status, recoveredAt }: Doc): boolean =>
        status === 'recovered' && doc.filedAt - recoveredAt > hourMs + commitMs;
      const joined = survivorThen(records, doc.incidentId, doc.filedAt);
      const others = firsts.filter(
        (each) => each !== firsts[index] && survivorThen(records, each.doc.incidentId, doc.filedAt).id === joined.id,
      );
      const isSilent = others.every((each) => Math.abs(doc.receivedAt - each.doc.receivedAt) > hourMs);
      const isSame = storms.every((each) => each.id === joined.id);
      if (!isNew && isSame && (isSilent || storms.every(isOver))) {
        found.push(
          `${said.source} joined the storm of ${policy} ${silenceMs / minuteMs} min after its last, when it was over.`,
        );
      }
    }
  }
  return found;
}
