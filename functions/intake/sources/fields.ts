/** Reads fields of bodies that others write: valid values are taken, invalid ones are reported and left out. */
import { hash } from 'node:crypto';
import * as z from 'zod';
import { type Customer, readableText, withinBytes } from '../../incidents/signals/signal.ts';
import { readTime } from '../../incidents/signals/times.ts';
import { stableId } from '../../platform/ids.ts';
import { type Body, field, isObject } from '../../platform/loose.ts';
import { oneLine } from '../../platform/one-line.ts';
import type { FieldError } from '../../platform/problem.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import type { SourceContext } from './source.ts';

/** Ids as numbers or text are the same id. */
export const idText = z
  .union([z.string(), z.number().int().safe()])
  .transform((value) => readableText(oneLine(String(value)), 500))
  .refine((value) => value !== '', 'It is blank.')
  // An address takes these for a folder, however they are written.
  .refine((value) => value !== '.' && value !== '..', 'It is no id.');

/** A customer's id. A longer one is refused, since cut ids of two customers could be the same. */
export const customerIdText = idText.refine((value) => value.length <= 128, 'It has more than 128 characters.');

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

/** Reads the customers of a list as far as the policy takes them by name; the rest is reported as a problem. */
export function readNamed<T>(
  values: readonly T[],
  { intake }: Policy,
  problems: FieldError[],
  read: (value: T, path: string) => Customer | undefined,
): Customer[] {
  const first = values.slice(0, intake.maxNamedCustomers);
  const customers = first.flatMap((value, index) => read(value, `affectedCustomers.${index}`) ?? []);
  const taken = withinBytes(customers, intake.maxNamedBytes);
  const most = first.length - customers.length + taken.length;
  const message = `Only the first ${most} of ${values.length} are taken by name.`;
  if (most < values.length) problems.push({ path: 'affectedCustomers', message });
  return taken;
}

/**
 * The identity of a signal whose tool sends no event ID: its content, for ever if that contains a time, otherwise within the
 * re-send window. Clocks differ, and a body may be replayed after its re-send was filed, so the neighbouring windows count too.
 * @returns its ID, and its IDs in the windows before and after
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

/** A hash of a body's content, independent of the order of keys; of its bytes if it is too deep to be walked. */
function contentHash(body: unknown, bytes: Buffer): string {
  const inOrder = (_: string, value: unknown): unknown =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
  try {
    return hash('sha256', JSON.stringify(body, inOrder));
  } catch {
    return hash('sha256', bytes);
  }
}
