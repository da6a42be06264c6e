/** No judgement: what a report is filed as is what table A says, and it is as urgent as table B says. */
import { dayMs, hourMs, minuteMs } from '../calendar.ts';
import type { Stage } from '../stage.ts';
import { isOn } from './groups.ts';
import { type Doc, date, foldUntil, type Records, survivorOf } from './records.ts';
import { takenIn } from './retold.ts';
import type { Said } from './said.ts';
import { commitMs, firstUnexplained, toleranceMs } from './windows.ts';

/** A signal as it is kept, and what its body says. */
export interface Kept {
  doc: Doc;
  said: Said;
}

export interface Judged {
  /** When anything of it was sent. */
  sentAt: readonly number[];
  records: Records;
  stage: Stage;
}

/** @param words all that was kept of the ticket or alert that made the record */
export function checkRules(id: string, incident: Doc, words: readonly Kept[], by: Judged): string[] {
  return [
    ...checkSubject(id, incident, words),
    ...checkArea(id, incident, words),
    ...checkTimes(id, incident, words, by),
    ...checkRoute(id, incident, words, by),
    ...checkCustomers(id, words, by.records),
  ];
}

/** Only an alert on Metronome's own service is about Metronome itself: nobody is updated on it. */
function checkSubject(id: string, { isAboutMetronome }: Doc, words: readonly Kept[]): string[] {
  const isOwn = words.some(({ said }) => said.alert?.service === 'metronome');
  if (isAboutMetronome === isOwn) return [];
  return [`${id} is ${isOwn ? '' : 'not '}about Metronome itself, and is said ${isOwn ? 'not ' : ''}to be.`];
}

/** Of a product's area, as its ticket names it or its alert's service. */
function checkArea(id: string, { origin, receivedAt }: Doc, words: readonly Kept[]): string[] {
  const said = words.find(({ doc }) => doc.receivedAt === receivedAt)?.said;
  const area = said?.alert ? said.alert.service || undefined : said?.area;
  // What a ticket tool's form says of the area is not read here.
  if (!said || (area === undefined && !said.alert) || origin.area?.toLowerCase() === area?.toLowerCase()) return [];
  return [`${id} is of the area ${origin.area}, and its report says ${area}.`];
}

/** What urgency is judged by: the first bytes that were accepted, and what was stated or corrected as the occurrence. */
function checkTimes(id: string, incident: Doc, words: readonly Kept[], { sentAt, records }: Judged): string[] {
  const found: string[] = [];
  const { receivedAt, occurredAt } = incident;
  const events = records.timelines.get(id) ?? [];
  const taken = takenIn(events);
  const correction = events.findLast(
    ({ id: event, type, detail, actor }) =>
      type === 'corrected' && detail.field === 'occurredAt' && actor === 'local' && !taken.has(event),
  );
  const stated = words.flatMap(({ said }) => said.occurredAt ?? []);
  // What a linked ticket's tool sends fills what this one lacks, and stays: as this one is linked in turn,
  // and as the ticket goes home.
  const heard = new Set(events.map(({ detail }) => detail?.signalId));
  for (const { id: signal, occurredAt: told, incidentId } of records.signals) {
    if (told && (heard.has(signal) || isOn(records, incidentId, id))) stated.push(told.at);
  }
  // A linked incident brings what was known of it by then, where that is earlier; what is stated since counts instead.
  const brought: number[] = (incident.links ?? [])
    .filter(({ at }: Doc) => at >= (correction?.recordedAt ?? 0))
    .flatMap(({ incidentId, at }: Doc) => foldUntil(records.timelines.get(incidentId) ?? [], at).occurredAt ?? []);
  const isStated = occurredAt === undefined || [...stated, ...brought].includes(occurredAt);
  if (correction ? Math.min(correction.changes.occurredAt, ...brought) !== occurredAt : !isStated) {
    found.push(`${id} occurred at ${date(occurredAt)}, which nobody stated.`);
  }
  const reclassified = events.find((each) => each.type === 'reclassified')?.recordedAt;
  const isReceipt = sentAt.some((at) => Math.abs(receivedAt - at) <= toleranceMs);
  if (reclassified === undefined ? !isReceipt : reclassified !== receivedAt) {
    found.push(`${id} was received at ${date(receivedAt)}, when nothing of it was sent.`);
  }
  return found;
}

