/** What Zod finds wrong, as refusals: by the code of its issue, or by the code that the schema itself names. Pure. */
import type * as z from 'zod';
import type { FieldError, Said } from '../../platform/problem.ts';
import { refuse } from './refuse.ts';
import { type RefusalCode, refusals } from './table.ts';

/** What a schema says in its own words is the whole text of a refusal. */
const codes: ReadonlyMap<string, RefusalCode> = new Map(
  Object.entries(refusals).map(([code, [text]]) => [text, code as RefusalCode]),
);

/** @param issues of a body that was parsed with `reportInput`: what is missing is told from what is of another type */
export function wrongFields(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message, said: sayIssue(issue) }));
}

/** The text stays what Zod says: the API answers it. */
export function sayIssue(issue: z.core.$ZodIssue): Said {
  const code = codes.get(issue.message);
  return { ...(code ? { code, given: {} } : ofZod(issue)), text: issue.message };
}

function ofZod(issue: z.core.$ZodIssue): Pick<Said, 'code' | 'given'> {
  switch (issue.code) {
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), 'too-long', 'too-large');
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), 'too-short', 'too-small');
    case 'invalid_type':
      if (issue.input === undefined) return refuse('zod-missing', { kind: issue.expected });
      if (issue.expected === 'int') return refuse('zod-whole-number', { what: typeof issue.input });
      return refuse('zod-type', { kind: issue.expected, what: typeof issue.input });
    case 'invalid_value':
      return refuse('zod-option', { options: issue.values.map(String).join('|') });
    case 'invalid_format':
      return refuse('zod-format', { pattern: issue.pattern ?? issue.format });
    case 'unrecognized_keys':
      return refuse('zod-unknown-keys', { key: issue.keys.join(', ') });
    default:
      return refuse('zod-wrong');
  }
}

function bound(
  origin: string,
  n: number,
  length: 'too-long' | 'too-short',
  size: 'too-large' | 'too-small',
): Pick<Said, 'code' | 'given'> {
  if (origin === 'string') return refuse(`zod-text-${length}`, { n });
  return origin === 'array' ? refuse(`zod-list-${length}`, { n }) : refuse(`zod-number-${size}`, { n });
}
