/** What Zod finds wrong, as refusals: by the code of its issue, or by the code that the schema itself names. Pure. */
import type * as z from 'zod';
import { type FieldError, Problem, type Reason } from '../../platform/problem.ts';
import type { Texts } from '../language.ts';
import { refusals } from '../texts/refusals.ts';
import { type RefusalCode, refuse } from './refuse.ts';

/** What a schema says in its own words is the whole text of a refusal. */
const codes: ReadonlyMap<string, RefusalCode> = new Map(
  Object.entries<Texts[string]>(refusals).map(([code, { en, api = en }]) => [api, code as RefusalCode]),
);

/** @param issues of a body that was parsed with `reportInput`: what is missing is told from what is of another type */
export const wrongFields = (issues: readonly z.core.$ZodIssue[]): FieldError[] =>
  issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message, said: sayIssue(issue) }));

/**
 * @param refusal of the whole
 * @param errors what was found wrong before
 * @throws Problem 422 naming the fields
 */
export function parsed<T>(
  schema: z.ZodType<T>,
  stated: unknown,
  refusal: Reason,
  errors: readonly FieldError[] = [],
): T {
  const { data, error } = schema.safeParse(stated, { reportInput: true });
  const all = [...errors, ...wrongFields(error?.issues ?? [])];
  if (all.length > 0) throw new Problem(422, refusal, { errors: all });
  return data as T;
}

/** The text stays what Zod says: the API answers it. */
export function sayIssue(issue: z.core.$ZodIssue): Reason {
  const code = codes.get(issue.message);
  return { ...(code ? { code, given: {} } : ofZod(issue)), text: issue.message };
}

function ofZod(issue: z.core.$ZodIssue): Pick<Reason, 'code' | 'given'> {
  switch (issue.code) {
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), 'too-long', 'too-large');
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), 'too-short', 'too-small');
    case 'invalid_type':
      if (issue.input === undefined) return refuse('zod-missing');
      return refuse(issue.expected === 'int' ? 'not-a-whole-number' : 'zod-wrong');
    case 'invalid_value':
      return refuse('zod-option');
    case 'unrecognized_keys':
      return refuse('zod-unknown-keys');
    default:
      return refuse('zod-wrong');
  }
}

function bound(
  origin: string,
  n: number,
  length: 'too-long' | 'too-short',
  size: 'too-large' | 'too-small',
): Pick<Reason, 'code' | 'given'> {
  if (origin !== 'string' && origin !== 'array') return refuse(`zod-number-${size}`, { n });
  if (length === 'too-short') return refuse(origin === 'string' ? 'blank' : 'zod-list-too-short');
  return refuse(origin === 'string' ? 'zod-text-too-long' : 'zod-list-too-long', { n });
}
