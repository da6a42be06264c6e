/** An incident's card. It shows the record alone, so it is edited when the record changes, not as time passes. Pure. */
import type { Button, ConfirmationDialog, Overflow } from '@slack/types';
import type { OnDuty } from '../../duty/shift.ts';
import { areCounted } from '../../incidents/clocks/facts.ts';
import { emergencyRoles, isGoingOn, shownImpact } from '../../incidents/emergency/emergency.ts';
import { codeOf, goesOn, type Incident, unnamedIn } from '../../incidents/incident.ts';
import { knownFrom } from '../../incidents/links/brought.ts';
import type { TicketUpdate } from '../../incidents/outbox/sending.ts';
import { scopeSlot } from '../../incidents/rhythm/cadence.ts';
import { type Contact, customerIdsOf } from '../../incidents/rhythm/contact.ts';
import type { Policy } from '../../policy.ts';
import { clock, firstSentence } from '../../words/clock.ts';
import { fromText, glanceText } from '../../words/glance.ts';
import { type Both, type Language, nameFor, type Reader, say } from '../../words/language.ts';
import { actorText, areaLines, dutyText } from '../../words/people.ts';
import { reasonFor } from '../../words/say-recorded.ts';
import { consoleTexts } from '../../words/texts/console.ts';
import { incidentTexts } from '../../words/texts/incident-page.ts';
import { drillMark, headings, labels } from '../../words/texts/notices.ts';
import { situationWords } from '../../words/texts/situation.ts';
import { buttonWords, cardWords } from '../../words/texts/slack.ts';
import { valueTexts } from '../../words/texts/values.ts';
import { countCustomers, nameOfCustomers, whomText } from '../../words/whom.ts';
import {
  type Content,
  cutTo,
  escapeMarks,
  fitting,
  limits,
  linkTo,
  longestText,
  type MessageBlock,
  mrkdwn,
  plain,
} from './blocks.ts';
import { openButtons } from './notice-content.ts';

export interface CardBy {
  policy: Policy;
  language: Language;
  /** The console's address, without a slash at its end. */
  consoleUrl: string | undefined;
  /** The shift when the card was rendered: it says until when, because the end of a shift edits no card. */
  onDuty?: OnDuty | undefined;
  /** The ID of the incident that may be the same trouble, while the question is unanswered. */
  same?: string | undefined;
  /** What people are called, by their e-mail addresses. */
  names?: ReadonlyMap<string, string> | undefined;
  /** Updates that are being sent, and why one has not arrived so far. */
  sending?: readonly (Pick<TicketUpdate, 'customers'> & { error: string | null })[] | undefined;
}

export type CardAction = Exclude<keyof typeof buttonWords, 'open' | 'take-back' | 'recover-all' | 'unmerge'>;

/** The longest title, name or address shown; a longer one tells nothing more. */
const longestName = 200;
const mostNames = 5;

export function cardOf(incident: Incident, contacts: readonly Contact[], by: CardBy): Content {
  const { language } = by;
  const title = `${incident.isDrill ? drillMark[language] : ''}${incident.title || incident.id}`;
  if (incident.status === 'linked' && incident.linkedTo) return lineOfMerged(incident, incident.linkedTo, title, by);
  const glance = glanceText({ ...shownImpact(incident), status: incident.status }, by);
  const facts: MessageBlock[] = [
    { type: 'header', text: plain(title.replace(/\s+/g, ' '), limits.header) },
    { type: 'section', text: mrkdwn(factsOf(incident, contacts, glance, by).join('\n')) },
    { type: 'context', elements: [mrkdwn(placeOf(incident, by).join(' | '), limits.context)] },
  ];
  const actions = buttonsOf({ incident, contacts, by }).flatMap((elements): MessageBlock[] =>
    elements.length > 0 ? [{ type: 'actions', elements }] : [],
  );
  const text = [title, glance, codeOf(incident.id)].map((each) => cutTo(each.replace(/\s+/g, ' '), 500)).join(' | ');
  return { text: cutTo(escapeMarks(text), longestText), blocks: fitting(facts, actions) };
}

