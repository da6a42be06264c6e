/** Past incidents from a table (Notion's export among them): what a row means, or why it is rejected. */
import * as z from 'zod';
import { sayBefore } from '../../functions/incidents/facts/missing.ts';
import {
  type CauseCategory,
  causeCategories,
  codeOf,
  type Incident,
  optional,
} from '../../functions/incidents/incident.ts';
import { scoreImpact } from '../../functions/incidents/signals/score.ts';
import type { BusinessImpact, Source } from '../../functions/incidents/signals/signal.ts';
import { readTime } from '../../functions/incidents/signals/times.ts';
import { judgeUrgency } from '../../functions/incidents/signals/urgency.ts';
import { nameLine } from '../../functions/platform/one-line.ts';
import type { Policy } from '../../functions/policy.ts';
import type { TableRow } from '../read-table.ts';

export const importFields = [
  'id',
  'title',
  'kind',
  'source',
  'filedAt',
  'reportedAt',
  'occurredAt',
  'firstResponseAt',
  'mitigatedAt',
  'recoveredAt',
  'businessImpact',
  'affectedCustomerCount',
  'causeCategory',
  'causeSummary',
  'permanentFix',
  'prevention',
  'ticketUrl',
  'responders',
  'form',
  'channel',
  'isDrill',
] as const;
type ImportField = (typeof importFields)[number];

const fieldMap = <T extends z.ZodType>(value: T) => z.partialRecord(z.enum(importFields), value);

/** Which column is which field, what its values are called, and what holds for every row. */
export const importMapSchema = z.strictObject({
  columns: fieldMap(z.string().min(1)),
  values: fieldMap(z.record(z.string(), z.string())).optional(),
  constants: fieldMap(z.string()).optional(),
});
export type ImportMap = z.infer<typeof importMapSchema>;

export interface Rejection {
  /** Line numbers as in an editor: the header is line 1. */
  line: number;
  errors: { path: string; message: string }[];
}

export interface Understood {
  incidents: Incident[];
  rejected: Rejection[];
  /** Columns of the map that the table does not have, and the table's that the map leaves out. */
  unknownColumns: string[];
  unusedColumns: string[];
}

/**
 * @param before rows filed at or after this are rejected: a week that is not over files its incidents itself
 * @param incidentId the id of the incident that a row of this name makes
 */
export function understandRows(
  header: readonly string[],
  rows: readonly TableRow[],
  map: ImportMap,
  by: { policy: Policy; before: Date; now: Date; incidentId: (sourceId: string) => string },
): Understood {
  const incidents: Incident[] = [];
  const rejected: Rejection[] = [];
  const lines = new Map<string, number>();
  for (const row of rows) {
    const result = understandRow(row.cells, map, by);
    if (!('incident' in result)) {
      rejected.push({ line: row.line, errors: result.errors });
      continue;
    }
    const earlier = lines.get(result.incident.id);
    if (earlier !== undefined) {
      rejected.push({ line: row.line, errors: [{ path: 'id', message: `Duplicate of line ${earlier}.` }] });
      continue;
    }
    lines.set(result.incident.id, row.line);
    incidents.push(result.incident);
  }
  const mapped = new Set(Object.values(map.columns));
  return {
    incidents,
    rejected,
    unknownColumns: [...mapped].filter((column) => !header.includes(column)),
    unusedColumns: header.filter((column) => !mapped.has(column)),
  };
}

/** A column may have the name of a property of every object, such as `constructor`. */
const ownIn = (of: Record<string, string> | undefined, key: string): string | undefined =>
  of && Object.hasOwn(of, key) ? of[key] : undefined;

type RowResult = { incident: Incident } | { errors: Rejection['errors'] };

