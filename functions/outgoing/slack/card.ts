/**
 * An incident's card: what it does to whom, whether it goes on, who has it, who is due next and when, what nobody has said
 * yet, and the buttons by which a responder says it. It follows from the record alone, so that it is edited when that
 * changes and not as time passes. Pure.
 */
import type { OnDuty } from '../../duty/shift.ts';
import { codeOf } from '../../incidents/code.ts';
import { isGoingOn } from '../../incidents/emergency/emergency.ts';
import { goesOn, type Incident, unnamedIn } from '../../incidents/incident.ts';
import { scopeSlot } from '../../incidents/rhythm/cadence.ts';
import type { Contact } from '../../incidents/rhythm/contact.ts';
import type { Policy } from '../../policy.ts';
import { actorText } from '../../words/actor.ts';
import { areaLines } from '../../words/area.ts';
import { clock } from '../../words/clock.ts';
import { dutyText } from '../../words/duty.ts';
import { glanceText } from '../../words/glance.ts';
import { type Both, type Language, nameOf, say } from '../../words/language.ts';
import { drillMark } from '../../words/texts/notices.ts';
import { cardWords } from '../../words/texts/slack.ts';
import {
  type Button,
  type Content,
  cutTo,
  escapeMarks,
  fitting,
  isOpenable,
  limits,
  linkTo,
  longestText,
  type MessageBlock,
  mrkdwn,
  plain,
} from './blocks.ts';

export interface CardBy {
  policy: Policy;
  language: Language;
  /** Of the console, without a slash at its end. */
  consoleUrl: string | undefined;
  /** As it was when the card was shown: it says until when, and nobody edits it as a shift ends. */
  onDuty?: OnDuty | undefined;
  /** The id of the incident that it may be the same trouble as, while nobody has answered. */
  same?: string | undefined;
}

/** What the buttons of a card are called in what Slack sends; each carries the incident's id. */
export const cardActions = [
  'take',
  'take-over',
  'happens',
  'happens-again',
  'update',
  'recover',
  'merge',
  'apart',
] as const;
export type CardAction = (typeof cardActions)[number];

/** Of a title, a name, an address of a person: more of it than this says nothing more. */
const longestName = 200;
const mostFields = 5;

export function cardOf(incident: Incident, contacts: readonly Contact[], by: CardBy): Content {
  const { language, policy } = by;
  const customer = policy.customerLabel[language];
  const title = `${incident.isDrill ? drillMark[language] : ''}${incident.title || incident.id}`;
  const glance = glanceText({ ...incident.impact, status: incident.status }, language, customer, incident.filedAt);
  const facts: MessageBlock[] = [
    { type: 'header', text: plain(title.replace(/\s+/g, ' '), limits.header) },
    { type: 'section', text: mrkdwn(factsOf(incident, contacts, glance, by).join('\n')) },
    { type: 'context', elements: [mrkdwn(placeOf(incident, by).join(' | '), limits.context)] },
  ];
  const buttons = buttonsOf(incident, contacts, by);
  const actions: MessageBlock[] = buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : [];
  const text = [title, glance, codeOf(incident.id)].map((each) => cutTo(each.replace(/\s+/g, ' '), 500)).join(' | ');
  return { text: cutTo(escapeMarks(text), longestText), blocks: fitting(facts, actions) };
}

function factsOf(incident: Incident, contacts: readonly Contact[], glance: string, by: CardBy): string[] {
  const { language, policy } = by;
  const name = (kind: string, value: string): string => nameOf(kind, value, language, policy.customerLabel[language]);
  const line = (label: Both, value: string): string => `${say(by, label)}: ${escapeMarks(cutTo(value, 500))}`;
  if (incident.status === 'linked' && incident.linkedTo) {
    return [escapeMarks(say(by, cardWords.linkedTo, { code: codeOf(incident.linkedTo) }))];
  }
  const status =
    incident.status === 'recovered' && incident.recoveredAt
      ? say(by, cardWords.recovered, { at: clock(incident.recoveredAt, language, policy, incident.filedAt) })
      : name('status', incident.status);
  const next = nextDue(incident, contacts, by);
  const missing = missingOf(incident, by);
  const until = (at: Date): string => clock(at, language, policy, incident.filedAt);
  const duty = by.onDuty && incident.status === 'open' ? dutyText(by.onDuty, language, until) : undefined;
  return [
    ...(isGoingOn(incident.emergency) ? [`*${say(by, cardWords.emergency)}*`] : []),
    goesOn(incident)
      ? `*${escapeMarks(glance)}* | ${name('ongoing', incident.ongoing)} | ${name('urgencyMark', incident.urgency.level)}`
      : `*${escapeMarks(glance)}*`,
    line(cardWords.status, status),
    line(
      cardWords.owner,
      incident.assignee ? actorText(incident.assignee, undefined, language) : say(by, cardWords.nobody),
    ),
    ...(duty ? [escapeMarks(cutTo(duty, 500))] : []),
    ...(next ? [line(next.label, next.text)] : []),
    ...(missing ? [line(cardWords.missing, missing)] : []),
    ...(by.same ? [`*${escapeMarks(say(by, cardWords.same, { code: codeOf(by.same) }))}*`] : []),
  ];
}

