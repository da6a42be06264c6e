/** How Terraform writes things: names, references, and what Google has as messages. */

export type Block = Record<string, unknown>;
export type Resources = Record<string, Record<string, Block>>;

export const local = (...parts: string[]): string => parts.join('-').replaceAll(/[^A-Za-z0-9_-]+/g, '-');
export const named = <T>(all: readonly T[], nameOf: (each: T) => string, blockOf: (each: T) => Block) =>
  Object.fromEntries(all.map((each) => [local(nameOf(each)), blockOf(each)]));

/** What Terraform replaces by the value of another resource. */
export const reference = (to: string): string => `\${${to}}`;
/** Terraform reads `${` and `%{` as its own. */
export const literal = (text: string): string => text.replaceAll(/[$%]\{/g, (found) => `${found[0]}${found}`);

/** A message of Google's as Terraform has it: names in snake case, durations as text, wrapped truths bare. What people name stays. */
export function block(message: object): Block {
  return Object.fromEntries(
    Object.entries(message).flatMap(([key, value]) => {
      const name = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return value === undefined ? [] : [[name, /labels$/i.test(key) ? value : asTerraform(value)]];
    }),
  );
}

function asTerraform(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTerraform);
  if (typeof value === 'string') return value.startsWith(reference('google_').slice(0, -1)) ? value : literal(value);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).join();
  if (keys === 'seconds') return `${(value as { seconds: number }).seconds}s`;
  if (keys === 'value') return (value as { value: unknown }).value;
  return block(value);
}