function understandRow(
  cells: Record<string, string>,
  map: ImportMap,
  { policy, before, now, incidentId }: Parameters<typeof understandRows>[3],
): RowResult {
  const errors: Rejection['errors'] = [];
  const text = (field: ImportField): string | undefined => {
    const column = map.columns[field];
    const stated = (column === undefined ? undefined : ownIn(cells, column))?.trim();
    const value = stated ? (ownIn(map.values?.[field], stated) ?? stated) : map.constants?.[field];
    return value === undefined || value === '' ? undefined : value;
  };
  const wrong = (field: ImportField, message: string): undefined => {
    errors.push({ path: map.columns[field] ?? field, message });
    return undefined;
  };
  const time = (field: ImportField): { at: Date; isApproximate: boolean } | undefined => {
    const stated = text(field);
    if (stated === undefined) return undefined;
    return readTime(plainTime(stated), policy.zone, now) ?? wrong(field, `“${stated.slice(0, 60)}” is not a time.`);
  };
  const choice = <T extends string>(field: ImportField, allowed: readonly T[]): T | undefined => {
    const stated = text(field);
    if (stated === undefined) return undefined;
    return (
      allowed.find((each) => each === stated.toLowerCase()) ??
      wrong(field, `“${stated.slice(0, 60)}” is none of ${allowed.join(', ')}; say in “values” what it means.`)
    );
  };

  const line = (field: ImportField): string | undefined => {
    const stated = text(field);
    return stated === undefined ? undefined : nameLine(stated) || undefined;
  };
  const title = line('title') ?? wrong('title', 'It has no title.');
  const reported = time('reportedAt');
  const stated = time('filedAt') ?? reported;
  const filed = stated ?? (text('filedAt') ? undefined : wrong('filedAt', 'The filing time is missing.'));
  const occurred = time('occurredAt');
  const kind = choice('kind', ['incident', 'question', 'outside'] as const) ?? 'incident';
  const source: Source = choice('source', ['ticket', 'alert'] as const) ?? 'ticket';
  const businessImpact: BusinessImpact | undefined = choice('businessImpact', [
    'stopped',
    'degraded',
    'inconvenient',
    'none',
  ] as const);
  const category: CauseCategory | undefined = choice('causeCategory', causeCategories);
  const firstResponseAt = time('firstResponseAt')?.at;
  const mitigatedAt = time('mitigatedAt')?.at;
  const recoveredAt = time('recoveredAt')?.at;
  for (const [field, at] of Object.entries({ firstResponseAt, mitigatedAt, recoveredAt })) {
    if (at && occurred && hasClock(text('occurredAt')) && at < occurred.at) {
      wrong(field as ImportField, sayBefore(at, occurred.at).text);
    }
  }
  const countText = text('affectedCustomerCount');
  const affectedCustomerCount =
    countText === undefined
      ? undefined
      : /^\d{1,9}$/.test(countText.replaceAll(',', ''))
        ? Number(countText.replaceAll(',', ''))
        : wrong('affectedCustomerCount', `“${countText.slice(0, 60)}” is not a whole number.`);
  const isDrill = /^(yes|true|1|はい|○|✓)$/i.test(text('isDrill') ?? '');
  if (filed && filed.at >= before) wrong('filedAt', 'Its week isn’t over: file it as a ticket.');
  if (errors.length > 0 || !title || !filed) return { errors };

  const id = incidentId(text('id') ?? `${filed.at.toISOString()} ${title}`);
  const reportedAt = reported && reported.at < filed.at ? reported.at : filed.at;
  const ticket = text('ticketUrl');
  // Ignores addresses that a page would execute or could not open.
  const ticketUrl = ticket && /^https?:\/\//i.test(ticket) ? ticket : undefined;
  const impact = {
    ...optional('businessImpact', businessImpact),
    ...optional('affectedCustomerCount', affectedCustomerCount),
  };
  const causeSummary = text('causeSummary');
  const why = 'It was imported.';
  return {
    incident: {
      id,
      schemaVersion: 2,
      code: codeOf(id),
      kind,
      generation: 0,
      title: title.slice(0, policy.intake.maxTitleCharacters).toWellFormed(),
      source,
      origin: {
        tool: 'import',
        id: text('id') ?? id,
        ...optional('url', ticketUrl),
        ...optional('form', line('form')),
        ...optional('channel', line('channel')),
      },
      routing: { kind, rule: 'category-stated', why, considered: [], isFormUnknown: false },
      // The past is over: an unrecorded fact is unknown, not open.
      status: { incident: 'recovered', question: 'answered', outside: 'kept' }[kind] as Incident['status'],
      ongoing: 'no',
      isDrill,
      isAboutMetronome: false,
      ...optional('occurredAt', occurred?.at),
      ...(occurred?.isApproximate ? { isOccurredAtApproximate: true } : {}),
      receivedAt: filed.at,
      reportedAt,
      detectedAt: reportedAt,
      filedAt: filed.at,
      ...optional('firstResponseAt', firstResponseAt),
      ...optional('mitigatedAt', mitigatedAt),
      ...optional('recoveredAt', recoveredAt),
      urgency: judgeUrgency(occurred?.at, filed.at, policy, now),
      impact,
      score: { reference: scoreImpact(impact, policy), confirmed: null },
      ...(category || causeSummary
        ? { cause: { category: category ?? 'unknown', ...optional('summary', causeSummary) } }
        : {}),
      ...optional('permanentFix', text('permanentFix')),
      ...optional('prevention', text('prevention')),
      ticketUrls: ticketUrl ? [ticketUrl] : [],
      responders: (text('responders') ?? '')
        .split(/[,、;]/)
        .map(nameLine)
        .filter((each) => each !== ''),
      affectedCustomers: [],
      slots: { met: 0, late: 0, missed: 0, notReminded: 0 },
      leftOut: [],
      missing: [],
      lastSequence: 1,
      statedSequence: 1,
    },
  };
}

