/** What people state is recorded as they stated it, of when they said it was, and answered so. */
import type { Answer, Call } from '../stage.ts';
import { canonical, type Doc, date, type Records, survivorThen, withOthersOf } from './records.ts';
import { readStatement } from './said.ts';
import { commitMs, toleranceMs } from './windows.ts';

/** A statement that was answered as recorded. */
export interface Stated {
  incidentId: string;
  statement: Doc;
  event: Doc;
  at: number;
}

/** @returns undefined for what was no statement, or not answered as recorded */
export function readStated(call: Call, answer: Answer | undefined, at: number): Stated | undefined {
  const stated = readStatement(call);
  if (!stated || !answer || answer.status >= 300) return undefined;
  const { events: _, incident: __, ...event } = answer.body;
  return { ...stated, event, at };
}

export function checkStated(stated: readonly Stated[], records: Records): string[] {
  return stated.flatMap(({ incidentId, statement, event, at }) => {
    const name = `${statement.type} of ${incidentId}, stated at ${date(at)} and recorded as ${event.id},`;
    const kept = (records.timelines.get(incidentId) ?? []).find((each) => each.id === event.id);
    if (!kept) return [`${name} is not on its timeline.`];
    // What is linked to another is linked to what took that over.
    const to = statement.type === 'linked' ? survivorThen(records, statement.to, kept.recordedAt).id : undefined;
    const found = checkKept(kept.detail.to === to ? { ...statement, to } : statement, kept, at);
    const answered = comparable({
      detail: withOthersOf(incidentId, event.detail),
      occurredAt: event.occurredAt,
      type: event.type,
    });
    // What a link brought is kept for the fold alone.
    const { share: _, ...shown } = kept.detail;
    const is = comparable({ detail: shown, occurredAt: kept.occurredAt, type: kept.type });
    if (answered !== is) found.push(`was answered as ${answered}, and is kept as ${is}`);
    return found.map((what) => `${name} ${what}.`);
  });
}

function checkKept(statement: Doc, kept: Doc, at: number): string[] {
  const { type, occurredAt, evidenceUrl, field, value, ...said } = statement;
  const found: string[] = [];
  if (kept.type !== type) found.push(`is kept as ${kept.type}`);
  if (kept.evidenceUrl !== evidenceUrl) found.push(`is shown by ${kept.evidenceUrl}, and was by ${evidenceUrl}`);
  const when = occurredAt === undefined ? kept.recordedAt : Date.parse(occurredAt);
  if (kept.occurredAt !== when) found.push(`is of ${date(kept.occurredAt)}, and was of ${date(when)}`);
  // A request that was answered only when repeated had recorded it before.
  if (kept.recordedAt > at + commitMs + toleranceMs) found.push(`was recorded ${date(kept.recordedAt)}`);
  if (type === 'corrected') {
    if (!String(kept.detail.field).endsWith(field)) found.push(`corrects ${kept.detail.field}, and was of ${field}`);
    if (comparable(kept.detail.new ?? null) !== comparable(value ?? null))
      found.push(`corrects to ${comparable(kept.detail.new)}, and was to ${comparable(value)}`);
  }
  for (const [name, each] of Object.entries(said)) {
    if (comparable(kept.detail[name]) !== comparable(each))
      found.push(`has ${comparable(kept.detail[name])} as its ${name}, and that was ${comparable(each)}`);
  }
  return found;
}

/** Times are written in one answer as text, and kept as moments. */
const comparable = (value: unknown): string =>
  String(canonical(value)).replace(/"(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))"/g, (_, time) =>
    String(Date.parse(time)),
  );
