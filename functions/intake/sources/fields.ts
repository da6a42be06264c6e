/** Reading fields of bodies that others write: what is right is taken, what is wrong is said and left out. */
import { hash } from 'node:crypto';
import * as z from 'zod';
import { readableText } from '../../incidents/signals/signal.ts';
import { readTime } from '../../incidents/signals/times.ts';
import { stableId } from '../../platform/ids.ts';
import { type Body, field, isObject } from '../../platform/loose.ts';
import { oneLine } from '../../platform/one-line.ts';
import type { FieldError } from '../../platform/problem.ts';
import { milliseconds } from '../../policy.ts';
import type { SourceContext } from './source.ts';

/** Ids as numbers or text are the same id. */
export const idText = z
  .union([z.string(), z.number().int().safe()])
  .transform((value) => readableText(oneLine(String(value)), 500))
  .refine((value) => value !== '', 'It is blank.')
  // An address takes these for a folder, however they are written.
  .refine((value) => value !== '.' && value !== '..', 'It is no id.');

/** Reads an optional field. Absent, null and blank are not stated; what `schema` refuses goes into `problems`. */
export function optionalField<T>(body: Body, name: string, schema: z.ZodType<T>, problems: FieldError[], path = name) {
  const value = field(body, name);
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  problems.push(leftOut(path, value, result.error.issues[0]?.message ?? 'not understood'));
  return undefined;
}

const timeText = z.string({ error: 'It has to be a time as text' });

/** Reads an optional time, as {@link readTime} does. */
export function optionalTime(body: Body, name: string, problems: FieldError[], { policy, receivedAt }: SourceContext) {
  const stated = optionalField(body, name, timeText, problems);
  if (stated === undefined) return undefined;
  const time = readTime(stated, policy.zone, receivedAt);
  if (!time) problems.push(leftOut(name, stated, 'It has to be a time such as 2026-11-24T09:50:00+09:00'));
  return time;
}

const leftOut = (path: string, value: unknown, why: string): FieldError => ({
  path,
  message: `${describe(value)} was left out: ${why}.`,
});

function describe(value: unknown): string {
  if (typeof value === 'string') return `“${readableText(value, 100)}”`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'A list' : 'An object';
}

/** Of a list of customers, those that are taken by name. */
export function firstOf<T>(values: readonly T[], most: number, problems: FieldError[]): T[] {
  const message = `Only the first ${most} of ${values.length} are taken by name.`;
  if (values.length > most) problems.push({ path: 'affectedCustomers', message });
  return values.slice(0, most);
}

/**
 * What a signal is known by where the tool tells no id of the event: by its content, for ever where that says when it was,
 * else within the re-send window. Clocks differ, and a body may be replayed after its re-send was filed: it may have been
 * filed in the window before or after its own.
 * @returns its id, and those that it has in the windows beside its own
 */
export function idsByContent(
  parts: readonly string[],
  content: unknown,
  bytes: Buffer,
  { policy, receivedAt }: Pick<SourceContext, 'policy' | 'receivedAt'>,
  isTimed: boolean,
): { id: string; sentBeside?: string[] } {
  const all = ['sig', ...parts, contentHash(content, bytes)] as const;
  if (isTimed) return { id: stableId(...all) };
  const window = Math.floor(receivedAt.getTime() / milliseconds(policy.routing.resendWindow));
  return { id: stableId(...all, window), sentBeside: [window - 1, window + 1].map((each) => stableId(...all, each)) };
}

/** A hash of what a body says, whatever the order of its keys; of its bytes where it is too deep to be walked. */
function contentHash(body: unknown, bytes: Buffer): string {
  const inOrder = (_: string, value: unknown): unknown =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
  try {
    return hash('sha256', JSON.stringify(body, inOrder));
  } catch {
    return hash('sha256', bytes);
  }
}