/** When the next update is due, and for whom. */
function nextDue(
  incident: Incident,
  contacts: readonly Contact[],
  by: CardBy,
): { label: Both; text: string } | undefined {
  const { language, policy } = by;
  const waiting = waitingOf(contacts);
  const [first] = waiting;
  if (first?.nextUpdateDueAt) {
    const all = waiting.reduce((sum, each) => sum + customersOf(each, incident), 0);
    const more = all - (first.isTheOthers ? customersOf(first, incident) : 1);
    const name = cutTo(nameOfContact(first, by), longestName);
    const whom = more > 0 ? say(by, cardWords.andMore, { name, n: more }) : name;
    return {
      label: cardWords.next,
      text: `${clock(first.nextUpdateDueAt, language, policy, incident.filedAt)} ${whom}`,
    };
  }
  const scope = scopeSlot(incident, contacts.length, null, policy);
  if (scope) return { label: cardWords.scope, text: clock(scope.dueAt, language, policy, incident.filedAt) };
  return contacts.length > 0 ? { label: cardWords.next, text: say(by, cardWords.nobodyWaits) } : undefined;
}

/** As the head of the card counts them: those whom nobody has named are as many as were counted. */
const customersOf = ({ isTheOthers, customers }: Contact, incident: Incident): number =>
  Math.max(1, isTheOthers ? unnamedIn(incident) : customers.length);

/** Those who wait for word from us, soonest first. */
export const waitingOf = (contacts: readonly Contact[]): Contact[] =>
  contacts
    .filter((each) => !each.stoppedAt && each.nextUpdateDueAt)
    .sort((a, b) => Number(a.nextUpdateDueAt) - Number(b.nextUpdateDueAt) || (a.id < b.id ? -1 : 1));

export function nameOfContact(contact: Contact, by: CardBy): string {
  if (contact.isTheOthers) return say(by, cardWords.others);
  return contact.name ?? contact.customers[0]?.id ?? contact.id;
}

function missingOf(incident: Incident, by: CardBy): string | undefined {
  if (incident.missing.length === 0) return undefined;
  const { language, policy } = by;
  const names = incident.missing.map(({ field }) => nameOf('field', field, language, policy.customerLabel[language]));
  const rest = names.length - mostFields;
  const shown = [...names.slice(0, mostFields), ...(rest > 0 ? [say(by, cardWords.andMoreFields, { n: rest })] : [])];
  return shown.join(language === 'ja' ? '、' : ', ');
}

/** What places it: its code, when it occurred and was reported, its ticket. */
function placeOf(incident: Incident, by: CardBy): string[] {
  const { language, policy } = by;
  const at = (when: Date | undefined): string =>
    when ? clock(when, language, policy, incident.filedAt) : say(by, cardWords.unknown);
  const ticket = incident.ticketUrls[0] && linkTo(incident.ticketUrls[0], say(by, cardWords.ticket));
  return [
    codeOf(incident.id),
    `${say(by, cardWords.occurred)}: ${at(incident.occurredAt)}`,
    `${say(by, cardWords.reported)}: ${at(incident.reportedAt)}`,
    ...areaLines(incident.origin.area, policy, language).map((each) => escapeMarks(cutTo(each, 300))),
    // An address that is cut is none.
    ...(ticket && ticket.length < limits.context - 500 ? [ticket] : []),
  ];
}

/** What can still be said of it. A linked incident is spoken of where it was linked to. */
function buttonsOf(incident: Incident, contacts: readonly Contact[], by: CardBy): Button[] {
  const button = (action: CardAction, label: Both, more: Partial<Button> = {}): Button => ({
    type: 'button',
    action_id: action,
    text: plain(say(by, label), limits.button),
    value: incident.id,
    ...more,
  });
  const isOpen = incident.status === 'open';
  const address = by.consoleUrl && `${by.consoleUrl}/incidents/${incident.id}`;
  const isSpokenOf = incident.kind === 'incident' && incident.status !== 'linked';
  return [
    ...(isSpokenOf && isOpen
      ? [
          incident.assignee
            ? button('take-over', cardWords.takeOver)
            : button('take', cardWords.take, { style: 'primary' }),
          button('happens', cardWords.happens),
        ]
      : []),
    ...(isSpokenOf && !isOpen ? [button('happens-again', cardWords.happensAgain)] : []),
    ...(isSpokenOf && (isOpen || waitingOf(contacts).length > 0) ? [button('update', cardWords.update)] : []),
    ...(isSpokenOf && isOpen
      ? [
          button('recover', cardWords.recover, {
            confirm: {
              title: plain(say(by, cardWords.recoverTitle), 100),
              text: plain(say(by, cardWords.recoverAsk), 300),
              confirm: plain(say(by, cardWords.recoverYes), 30),
              deny: plain(say(by, cardWords.recoverNo), 30),
            },
          }),
        ]
      : []),
    ...(isSpokenOf && by.same ? [button('merge', cardWords.merge), button('apart', cardWords.apart)] : []),
    ...(address && isOpenable(address)
      ? [{ type: 'button' as const, action_id: 'open', text: plain(say(by, cardWords.open)), url: address }]
      : []),
  ];
}