/** A merged incident has one line and the button that undoes the merge; everything else is on the primary's card. */
function lineOfMerged({ id }: Incident, linkedTo: string, title: string, by: CardBy): Content {
  const merged = say(by, cardWords.linkedTo, { code: codeOf(linkedTo) });
  const own = cutTo(title.replace(/\s+/g, ' '), longestName);
  const place = by.consoleUrl ? linkTo(`${by.consoleUrl}/incidents/${id}`, codeOf(id)) : undefined;
  const text = mrkdwn(`${place ?? codeOf(id)} ${escapeMarks(`${own} | ${merged}`)}`);
  const label = plain(say(by, buttonWords.unlink), limits.button);
  const accessory: Button = { type: 'button', action_id: 'unlink', text: label, value: id };
  return {
    text: cutTo(escapeMarks([own, merged, codeOf(id)].join(' | ')), longestText),
    blocks: [{ type: 'section', text, accessory }],
  };
}

function factsOf(incident: Incident, contacts: readonly Contact[], glance: string, by: CardBy): string[] {
  const { language, policy } = by;
  const line = (label: Both, value: string): string => `${say(by, label)}: ${escapeMarks(cutTo(value, 500))}`;
  const write = (at: Date): string => clock(at, language, policy, incident.filedAt);
  const status =
    incident.status === 'recovered' && incident.recoveredAt
      ? say(by, cardWords.recovered, { at: write(incident.recoveredAt) })
      : nameFor(by, 'status', incident.status);
  const next = nextDue(incident, contacts, by);
  const missing = countMissing(incident);
  const quoted = policy.slack.quote ? firstSentence(incident.description ?? '') : '';
  const duty = by.onDuty && incident.status === 'open' ? dutyText(by.onDuty, language, write) : undefined;
  return [
    ...(isGoingOn(incident.emergency) ? [`*${say(by, headings['emergency-begun'])}*`] : []),
    goesOn(incident)
      ? `*${escapeMarks(glance)}* | ${nameFor(by, 'ongoing', incident.ongoing)} | ${nameFor(by, 'urgencyMark', incident.urgency.level)}`
      : `*${escapeMarks(glance)}*`,
    ...(quoted ? [escapeMarks(say(by, cardWords.quote, { text: quoted }))] : []),
    line(cardWords.status, status),
    line(valueTexts['field.assignee'], whoIs(incident.assignee, by)),
    ...(isGoingOn(incident.emergency) ? [line(situationWords.roles, rolesText(incident, by))] : []),
    ...(duty ? [escapeMarks(cutTo(duty, 500))] : []),
    ...unansweredOf(incident, contacts, by),
    ...updatesOf(incident, contacts, by),
    ...(next ? [line(next.label, next.text)] : []),
    ...(missing > 0 ? [say(by, cardWords.missing, { n: missing })] : []),
    ...(by.same ? [`*${escapeMarks(say(by, incidentTexts['same.ask'], { code: codeOf(by.same) }))}*`] : []),
  ];
}

export function whoIs(actor: string | undefined, { names, language }: Pick<CardBy, 'names' | 'language'>): string {
  if (!actor) return consoleTexts['board.who.nobody'][language];
  const text = actorText(actor, undefined, language);
  return text === actor ? (names?.get(actor) ?? actor) : text;
}

function rolesText({ roles }: Incident, by: CardBy): string {
  const said = emergencyRoles.map((role) => `${nameFor(by, 'role', role)}: ${whoIs(roles?.[role]?.who, by)}`);
  return said.join(by.language === 'ja' ? '・' : ' · ');
}

export function whomOf(ids: readonly string[], { incident, contacts }: Shown, by: Reader, most = mostNames): string {
  const meant = contacts.filter((each) => customerIdsOf(each).some((id) => ids.includes(id)));
  return whomText(meant, unnamedIn(incident), by, most) || ids.join(' ');
}

/** Who has written, and has not heard from us since. */
function unansweredOf(incident: Incident, contacts: readonly Contact[], by: CardBy): string[] {
  const ids = incident.unanswered?.flatMap(({ customers }) => customers) ?? [];
  const names = whomOf(ids, { incident, contacts }, by);
  return incident.unanswered ? [`*${escapeMarks(cutTo(say(by, cardWords.unanswered, { names }), 500))}*`] : [];
}

