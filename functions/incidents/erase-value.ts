/** What is left of a document when one customer is erased from it. Pure: the same document gives the same rest. */
import { gunzipSync, gzipSync } from 'node:zlib';

export interface Erasure {
  customerId: string;
  /** What stands for the customer from now on, so that counts and rhythms stay true. */
  pseudonym: string;
  /** Names by which the customer is known, in any document. */
  names: readonly string[];
  /** Incidents that the customer reported: their words are the customer's. */
  ownIncidents: ReadonlySet<string>;
  ownSignals: ReadonlySet<string>;
}

export const erased = '[erased]';
/** Shorter ones are found as whole values only: as part of a text they could be anything. */
const shortestInText = 4;
const shortestName = 2;
const ownWords = ['title', 'description', 'message'];

/** @returns the same value where nothing of the customer is in it */
export function eraseValue(value: unknown, by: Erasure): unknown {
  if (typeof value === 'string') return eraseText(value, by);
  if (value instanceof Uint8Array) return eraseBytes(value, by);
  if (Array.isArray(value)) return eraseList(value, by);
  if (isPlain(value)) return eraseObject(value, by);
  return value;
}

function eraseObject(value: Record<string, unknown>, by: Erasure): Record<string, unknown> {
  if (isCustomer(value, by)) return isOnlyId(value, by.pseudonym) ? value : { id: by.pseudonym };
  const isOwn = isOwnWord(value, by);
  let changed = false;
  const result: Record<string, unknown> = {};
  for (const [key, before] of Object.entries(value)) {
    const isWord = isOwn && typeof before === 'string' && ownWords.includes(key) && before !== '';
    // The bytes of the customer's own report are its words, however they were written.
    const isRaw = isOwn && before instanceof Uint8Array && before.length > 0;
    const after = isWord ? erased : isRaw ? Buffer.alloc(0) : eraseValue(before, by);
    // Of an account of a tool the key is the actor.
    const name = key === by.customerId ? by.pseudonym : key.includes(':') ? eraseText(key, by) : key;
    changed ||= after !== before || name !== key;
    result[name] = after;
  }
  return changed ? result : value;
}

function eraseList(value: unknown[], by: Erasure): unknown[] {
  const after = value.map((each) => eraseValue(each, by));
  return after.some((each, index) => each !== value[index]) ? after : value;
}

export function eraseText(value: string, by: Erasure): string {
  if (value === by.customerId) return by.pseudonym;
  let text = value;
  for (const name of by.names) if (name.length >= shortestName) text = text.replaceAll(name, erased);
  if (by.customerId.length < shortestInText || !text.includes(by.customerId)) return text;
  const pattern = by.customerId.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w-])${pattern}(?![\\w-])`, 'g'), by.pseudonym);
}

/** Pages of a bundle are JSON and go on being it; what was zipped to fit is looked into as well. */
function eraseBytes(value: Uint8Array, by: Erasure): Uint8Array {
  if (!isZipped(value)) return eraseUnzipped(value, by);
  const before = gunzipSync(value);
  const after = eraseUnzipped(before, by);
  return after === before ? value : gzipSync(after);
}

const isZipped = (value: Uint8Array): boolean => value[0] === 0x1f && value[1] === 0x8b;

function eraseUnzipped(value: Uint8Array, by: Erasure): Uint8Array {
  const text = Buffer.from(value).toString('utf8');
  if (!holds(text, by)) return value;
  try {
    const parsed: unknown = JSON.parse(text);
    const after = eraseValue(parsed, by);
    return after === parsed ? value : Buffer.from(JSON.stringify(after));
  } catch {
    const after = eraseText(text, by);
    return after === text ? value : Buffer.from(after);
  }
}

/** Whether anything of the customer could be in a text; text in JSON may be escaped. */
function holds(text: string, by: Erasure): boolean {
  const parts = [by.customerId, ...by.names, ...by.ownIncidents, ...by.ownSignals];
  return parts.some((each) => text.includes(each) || text.includes(JSON.stringify(each).slice(1, -1)));
}

function isCustomer(value: Record<string, unknown>, by: Erasure): boolean {
  const keys = Object.keys(value);
  const isShape = keys.every((key) => ['id', 'name', 'contactId'].includes(key));
  return isShape && (value.id === by.customerId || value.id === by.pseudonym);
}

const isOnlyId = (value: Record<string, unknown>, id: string): boolean =>
  value.id === id && Object.keys(value).length === 1;

/** A record whose words are the customer's own: its signal, its incident, or what tells of them. */
function isOwnWord(value: Record<string, unknown>, by: Erasure): boolean {
  const id = (field: string): string => (typeof value[field] === 'string' ? (value[field] as string) : '');
  return (
    by.ownIncidents.has(id('id')) ||
    by.ownSignals.has(id('id')) ||
    by.ownSignals.has(id('signalId')) ||
    (by.ownIncidents.has(id('incidentId')) && 'title' in value)
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
