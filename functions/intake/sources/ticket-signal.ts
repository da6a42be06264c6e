/** What the ticket tools' readers share: reading without insisting, and building the signal. */
import { earliest } from '../../incidents/incident.ts';
import {
  accountOf,
  type Customer,
  readableText,
  type Signal,
  type SignalKind,
  type Tool,
} from '../../incidents/signals/signal.ts';
import { defined } from '../../platform/defined.ts';
import { stableId } from '../../platform/ids.ts';
import { type Body, field, isObject, objectAt } from '../../platform/loose.ts';
import { nameLine, oneLine as singleLine } from '../../platform/one-line.ts';
import type { FieldError } from '../../platform/problem.ts';
import { siteAddress } from '../../platform/site-address.ts';
import { idsByContent, idText } from './fields.ts';
import { plainText } from './html-text.ts';
import { type SourceContext, Unreadable } from './source.ts';
import { readStatedFields, readToolTime } from './stated-fields.ts';

/** What a tool's reader found; blank and absent are the same. The description and the message are text or HTML. */
export interface TicketReading extends Partial<Record<Text, string | undefined>> {
  tool: Tool;
  ticketId: string;
  /** The tool's ID of this event; without one, equal content means the same event. */
  eventId?: string | undefined;
  kind: SignalKind;
  /** Candidates; the first one that is a time counts. */
  happenedAt?: readonly unknown[];
  reportedAt?: readonly unknown[];
  tags?: readonly string[];
  /** Ignored without an ID. */
  customer?: { id?: string | undefined; name?: string | undefined } | undefined;
  /** Who wrote it: the tool's id of the account, and what that calls itself. */
  agent?: TicketReading['customer'];
  /** A template names the reporter, so a form answer that seems to do so may be customer text. */
  isReporterNamed?: boolean;
  /** Identifies a signed template body: it is one signal whatever is sent beside it. */
  signedAs?: string | undefined;
  /** The tool's id of the account that made the ticket. */
  reporterId?: string | undefined;
  /** Set by a template; otherwise the tags decide. */
  isDrill?: boolean;
  /** The paths at which a body may have the generic fields. */
  statedIn?: readonly Body[];
}

type Text = 'title' | 'description' | 'message' | 'url' | 'form' | 'channel' | 'area' | 'commentId' | 'relatedSourceId';

const mostTags = 100;

export function readSignal(body: unknown, bytes: Buffer, context: SourceContext, word: TicketReading) {
  const { policy, receivedAt } = context;
  const problems: FieldError[] = [];
  const {
    tags: statedTags,
    customer: statedCustomer,
    ...stated
  } = readStatedFields(word.statedIn ?? [], context, problems);
  const all = [...(word.tags ?? []), ...(statedTags ?? [])];
  const tags = all.flatMap((each) => readableText(singleLine(each), 200) || []);
  const instant = (values: readonly unknown[] = []): Date | undefined =>
    values.flatMap((each) => readToolTime(each, policy.zone, receivedAt)?.at ?? [])[0];
  const happenedAt = instant(word.happenedAt);
  const account = oneLine(word.agent?.id, 320);
  const { customer, reporterId, commentId, relatedSourceId } = word;
  const optional = defined({
    // A tool's clock may be ahead of ours, but no report is from the future.
    happenedAt: happenedAt && earliest(happenedAt, receivedAt),
    reportedAt: instant(word.reportedAt),
    title: oneLine(word.title, policy.intake.maxTitleCharacters * 4),
    description: readable(word.description, policy.intake.maxDescriptionBytes),
    url: webAddress(word.url),
    form: oneLine(word.form, 200),
    channel: oneLine(word.channel, 200),
    area: oneLine(word.area, 200),
    customer:
      (word.isReporterNamed ? undefined : statedCustomer) ??
      (customer?.id ? customerIn(customer.id, customer.name) : undefined),
    agent: account && accountOf(word.tool, account),
    agentName: oneLine(word.agent?.name, 320),
    reporterAccount: reporterId && accountOf(word.tool, reporterId),
    message: readable(word.message, policy.intake.maxDescriptionBytes),
    commentId: commentId && readableText(singleLine(commentId), 200),
    relatedSourceId: relatedSourceId === word.ticketId ? undefined : relatedSourceId,
  });
  // A proof that covers no body says beside it what the body means, so one body can mean several things.
  const known = word.signedAs === undefined ? [word.tool, word.ticketId, word.kind] : [word.tool, word.signedAs];
  const { id, ...beside } =
    word.eventId === undefined
      ? idsByContent(known, body, bytes, context, happenedAt !== undefined)
      : { id: stableId('sig', word.tool, word.ticketId, word.eventId) };
  const signal: Signal = {
    id,
    source: 'ticket',
    tool: word.tool,
    sourceId: word.ticketId,
    kind: word.kind,
    receivedAt,
    differsFromExpected: 'unknown',
    ongoing: 'unknown',
    isReporterAffected: true,
    affectedCustomers: [],
    isDrill: word.isDrill ?? saysDrill(word.tags),
    ...optional,
    ...stated,
    tags: [...new Set(tags)].slice(0, mostTags),
    problems,
  };
  return { signal, ...beside };
}

