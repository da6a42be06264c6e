/**
 * The control fields: which ticket it is, what happened to it, and whether it is a drill. An admin's template puts customers'
 * text between quotes, and such text can become syntax.
 */
import type { SignalKind } from '../../incidents/signals/signal.ts';
import { type Body, field, isObject, jsonIn } from '../../platform/loose.ts';
import { headerOf } from './proof.ts';
import { type Beside, type Envelope, Unreadable } from './source.ts';
import { textAt } from './ticket-signal.ts';

/** Reads the control fields of a query string, of headers, or of a message's attributes. */
export function besideOf(said: (name: 'event' | 'ticket') => string | null | undefined): Beside {
  const [event, ticket] = [said('event')?.trim().slice(0, 200), said('ticket')?.trim().slice(0, 500)];
  return { ...(event ? { event } : {}), ...(ticket ? { ticket } : {}) };
}

/** What a request says beside its body, in its query string or in headers. */
export const besideIn = ({ query, headers }: Envelope, names: readonly (keyof Beside)[]): Beside =>
  besideOf((name) => (names.includes(name) ? (query.get(name) ?? headerOf(headers, `metronome-${name}`)) : undefined));

export type Control = ReturnType<typeof controlOf>;

/** The keys that mean a field in a tool's templates: those of the published template, then others. */
export type Keys = readonly [published: readonly string[], others: readonly string[]];

const all = (keys: Keys): string[] => keys.flat();

/** The keys for the ticket's customer in a tool's templates. */
export interface ReporterKeys {
  /** Ids before names. */
  company: Keys;
  person: Keys;
  /** Only shown, never trusted: customers write them. */
  personName: readonly string[];
}

export const address: Keys = [['ticket_url'], ['url', 'link', 'ticket_link']];
export const reporters: Record<'zendesk' | 'freshdesk', ReporterKeys> = {
  zendesk: {
    company: [['organization_id', 'organization_name'], ['organization']],
    person: [['requester_id'], ['requester_email', 'requester']],
    personName: ['requester_name'],
  },
  freshdesk: {
    // Freshdesk fills in no company's id. Its name is unique there and an agent's to change, so it is the id where a body has none.
    company: [
      ['ticket_company_id', 'company_id', 'ticket_company_name'],
      ['ticket_requester_company_name', 'company_name'],
    ],
    person: [['requester_email'], ['ticket_requester_email', 'ticket_contact_email', 'requester_id']],
    personName: ['requester_name', 'ticket_requester_name', 'ticket_contact_name'],
  },
};
/** A field of the form. */
const formFields = ['customer', '顧客', '店舗'];

/** Keys that count at the very beginning of a body, where no customer's text can precede them. */
const steering = ['event', 'triggered_event', 'ticket_id', 'id', 'ticket_tags', 'tags'];
const { zendesk, freshdesk } = reporters;
const owning = [address, zendesk.company, zendesk.person, freshdesk.company, freshdesk.person].flatMap(all);
/** The name in a person's address may contain quotes: keys behind it do not count. */
const addresses = [zendesk.person, freshdesk.person].flatMap(all).filter((key) => !key.endsWith('_id'));
const mayLead = `(${[...steering, ...owning, ...formFields].join('|')})`;
const opening = /^\uFEFF?\s*\{\s*(?:"(?:freshdesk_webhook|ticket)"\s*:\s*\{\s*)?/;
const pair = new RegExp(`"${mayLead}"\\s*:\\s*(?:"([^"\\\\]{0,2000})"|(\\d{1,16}))\\s*(?:,\\s*|(?=\\}))`, 'y');

export function controlOf(bytes: Buffer) {
  const text = bytes.toString('utf8');
  const leading = new Map<string, string>();
  pair.lastIndex = opening.exec(text)?.[0].length ?? text.length;
  for (let found = pair.exec(text); found; found = pair.exec(text)) {
    const [, key = '', quoted, digits = ''] = found;
    // Names are other people's text: keys behind them do not count.
    if (steering.includes(key) && [...leading.keys()].some((each) => !steering.includes(each))) break;
    if (!leading.has(key)) leading.set(key, quoted ?? digits);
    if (addresses.includes(key)) break;
  }
  const counts = countKeys(text);
  const names = (keys: readonly string[]): boolean => keys.some((key) => text.includes(`"${key}"`));
  const count = (key: string): number => counts?.get(key) ?? 0;
  return {
    /** Whether the body was valid JSON as sent, without repeated keys. */
    isSure: counts !== undefined,
    /** Whether the body begins as a template does. */
    isTemplate: leading.has('event') || leading.has('ticket_id'),
    /** How often a key occurs anywhere in the body. */
    count,
    /**
     * Of the keys that lead, the first that says something. Where none leads, the first that the body has once: a customer’s
     * text adds keys, and takes none of the published template away.
     * @param wherever which keys count where they lead, if in another order
     */
    own(keys: Keys, wherever = all(keys)): { key: string; value: string } | undefined {
      const lead = wherever.filter((key) => leading.has(key));
      const counted = names(keys[0]) ? keys[0] : keys[1];
      const found = lead.length > 0 ? lead : counted;
      return found.flatMap((key) => {
        const value = textAt({ said: lead.length > 0 ? leading.get(key) : onlyValue(text, key) }, 'said');
        return value === undefined ? [] : { key, value };
      })[0];
    },
    names,
    /** @returns what the first of these keys says, or undefined if a customer’s text could have said it */
    value(keys: readonly string[], from: readonly Body[]): unknown {
      const first = keys.find((key) => leading.has(key));
      if (first !== undefined) return leading.get(first);
      // Text that closes an object can hide the real key in another object, so repeats count anywhere in the body.
      if (keys.reduce((sum, key) => sum + count(key), 0) !== 1) return undefined;
      return from.flatMap((body) => keys.map((key) => field(body, key))).find((value) => value !== undefined);
    },
  };
}

/** What a key says that is in the text once, as a whole text or as digits. */
function onlyValue(text: string, key: string): unknown {
  const form = new RegExp(`"${key}"\\s*:\\s*(?:("(?:[^"\\\\]|\\\\.){0,2000}"|\\d{1,16})(?=\\s*[,}]))?`, 'gs');
  const [found, ...others] = text.matchAll(form);
  return others.length === 0 ? jsonIn(found?.[1] ?? '') : undefined;
}

/**
 * Who reports, where no customer's text could have said it: the company before the person, an id before a name, and a field of
 * the form only if it leads, or where nothing else is named.
 * @param name the person's, only shown
 */
export function reporterOf(control: Control, { company, person, personName }: ReporterKeys, name: string | undefined) {
  const published = [...company[0], ...person[0]];
  const keys: Keys = [published, [...company[1], ...person[1], ...formFields]];
  const found = control.own(keys, [...formFields, ...all(company), ...all(person)]);
  const isPerson = found !== undefined && all(person).includes(found.key);
  const isCompany = found !== undefined && all(company).includes(found.key);
  const ofName = (key: string): boolean => key.endsWith('_name');
  const companyName = isCompany
    ? control.own([company[0].filter(ofName), company[1].filter(ofName)])?.value
    : undefined;
  return {
    customer: found && { id: found.value, name: isPerson ? name : companyName },
    isReporterNamed: control.names([...all(company), ...all(person), ...personName]),
  };
}

/** @returns undefined if the text is no JSON, or repeats a key within an object */
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

/** @throws Unreadable if a tool that writes its bodies itself cannot have written this one */
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

/** A template says that somebody wrote something. */
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
