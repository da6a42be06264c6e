/** Removes one customer from a document. Pure: the same document always gives the same result. */
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { optional } from '../incident.ts';

export interface Erasure {
  customerId: string;
  /** Replaces the customer’s id, so that counts and rhythms stay true. */
  pseudonym: string;
  /** The names by which the customer is known in any document. */
  names: readonly string[];
  /** IDs derived from the customer's ID, such as their contact's, with the replacement of each. */
  ids?: ReadonlyMap<string, string>;
  /** The source's ids of contacts that the customer has, alone or with others, and what each becomes. */
  contactIds?: ReadonlyMap<string, string>;
  /** What the customer has written: sought in records of their incidents. */
  words?: readonly string[];
  /** Those of them that no other customer's record says: sought anywhere, a short one as a whole value only. */
  labels?: ReadonlySet<string>;
  /** Incidents that the customer reported, and drills of them: their words are the customer's. */
  ownIncidents: ReadonlySet<string>;
  ownSignals: ReadonlySet<string>;
}

export const erased = '[erased]';
/** Shorter ones are found as whole values only: as part of a text they could be anything. */
const shortestInText = 4;
const shortestName = 2;
/** What others could have written as well, or did, says nothing about one customer. */
const shortestAnywhere = 12;

const listed = (names: string): ReadonlySet<string> => new Set(names.split(/\s+/));
/** In the customer's own records these fields keep their text, which others or rules wrote; values in them are searched. */
const stayingWhole = listed(
  `customer affectedCustomers reporter reporterAccount agent routing urgency impact score slots missing emergency roles paging
  cards actorNames links cause mitigation permanentFix prevention answer responders assignee drill board unlinkedFrom
  customerIds checkpoints durations rhythm customers evidence namedCustomers waits contacts takenOff facts schedule toAll
  members outage own zippedRest`,
);
/** And these fields in any document: names of kinds and states, and IDs that are no person's. */
const staying = listed(
  `id incidentId signalId attemptId kind type status source tool sourceId level rule field path actor state outcome from to
  reason contentType encoding rawEncoding ongoing category differsFromExpected businessImpact relatedIncidentId relatedSourceId
  linkedTo happened code policyVersion commentId traceId subjectId week zone search`,
);

/** @returns the same value where nothing of the customer is in it; @param isOwn whether it is about an incident of theirs */
export function eraseValue(value: unknown, by: Erasure, isOwn = false): unknown {
  const after = eraseWithin(value, by, isOwn);
  return isDeepStrictEqual(after, value) ? value : after;
}

function eraseWithin(value: unknown, by: Erasure, isOwn = false): unknown {
  if (typeof value === 'string') return eraseText(value, by, isOwn);
  if (value instanceof Uint8Array) return eraseBytes(value, by);
  if (Array.isArray(value)) return value.map((each) => eraseWithin(each, by, isOwn));
  return isPlain(value) ? eraseObject(value, by, isOwn) : value;
}

function eraseObject(value: Fields, by: Erasure, isWithinOwn: boolean): Fields {
  if (isCustomer(value, by)) return eraseNames(value, by);
  const isOwn = isWithinOwn || isAboutOwn(value, by);
  const isRecord = isOwnRecord(value, by, isOwn);
  return eraseFields(value, by, (key, field) => {
    if (key === 'contactId' && typeof field === 'string') return contactIdIn(field, by) ?? eraseText(field, by);
    if (isRecord) return eraseField(key, field, by);
    // The old and new values of a change are erased like the record itself.
    if (isOwn && key === 'changes' && isPlain(field)) return eraseRecord(field, by);
    if (isOwn && (key === 'old' || key === 'new') && !isStated(value.field)) return eraseField('', field, by);
    return eraseWithin(field, by, isOwn && !staying.has(key));
  });
}

const eraseRecord = (value: Fields, by: Erasure): Fields =>
  eraseFields(value, by, (key, field) => eraseField(key, field, by));

/** Whether the field of a correction is one that people state. */
const isStated = (field: unknown): boolean => typeof field === 'string' && stayingWhole.has(field.split('.')[0] ?? '');

/** A field of the customer's own record: their words, unless it is one of those that stay. */
function eraseField(key: string, value: unknown, by: Erasure): unknown {
  if (stayingWhole.has(key)) return eraseWithin(value, by, true);
  if (staying.has(key)) return eraseWithin(value, by);
  if (typeof value === 'string') return isMark(value, by) ? value : erased;
  // The bytes of the customer's own report are its words, however they were written.
  if (value instanceof Uint8Array) return value.length > 0 ? Buffer.alloc(0) : value;
  if (Array.isArray(value)) return value.map((each) => eraseField(key, each, by));
  return isPlain(value) ? eraseRecord(value, by) : value;
}