/** A day alone is read as its end, and says nothing of what came before on it. */
const hasClock = (stated: string | undefined): boolean => stated !== undefined && /\d:\d\d/.test(stated);

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Times as Notion writes them (`November 24, 2026 9:50 AM (GMT+9)`, `2026年11月24日 9:50`, a span by its start). What is said of
 * a zone and cannot be read stays, so that the time is refused: it is in no other zone.
 */
export function plainTime(stated: string): string {
  const start = stated.split('→')[0]?.trim() ?? stated;
  const zone = /\(?(?:GMT|UTC)(?:([+-])(\d{1,2})(?::?(\d{2}))?)?\)?$/i.exec(start);
  const [, sign = '+', hours = '0', minutes = '00'] = zone ?? [];
  const offset = zone ? `${sign}${hours.padStart(2, '0')}:${minutes}` : '';
  const rest = zone ? start.slice(0, zone.index).trimEnd() : start;
  const japanese = /^(\d{4})年\s*(\d{1,2})月\s*(\d{1,2})日\s*(?:[((][月火水木金土日](?:曜日?)?[))])?(.*)$/.exec(rest);
  const english = /^([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})(.*)$/.exec(rest);
  const month = english ? monthNames.indexOf((english[1] ?? '').slice(0, 3).toLowerCase()) + 1 : 0;
  const [date, clock] = japanese
    ? [`${japanese[1]}-${japanese[2]}-${japanese[3]}`, japanese[4]]
    : english && month > 0
      ? [`${english[3]}-${month}-${english[2]}`, english[4]]
      : [undefined, undefined];
  if (date === undefined) {
    const half = /^(\d{4}[-/]\d{1,2}[-/]\d{1,2})\s+(\d.*[ap]m)$/i.exec(rest);
    return half ? `${half[1]} ${clock24(half[2] ?? '')}${offset}` : `${rest}${offset}`;
  }
  return clock?.trim() ? `${date} ${clock24(clock)}${offset}` : date;
}

function clock24(text: string): string {
  const match = /^(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap])?\.?m?\.?$/i.exec(text.trim());
  if (!match) return text.trim();
  const half = match[4]?.toLowerCase();
  const hour = half ? (Number(match[1]) % 12) + (half === 'p' ? 12 : 0) : Number(match[1]);
  return `${String(hour).padStart(2, '0')}:${match[2]}:${match[3] ?? '00'}`;
}