/** Table A for the kinds of report that the world sends. */
function checkRoute(id: string, incident: Doc, words: readonly Kept[], by: Judged): string[] {
  const reports = words.filter(({ said }) => said.what === 'report');
  const first = reports.find(({ doc }) => doc.receivedAt === incident.receivedAt) ?? reports[0];
  const isQuestion = first?.said.isPlainQuestion === true;
  const expected = first?.said.category === 'outside' ? 'outside' : 'incident';
  if (!isQuestion) return incident.kind === expected ? [] : [`${id} should be ${expected}, and is ${incident.kind}.`];
  const { records, stage } = by;
  const { reportedAt, filedAt } = incident;
  const others = [...records.incidents.values()].filter(
    ({ origin, isDrill }) =>
      origin.form &&
      origin.form === incident.origin.form &&
      origin.area === incident.origin.area &&
      isDrill === incident.isDrill,
  );
  const isThird = others.some(({ reportedAt: from }) => {
    const isNear = (at: number): boolean => at >= from && at <= from + hourMs;
    const askers = others.flatMap((each) => (isNear(each.reportedAt) ? [each.reporter?.id] : []));
    return isNear(reportedAt) && new Set(askers).size >= 3;
  });
  const service = first?.said.area?.toLowerCase();
  const alerts = records.signals.filter(
    ({ kind, alert, receivedAt, isDrill }) =>
      kind === 'alert-opened' &&
      isDrill === incident.isDrill &&
      alert.service === service &&
      receivedAt <= reportedAt &&
      reportedAt - receivedAt <= hourMs,
  );
  const answer: string | undefined = incident.answer?.kind;
  const isTrouble = ['setting-changed', 'data-repaired', 'code-ticket'].includes(answer ?? '');
  const events = records.timelines.get(id) ?? [];
  const reclassified = events.find((each) => each.type === 'reclassified');
  const reasons: Record<string, boolean> = {
    'question-third-customer': isThird,
    'third-customer': isThird,
    'question-open-alert': alerts.length > 0,
    'answered-as-trouble': isTrouble,
    unanswered: reclassified?.recordedAt - reportedAt >= 3 * dayMs,
  };
  if (incident.kind === 'incident') {
    const rule: string = reclassified?.detail.rule ?? incident.routing.rule;
    return reasons[rule] ? [] : [`${id} was a question, and became an incident by ${rule}, which does not hold.`];
  }
  if (incident.kind !== 'question') return [`${id} should be a question, and is ${incident.kind}.`];
  const found: string[] = [];
  const still = 'and is still a question';
  if (isTrouble) found.push(`${id} was answered as ${answer}, ${still}.`);
  // As the third asked it belonged to another incident, and the person who undid that link overrides a rule.
  const linkedAt = (at: number): boolean =>
    events.findLast(({ type, recordedAt }) => (type === 'linked' || type === 'unlinked') && recordedAt <= at)?.type ===
    'linked';
  if (isThird && !others.some((each) => linkedAt(each.filedAt))) {
    found.push(`${id} is one of three customers’ within the hour, ${still}.`);
  }
  if (alerts.some((each) => each.filedAt < filedAt - commitMs)) {
    found.push(`${id} was asked while an alert of ${service} was open, ${still}.`);
  }
  const dueAt = reportedAt + 3 * dayMs;
  if (incident.status === 'open' && firstUnexplained(stage, dueAt + 2 * minuteMs) < stage.now()) {
    found.push(`${id} is unanswered since ${date(reportedAt)}, ${still}.`);
  }
  return found;
}

/** Customers that a report names as affected are known to be, and have a contact. */
function checkCustomers(id: string, words: readonly Kept[], records: Records): string[] {
  const survivor = survivorOf(records, id);
  const incident = records.incidents.get(survivor);
  if (incident?.kind !== 'incident' || incident.source !== 'ticket') return [];
  const known = new Set(incident.affectedCustomers.map((each: Doc) => each.id));
  const contacts = records.contacts.get(survivor) ?? [];
  const told = new Set(contacts.flatMap((each) => each.customers.map((one: Doc) => one.id)));
  const named = words.flatMap(({ said }) => (said.what === 'report' ? said.customers : []));
  return [...new Set(named)]
    .filter((each) => !known.has(each) || !told.has(each))
    .map((each) => `${each} was reported as affected in ${id}, and ${survivor} does not wait for them.`);
}