const isMark = (value: string, { pseudonym }: Erasure): boolean => ['', erased, pseudonym].includes(value);

/** The texts of the customer's own record that go, for what repeats them elsewhere; a reply to them is the team's. */
export function wordsOf(record: Fields, by: Erasure): string[] {
  const wordsIn = (key: string, value: unknown): string[] => {
    if (stayingWhole.has(key) || staying.has(key) || (key === 'message' && record.kind === 'agent-replied')) return [];
    if (typeof value === 'string') return isMark(value, by) ? [] : [value];
    if (Array.isArray(value)) return value.flatMap((each) => wordsIn(key, each));
    return isPlain(value) && !isCustomer(value, by) ? within(value) : [];
  };
  const within = (fields: Fields): string[] => Object.entries(fields).flatMap(([name, each]) => wordsIn(name, each));
  return within(record);
}

type Fields = Record<string, unknown>;

/** The key of a tool's account is the actor. */
const eraseFields = (value: Fields, by: Erasure, erase: (key: string, field: unknown) => unknown): Fields =>
  Object.fromEntries(Object.entries(value).map(([key, field]) => [eraseText(key, by), erase(key, field)]));

export function eraseText(value: string, by: Erasure, isOwn = false): string {
  if (value === by.customerId) return by.pseudonym;
  const ids = [...(by.ids ?? []), [by.customerId, by.pseudonym] as const];
  let text = by.ids?.get(value) ?? value;
  const words = (by.words ?? []).filter((each) =>
    isOwn ? each.length >= shortestInText : each.length >= shortestAnywhere && by.labels?.has(each),
  );
  if (isOwn && by.words?.includes(value)) return erased;
  const label = value.replace(/^[a-z-]+:/, '');
  if (by.labels?.has(label)) return `${value.slice(0, value.length - label.length)}${erased}`;
  const plain = plainOf(text);
  const unjoined = withoutJoints(plain);
  for (const name of [...words, ...by.names]) {
    const sought = withoutJoints(plainOf(name));
    if (sought.length >= shortestName && unjoined.includes(sought)) text = replaceAs(text, sought, erased, false);
  }
  for (const [id, mark] of ids) {
    if (id.length >= shortestInText && plain.includes(plainOf(id))) text = replaceAs(text, plainOf(id), mark, true);
  }
  return text;
}

const mostSigns = 10_000;
const longestSign = 12;

/** One character in every form: plain, or escaped in JSON, an address or HTML. */
const unit =
  '\\\\+u[\\da-f]{4}|%[ef][\\da-f](?:%[89ab][\\da-f]){2,3}|%[cd][\\da-f]%[89ab][\\da-f]|%[\\da-f]{2}|&(?:#x[\\da-f]{1,6}|#\\d{1,7}|amp|lt|gt|quot|apos);';
const escaped = new RegExp(unit, 'giu');
const mark = '[\\uFF9E\\uFF9F\\p{M}]';
const isMarkAlone = new RegExp(`^${mark}+$`, 'u');
/** One character of a compared text: escaped or not, in any width, with its combining marks. */
const sign = new RegExp(`(?:${unit}|[\\s\\S])${mark}*`, 'giu');

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  const [, json, html] = /^(?:\\+u([\da-f]{4})|&(.+);)$/i.exec(text) ?? [];
  if (json) return String.fromCharCode(Number.parseInt(json, 16));
  if (html === undefined) return Buffer.from(text.replaceAll('%', ''), 'hex').toString('utf8');
  const code = /^#x/i.test(html) ? Number.parseInt(html.slice(2), 16) : Number(html.slice(1));
  return named[html.toLowerCase()] ?? (code <= 0x10ffff ? String.fromCodePoint(code) : text);
}

/** The plain form of signs met before: an erasure reads all that is stored, and its signs are a few thousand. */
const plainSigns = new Map<string, string>();
function plainSign(text: string): string {
  const known = plainSigns.get(text);
  if (known !== undefined) return known;
  const plain = text
    .replace(escaped, unescaped)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u200B-\u200D\u2060\uFEFF]/gu, '');
  if (plainSigns.size >= mostSigns) plainSigns.clear();
  if (text.length <= longestSign) plainSigns.set(text, plain);
  return plain;
}

