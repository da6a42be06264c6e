/** Finds contacts with the same facts, whichever customers these name. A tree, so that twenty thousand need no text each. Pure. */
import type { ContactFact } from './facts.ts';

type Node = Map<string, Node>;

export class FactTree {
  readonly #root: Node = new Map();

  /** @returns the same object for contacts with the same facts */
  leafOf({ facts, homes }: { facts: readonly ContactFact[]; homes?: object | undefined }): object {
    let node = this.#root;
    for (const step of [...facts.map(textOf), homes ? JSON.stringify(homes) : '']) {
      const next: Node = node.get(step) ?? new Map();
      node.set(step, next);
      node = next;
    }
    return node;
  }
}

const texts = new WeakMap<object, string>();

function textOf(fact: ContactFact): string {
  const known = texts.get(fact);
  if (known !== undefined) return known;
  const { customers: _, ticket: __, ...rest } = fact as ContactFact & Record<string, unknown>;
  const fields = Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify(fields);
  texts.set(fact, text);
  return text;
}
