import { inspect } from 'node:util';
import { policy, policyVersion } from '../functions/policy.ts';

/** A value whole, a document a line, for what is kept beside a test: what is a Date, text, undefined or absent differs. */
export const inALine = (value: unknown): string =>
  inspect(value, {
    depth: null,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    sorted: true,
    maxStringLength: null,
  });

/** Values whole, a row each, as they are kept beside a test; whatever the policy is, its version is `pol_`. */
export const rowsOf = (values: Record<string, unknown>): string =>
  Object.entries(values)
    .map(([what, is]) => `${what} ⇒ ${inALine(is)}\n`)
    .join('')
    .replaceAll(policyVersion(policy), 'pol_');

/** Names that are other ones each time, by the order in which they come: so the same one is seen to be the same, with dashes or without. */
export function namedInOrder(text: string, names: RegExp): string {
  const known = new Map<string, { first: string; label: string }>();
  return text.replaceAll(names, (name) => {
    const key = name.replaceAll('-', '');
    const { first, label } = known.get(key) ?? { first: name, label: `#${known.size + 1}` };
    known.set(key, { first, label });
    return name === first ? label : `${label} in its other form`;
  });
}