/** An escaped mark belongs to the sign before it. */
function signsOf(text: string): string[] {
  const signs: string[] = [];
  for (const [each] of text.matchAll(sign)) {
    if (each.length > 1 && signs.length > 0 && isMarkAlone.test(each.replace(escaped, unescaped)))
      signs.push(`${signs.pop()}${each}`);
    else signs.push(each);
  }
  return signs;
}

const plainOf = (text: string): string =>
  /[\\%&]/.test(text) ? signsOf(text).map(plainSign).join('') : text.replace(sign, plainSign);

/** In an address a blank may be a plus. In an id a plus is part of it. */
const withoutJoints = (plain: string): string => plain.replaceAll('+', '');

/** @param isId where a longer id begins or ends with it, it stays */
function replaceAs(text: string, sought: string, by: string, isId: boolean): string {
  const signs = signsOf(text);
  /** For each character of the compared text, the index of its character in the original. */
  const of: number[] = [];
  const plain = signs.map((each, index) => {
    const one = isId ? plainSign(each) : withoutJoints(plainSign(each));
    for (let at = 0; at < one.length; at += 1) of.push(index);
    return one;
  });
  const all = plain.join('');
  const out: string[] = [];
  let from = 0;
  for (let at = all.indexOf(sought); at >= 0; at = all.indexOf(sought, at + 1)) {
    const [first, last] = [of[at] ?? 0, of[at + sought.length - 1] ?? 0];
    const isPart = isId && [signs[first - 1], signs[last + 1]].some((each) => /^[\w-]/.test(plainSign(each ?? '')));
    if (first < from || isPart) continue;
    out.push(...signs.slice(from, first), by);
    from = last + 1;
  }
  return from === 0 ? text : [...out, ...signs.slice(from)].join('');
}

/** Pages of a bundle are JSON and stay JSON; zipped pages are unpacked first. */
function eraseBytes(value: Uint8Array, by: Erasure): Uint8Array {
  if (!isZipped(value)) return eraseUnzipped(value, by);
  const before = gunzipSync(value);
  const after = eraseUnzipped(before, by);
  return after === before ? value : gzipSync(after);
}

const isZipped = (value: Uint8Array): boolean => value[0] === 0x1f && value[1] === 0x8b;

function eraseUnzipped(value: Uint8Array, by: Erasure): Uint8Array {
  const text = Buffer.from(value).toString('utf8');
  try {
    const parsed: unknown = JSON.parse(text);
    const after = eraseValue(parsed, by);
    return after === parsed ? value : Buffer.from(JSON.stringify(after));
  } catch {
    const after = eraseText(text, by);
    return after === text ? value : Buffer.from(after);
  }
}

function isCustomer(value: Fields, by: Erasure): boolean {
  const keys = Object.keys(value);
  const isShape = keys.every((key) => ['id', 'name', 'contactId', 'isNamedByOthers', 'via', 'incidents'].includes(key));
  return isShape && (value.id === by.customerId || value.id === by.pseudonym);
}

/** Of an erased customer, only what the fold needs remains. */
function eraseNames(value: Fields, by: Erasure): Fields {
  const { name: _, isNamedByOthers: __, contactId, ...rest } = value;
  const becomes = typeof contactId === 'string' ? contactIdIn(contactId, by) : undefined;
  return { ...rest, id: by.pseudonym, ...optional('contactId', becomes) };
}

const contactIdIn = (contactId: string, by: Erasure): string | undefined =>
  contactId === by.pseudonym ? contactId : by.contactIds?.get(contactId);

const isIn = (ids: ReadonlySet<string>, value: unknown): boolean => typeof value === 'string' && ids.has(value);

/** A fact about an incident of the customer, or about a drill of one. */
const isAboutOwn = ({ id, incidentId, signalId, from }: Fields, by: Erasure): boolean =>
  [id, incidentId, from].some((each) => isIn(by.ownIncidents, each)) ||
  [id, signalId].some((each) => isIn(by.ownSignals, each));

/** The customer's signal or incident, a copy of it, or a document that repeats a signal's words. */
const isOwnRecord = (value: Fields, by: Erasure, isOwn: boolean): boolean =>
  isIn(by.ownSignals, value.id) ||
  isIn(by.ownSignals, value.signalId) ||
  // A timer has the incident's id as well, and none of its words.
  ((isIn(by.ownIncidents, value.id) || isIn(by.ownIncidents, value.incidentId)) && 'title' in value) ||
  (isOwn && 'signalId' in value && ('message' in value || 'title' in value));

function isPlain(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