function updatesOf(incident: Incident, contacts: readonly Contact[], by: CardBy): string[] {
  const of = (label: Both, ids: string[], reasons: readonly (string | null | undefined)[], mark = ''): string[] => {
    if (ids.length === 0) return [];
    const whys = [...new Set(reasons.flatMap((why) => (why ? [reasonFor(by, why)] : [])))].join(' ');
    const names = whomOf(ids, { incident, contacts }, by);
    const text = say(by, label, { names, why: whys && ` (${whys})` });
    return [`${mark}${escapeMarks(cutTo(text, 500))}${mark}`];
  };
  const { sending = [] } = by;
  const failed = contacts.filter((each) => each.unreached);
  const whyFailed = failed.map(({ unreached }) => unreached?.why);
  const notSent = of(cardWords.notSent, failed.flatMap(customerIdsOf), whyFailed, '*');
  const leaving = sending.flatMap(({ customers }) => customers);
  const whyLate = sending.map(({ error }) => error);
  return [...notSent, ...of(cardWords.onItsWay, leaving, whyLate)];
}

function nextDue(incident: Incident, contacts: readonly Contact[], by: CardBy) {
  const { language, policy } = by;
  const at = (due: Date): string => clock(due, language, policy, incident.filedAt);
  const waiting = waitingOf(contacts);
  const [first] = waiting;
  if (first?.nextUpdateDueAt) {
    const named = [{ ...first, name: nameOfContact(first, incident, by) }, ...waiting.slice(1)];
    const whom = whomText(named, unnamedIn(incident), by);
    return { label: cardWords.next, text: `${at(first.nextUpdateDueAt)} ${whom}` };
  }
  const scope = scopeSlot(incident, contacts.length, null, policy);
  if (scope) return { label: cardWords.scope, text: at(scope.dueAt) };
  return contacts.length > 0 ? { label: cardWords.next, text: say(by, cardWords.nobodyWaits) } : undefined;
}

/** The customers who wait for an update, soonest first. */
export const waitingOf = (contacts: readonly Contact[]): Contact[] =>
  contacts
    .filter((each) => !each.stoppedAt && each.nextUpdateDueAt)
    .sort((a, b) => Number(a.nextUpdateDueAt) - Number(b.nextUpdateDueAt) || (a.id < b.id ? -1 : 1));

/** The customers that “recovered for all” would include, without those that no longer count. */
export const stillDown = (contacts: readonly Contact[]): Contact[] =>
  contacts.filter((each) => !each.recoveredAt && (!each.isTheOthers || areCounted(each.facts)));

const nameOfContact = (contact: Contact, incident: Incident, by: Reader): string =>
  cutTo(nameOfCustomers(contact, unnamedIn(incident), by), longestName);

/** A contact as an option of a form. */
export const choiceOf = (contact: Contact, incident: Incident, by: Reader): readonly [id: string, name: string] => [
  customerIdsOf(contact)[0] ?? '',
  nameOfContact(contact, incident, by),
];

/** A finished incident is not asked whether it is ongoing. */
const countMissing = ({ missing, status }: Incident): number =>
  missing.filter(({ field }) => field !== 'ongoing' || goesOn({ status })).length;

/** Identifies the incident: its code, occurrence, report and ticket. */
function placeOf(incident: Incident, by: CardBy): string[] {
  const { language, policy } = by;
  const at = (when: Date | undefined): string =>
    when ? clock(when, language, policy, incident.filedAt) : say(by, consoleTexts.unknown);
  const ticket = incident.ticketUrls[0] && linkTo(incident.ticketUrls[0], say(by, labels.ticket));
  const from = knownFrom(incident);
  return [
    codeOf(incident.id),
    `${say(by, labels.occurred)}: ${at(incident.occurredAt)}${fromText(from.occurredAt, language)}`,
    `${nameFor(by, 'field', 'reportedAt')}: ${at(incident.reportedAt)}${fromText(from.reportedAt, language)}`,
    ...areaLines(incident.origin.area, policy, language).map((each) => escapeMarks(cutTo(each, 300))),
    // A truncated address is useless.
    ...(ticket && ticket.length < limits.context - 500 ? [ticket] : []),
  ];
}

