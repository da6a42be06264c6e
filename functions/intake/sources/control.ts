/**
 * What steers Metronome: which ticket it is, what happened to it, whether it is a drill. An admin's template puts customers'
 * text between quotes, and such text can become syntax.
 */
import type { SignalKind } from '../../incidents/signals/signal.ts';
import { type Body, field, isObject, jsonIn } from '../../platform/loose.ts';
import { type Beside, Unreadable } from './source.ts';

/** Of a request's query string or headers, or of a message's attributes. */
export function besideOf(said: (name: 'event' | 'ticket') => string | null | undefined): Beside {
  const [event, ticket] = [said('event')?.trim().slice(0, 200), said('ticket')?.trim().slice(0, 500)];
  return { ...(event ? { event } : {}), ...(ticket ? { ticket } : {}) };
}

export type Control = ReturnType<typeof controlOf>;

/** Keys that count at the very beginning of a body, where no customer's text can precede them. */
const mayLead = '(event|triggered_event|ticket_id|id|ticket_tags|tags)';
const opening = /^\uFEFF?\s*\{\s*(?:"(?:freshdesk_webhook|ticket)"\s*:\s*\{\s*)?/;
const pair = new RegExp(`"${mayLead}"\\s*:\\s*(?:"([^"\\\\]{0,2000})"|(\\d{1,16}))\\s*(?:,\\s*|(?=\\}))`, 'y');

export function controlOf(bytes: Buffer) {
  const text = bytes.toString('utf8');
  const leading = new Map<string, string>();
  pair.lastIndex = opening.exec(text)?.[0].length ?? text.length;
  for (let found = pair.exec(text); found; found = pair.exec(text)) {
    if (!leading.has(found[1] ?? '')) leading.set(found[1] ?? '', found[2] ?? found[3] ?? '');
  }
  const counts = countKeys(text);
  const count = (key: string): number => counts?.get(key) ?? 0;
  return {
    /** It is JSON as it came, and no key of an object repeats. */
    isSure: counts !== undefined,
    /** Whether the body begins as a template does. */
    isTemplate: leading.has('event') || leading.has('ticket_id'),
    /** How often a key occurs anywhere in the body. */
    count,
    /** @returns what the first of these keys says, or undefined where a customer’s text could have said it */
    value(keys: readonly string[], from: readonly Body[]): unknown {
      const first = keys.find((key) => leading.has(key));
      if (first !== undefined) return leading.get(first);
      // A text that closes an object can hide the real key in another one, so that it counts everywhere.
      if (keys.reduce((sum, key) => sum + count(key), 0) !== 1) return undefined;
      return from.flatMap((body) => keys.map((key) => field(body, key))).find((value) => value !== undefined);
    },
  };
}

/** @returns undefined where the text is no JSON, or repeats a key within an object */
function countKeys(text: string): ReadonlyMap<string, number> | undefined {
  const counts = new Map<string, number>();
  if (jsonIn(text.replace(/^\uFEFF/, '')) === undefined) return undefined;
  const open: (Set<string> | undefined)[] = [];
  for (const [token, key, colon] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/gs)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    if (key === undefined || colon === undefined) continue;
    const name = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
    const keys = open.at(-1);
    if (keys?.has(name)) return undefined;
    keys?.add(name);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** @throws Unreadable where a tool that writes its bodies itself cannot have written this one */
export function requireSure(control: Control): void {
  if (!control.isSure) throw new Unreadable('The body repeats a key or is no JSON as it came, so it was not trusted.');
}

/** A connection test says nothing else. */
export function isConnectionTest(body: Body): boolean {
  const inner = field(body, 'freshdesk_webhook');
  const asked = isObject(inner) && Object.keys(body).length === 1 ? inner : body;
  return Object.keys(asked).length === 1 && Object.hasOwn(asked, 'connectionTest');
}

/** What a template's `event` says happened; the admin writes it, so several spellings are one. */
const kinds: Record<string, SignalKind> = {
  created: 'stated',
  updated: 'stated',
  stated: 'stated',
  'agent-replied': 'agent-replied',
  replied: 'agent-replied',
  'customer-wrote': 'customer-wrote',
  'customer-replied': 'customer-wrote',
  noted: 'noted',
  commented: 'noted',
  solved: 'solved',
  resolved: 'solved',
  closed: 'solved',
  deleted: 'solved',
  reopened: 'reopened',
};

/** What the admin says has happened. A word beside the body counts alone. */
export function kindSaid(beside: Beside | undefined, control: Control, from: readonly Body[]): SignalKind | undefined {
  if (beside?.event !== undefined) return kindOfWord(beside.event) ?? 'stated';
  return kindOfWord(control.value(['event'], from));
}

/** Somebody has written something. */
export const isWritten = (kind: SignalKind): boolean =>
  kind === 'agent-replied' || kind === 'customer-wrote' || kind === 'noted';

export function kindOfWord(event: unknown): SignalKind | undefined {
  if (typeof event !== 'string') return undefined;
  const word = event
    .toLowerCase()
    .replace(/^ticket[ ._-]/, '')
    .replace(/[ ._]/g, '-');
  return Object.hasOwn(kinds, word) ? kinds[word] : undefined;
}
