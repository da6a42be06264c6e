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

/** @param errors what was found wrong before @throws Problem 422 naming the fields */
export function parsed<T>(schema: z.ZodType<T>, stated: unknown, refusal: Reason, errors: readonly FieldError[] = []) {
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
  const origin = 'origin' in issue ? issue.origin : undefined;
  const [isText, isList] = [origin === 'string', origin === 'array'];
  switch (issue.code) {
    case 'too_big': {
      const given = { n: Number(issue.maximum) };
      if (isText) return refuse('zod-text-too-long', given);
      return refuse(isList ? 'zod-list-too-long' : 'zod-number-too-large', given);
    }
    case 'too_small':
      if (isText) return refuse('blank');
      return isList ? refuse('zod-list-too-short') : refuse('zod-number-too-small', { n: Number(issue.minimum) });
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