/** Text for reading: HTML is turned into it, plain text stays. */
const readable = (value: string | undefined, maxBytes: number): string | undefined =>
  (value && readableText(plainText(value), maxBytes)) || undefined;

const oneLine = (value: string | undefined, maxBytes: number): string | undefined =>
  (value && readableText(nameLine(plainText(value)), maxBytes)) || undefined;

const customerIn = (id: string, name = ''): Customer =>
  defined({ id: readableText(singleLine(id), 500), name: readableText(nameLine(name), 500) || undefined });

/** An http or https address; Zendesk writes its own without a scheme. */
function webAddress(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const address = /^https?:\/\//i.test(value) ? value : `https://${value}`;
  const isAddress = /^https?:\/\/[\w-]+\.[^\s]+$/i.test(address) || /^https?:\/\/localhost[:/]/i.test(address);
  return isAddress && address.length <= 2_000 && URL.canParse(address) ? address : undefined;
}

/** The page of a ticket on the tool's configured site. */
export function ticketUrl(
  site: string | undefined,
  domain: string,
  path: string,
  ticketId: string,
): string | undefined {
  const address = siteAddress(site, domain);
  return address && `${address}${path}${encodeURIComponent(ticketId)}`;
}

/** @throws Unreadable when the body is no object */
export function requireObject(body: unknown): Body {
  if (isObject(body)) return body;
  throw new Unreadable('The body is not one JSON object.', [{ path: '', message: 'It has to be one JSON object.' }]);
}

/** @throws Unreadable saying where the ticket's id was looked for */
export function requireTicketId(values: readonly unknown[], path: string): string {
  const id = firstId(values);
  if (id !== undefined) return id;
  throw new Unreadable('The body does not say which ticket it is about.', [
    { path, message: 'It is required: the ticket’s id, as text or a whole number.' },
  ]);
}

/** The first value that is an ID; a placeholder that was not filled in is not one. */
export function firstId(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const id = idText.safeParse(value);
    if (id.success && !/^\{\{.*\}\}$/s.test(id.data)) return id.data;
  }
  return undefined;
}

/** The first of the named fields that is text and says something; numbers count as their text. */
export function textAt(body: Body, ...fieldNames: string[]): string | undefined {
  for (const name of fieldNames) {
    const value = field(body, name);
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (typeof value === 'string' && value.trim() !== '' && !/^\{\{[^{}]{0,200}\}\}$/.test(value.trim())) {
      return value.toWellFormed().trim();
    }
  }
  return undefined;
}

export const saysDrill = (tags: unknown): boolean =>
  tagsOf(tags).some((each) => /^(?:drill|metronome-drill|訓練)$/i.test(singleLine(each)));

/** Tags as a list, or as text separated by blanks or commas. */
export function tagsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((each) => each !== '' && !each.startsWith('{{'));
  if (!Array.isArray(value)) return [];
  return value.flatMap((each) => (typeof each === 'string' ? each : textAt(objectAt(each), 'name')) ?? []);
}