interface Offered {
  incident: Incident;
  contacts: readonly Contact[];
  by: CardBy;
}

type Shown = Omit<Offered, 'by'>;

const isOpen = ({ incident }: Offered): boolean => incident.kind === 'incident' && incident.status === 'open';
const isOver = ({ incident: { kind, status } }: Offered): boolean =>
  kind === 'incident' && status !== 'open' && status !== 'linked';
const isSpokenOf = (of: Offered): boolean => isOpen(of) || isOver(of);
const isAsked = (of: Offered): boolean => isSpokenOf(of) && of.by.same !== undefined;

/** The condition for each button, in the order of the card. Everything about a linked incident is on its primary's card. */
const offered: [action: CardAction, isOffered: (of: Offered) => boolean][] = [
  ['merge', isAsked],
  ['apart', isAsked],
  ['take', (of) => isOpen(of) && !of.incident.assignee],
  ['take-over', (of) => isOpen(of) && of.incident.assignee !== undefined],
  ['happens', (of) => isOpen(of) && !(of.incident.verifiedAt && of.incident.ongoing === 'yes')],
  ['happens-again', isOver],
  ['scope', isOpen],
  ['snooze', ({ incident, contacts, by }) => scopeSlot(incident, contacts.length, null, by.policy) !== null],
  ['update', (of) => isOpen(of) || (isOver(of) && waitingOf(of.contacts).length > 0)],
  ['mitigate', isOpen],
  ['recover', isOpen],
  ['roles', (of) => isOpen(of) && isGoingOn(of.incident.emergency)],
];

/** The same for its menu, for which Slack's limit is five (docs.slack.dev, “Overflow menu element”). */
const inMenu: typeof offered = [
  ['undo', isSpokenOf],
  ['told', isSpokenOf],
  ['link', isOpen],
  ['assign', isOpen],
  ['note', isSpokenOf],
];

/** By usefulness: the first two offered steps are the card's primary buttons. */
const steps: readonly CardAction[] = ['take', 'happens', 'update', 'recover'];

/** Two rows: the primary buttons with the menu and the console; and the rest. */
function buttonsOf(of: Offered): (Button | Overflow)[][] {
  const { incident, contacts, by } = of;
  const words = (action: CardAction) => plain(say(by, buttonWords[action]), limits.button);
  const actionsIn = (table: typeof offered): CardAction[] => table.flatMap(([each, is]) => (is(of) ? [each] : []));
  const options = actionsIn(inMenu).map((each) => ({ text: words(each), value: `${each} ${incident.id}` }));
  const address = `${by.consoleUrl}/incidents/${incident.id}`;
  const isOne = countCustomers(stillDown(contacts), unnamedIn(incident)) < 2;
  // Buttons that ask for confirmation in Slack. For several customers, the answer to the press asks and names them.
  const asking: Partial<Record<CardAction, Partial<Button>>> = isOne ? { recover: { confirm: confirmation(by) } } : {};
  const button = (each: CardAction, style: Partial<Button> = {}): Button => ({
    type: 'button',
    action_id: each,
    text: words(each),
    value: incident.id,
    ...style,
    ...asking[each],
  });
  const all = actionsIn(offered);
  const first = steps.filter((each) => all.includes(each)).slice(0, 2);
  return [
    [
      ...first.map((each) => button(each, { style: 'primary' })),
      ...(options.length > 0 ? [{ type: 'overflow' as const, action_id: 'more', options }] : []),
      ...openButtons(by.consoleUrl ? { url: address } : {}, by.language),
    ],
    all.filter((each) => !first.includes(each)).map((each) => button(each)),
  ];
}

/** What the buttons of a card are called in what Slack sends; each carries the incident's id. */
export const cardActions: readonly CardAction[] = [...[...offered, ...inMenu].map(([action]) => action), 'unlink'];

const confirmation = (by: CardBy): ConfirmationDialog => ({
  title: plain(say(by, cardWords.recoverTitle), 100),
  text: plain(say(by, cardWords.recoverAsk), 300),
  confirm: plain(say(by, cardWords.recoverYes), 30),
  deny: plain(say(by, cardWords.recoverNo), 30),
});
