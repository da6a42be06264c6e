/** Tickets from their beginning to long after their end: generic ones, and those of the ticket tools. */
import { hourMs, minuteMs } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act, Call } from '../stage.ts';
import { type Door, sending, webhook } from './sending.ts';
import { type Happening, sameWords, type Tool, type ToolTicket, toolBody } from './tools.ts';

/** An act that is this much later as often as not falls on the same instant as another. */
const wholeMinutes = (random: Random, from: number, to: number): number => random.between(from, to) * minuteMs;

const customers = Array.from({ length: 24 }, (_, index) => `store-${String(index + 1).padStart(2, '0')}`);
const areas = ['order', 'payment', 'stock', 'printing'];
const subjects = ['注文が通らない', '決済に失敗する', '在庫が合わない', '伝票が印刷できない', 'Register is slow'];

function post(at: number, name: string, door: Door, body: unknown): Act {
  const text = JSON.stringify(body);
  return sending(at, name, (now) => webhook(door, text, now));
}

function publish(at: number, name: string, body: unknown): Act {
  const call: Call = { kind: 'publish', topic: 'ticket-notifications', data: JSON.stringify(body) };
  return sending(at, name, () => call);
}

/** The same thing once more: at the same instant, or when somebody presses the button again. */
function again(random: Random, act: (at: number) => Act, at: number): Act[] {
  if (random.chance(0.12)) return [act(at)];
  return random.chance(0.1) ? [act(at + wholeMinutes(random, 1, 90))] : [];
}

/** What a reporter knows: some say when it occurred, some do not, and a few are wrong. */
function occurrence(random: Random, at: number): { occurredAt?: string } {
  const lot = random.next();
  if (lot < 0.2) return {};
  const agoMs =
    lot < 0.75
      ? wholeMinutes(random, 0, 59)
      : lot < 0.8
        ? hourMs
        : lot < 0.97
          ? wholeMinutes(random, 61, 20 * 60)
          : -wholeMinutes(random, 3, 30);
  return { occurredAt: new Date(at - agoMs).toISOString() };
}

/** @param number of this ticket among all */
export function genericTicket(random: Random, at: number, number: number): Act[] {
  const id = `T-${number}`;
  const name = `ticket ${id}`;
  const customer = random.pick(customers);
  const report = {
    id,
    subject: random.pick(subjects),
    category: 'trouble',
    ...occurrence(random, at),
    ...(random.chance(0.7) ? { ongoing: random.pick(['yes', 'yes', 'no', 'unknown']) } : {}),
    ...(random.chance(0.6) ? { businessImpact: random.pick(['stopped', 'degraded', 'inconvenient', 'none']) } : {}),
    ...(random.chance(0.9)
      ? { customer: { id: customer, ...(random.chance(0.2) ? { contactId: 'chain-3' } : {}) } }
      : {}),
    ...(random.chance(0.05) ? { reporterAffected: false } : {}),
    ...(random.chance(0.25) ? { affectedCustomers: [{ id: random.pick(customers) }, { id: `${customer}-b` }] } : {}),
    ...(random.chance(0.25) ? { affectedCustomerCount: random.pick([1, 2, random.between(2, 40)]) } : {}),
    ...(random.chance(0.06) ? { drill: true } : {}),
    area: random.pick(areas),
    channel: random.pick(['phone', 'mail', 'chat']),
  };
  const isPublished = random.chance(0.12);
  const door = random.chance(0.2) ? 'signed' : 'generic';
  const send = (body: unknown, what: string) => (when: number) =>
    isPublished ? publish(when, `${name} ${what}, by the topic`, body) : post(when, `${name} ${what}`, door, body);
  const acts = [send(report, 'is sent')(at), ...again(random, send(report, 'is sent again'), at)];
  if (random.chance(0.3)) {
    const changed = {
      ...report,
      ...(random.chance(0.5) ? occurrence(random, at) : {}),
      ...(random.chance(0.5) ? { ongoing: random.pick(['yes', 'no']) } : {}),
      ...(random.chance(0.3) ? { affectedCustomers: [{ id: random.pick(customers) }] } : {}),
      description: `追記 ${number}`,
    };
    const when = at + wholeMinutes(random, 0, 120);
    acts.push(send(changed, 'has changed')(when), ...again(random, send(changed, 'has changed'), when));
  }
  const later = new Random(`${name}, reported later`);
  return [...acts, ...reportedLater(later, at).map(({ when, more, what }) => send({ ...report, ...more }, what)(when))];
}

/** It becomes worse, it stops again hours after, or its reporter says the same words once more. */
function reportedLater(random: Random, at: number): { when: number; more: object; what: string }[] {
  if (random.chance(0.7)) return [];
  const worse = { businessImpact: 'stopped', affectedCustomerCount: random.between(3, 60), ongoing: 'yes' };
  const stopped = { subject: `また止まった ${random.between(1, 2)}`, ongoing: 'yes' };
  const [more, what] = random.pick([
    [worse, 'is worse'],
    [stopped, 'has stopped again'],
    [{}, 'is said once more'],
  ] as const);
  const when = at + wholeMinutes(random, 5, random.pick([2, 12]) * 60);
  const later = random.chance(0.3) ? [{ when: when + wholeMinutes(random, 11, 30), more, what: `${what}, twice` }] : [];
  return [{ when, more, what }, ...later];
}

export function ticketOfTool(random: Random, at: number, number: number, tool: Tool): Act[] {
  const ticket: ToolTicket = {
    tool,
    id: String(40_000 + number),
    subject: random.pick(subjects),
    customer: tool === 'freshdesk' ? `${random.pick(customers)}@shop.example` : random.pick(customers),
  };
  let events = number * 100;
  const tell = (what: Happening, happenedAt: number, delayMs = 0): Act[] => {
    events += 1;
    const body = JSON.stringify(toolBody(ticket, what, happenedAt, events));
    const name = `${tool} ${ticket.id} ${what}`;
    const act = (when: number): Act =>
      sending(when, name, (now, attempt) => webhook(tool, attempted(tool, body, attempt), now));
    return [act(happenedAt + delayMs), ...again(random, act, happenedAt + delayMs)];
  };
  // A first word that overtakes the ticket it is about.
  const isOvertaken = random.chance(0.08);
  const acts = tell('created', at, isOvertaken ? 2 * minuteMs : 0);
  if (isOvertaken) acts.push(...tell(random.pick(['replied', 'wrote', 'solved', 'noted']), at + minuteMs));
  if (tool === 'zendesk' && random.chance(0.4)) acts.push(...tell('filled', at + wholeMinutes(random, 0, 5)));
  let when = at + wholeMinutes(random, 3, 14);
  // Some hear of a reply long after it was sent, when others have stated what they did since.
  const slow = new Random(`${tool} ${ticket.id} is slow`);
  for (let replies = random.pick([0, 0, 1, 2, 3, 5]); replies > 0; replies -= 1) {
    acts.push(...tell('replied', when, slow.chance(0.2) ? wholeMinutes(slow, 10, 100) : 0));
    when += wholeMinutes(random, 10, 45);
  }
  if (random.chance(0.2)) acts.push(...tell('noted', at + wholeMinutes(random, 1, 60)));
  // Some write while it is looked into, some when they were told that all works again.
  for (let words = random.pick([0, 0, 1, 1, 2]); words > 0; words -= 1) {
    acts.push(...tell('wrote', at + wholeMinutes(random, 5, random.pick([2, 9]) * 60)));
  }
  if (tool === 'zendesk') acts.push(...saidAgain(new Random(`${tool} ${ticket.id} says it again`), at, ticket));
  if (random.chance(0.4)) {
    const solvedAt = at + wholeMinutes(random, 60, 480);
    acts.push(...tell('solved', solvedAt));
    if (random.chance(0.3)) acts.push(...tell('reopened', solvedAt + wholeMinutes(random, 1, 300)));
  }
  return acts;
}

/** The same words twice or three times, of which each is said again. */
function saidAgain(random: Random, at: number, ticket: ToolTicket): Act[] {
  if (random.chance(0.6)) return [];
  const body = JSON.stringify(sameWords(ticket, random.pick(['agent-replied', 'customer-wrote'])));
  const times = Array.from({ length: random.between(2, 3) }, () => at + wholeMinutes(random, 10, 300));
  return times.map((each) =>
    sending(each, `zendesk ${ticket.id} says it again`, (now) => webhook('zendesk', body, now)),
  );
}

/** Intercom counts its attempts in the body, so that a resend has other bytes and is the same notification. */
function attempted(tool: Tool, body: string, attempt: number): string {
  return tool === 'intercom' ? body.replace('"delivery_attempts":1', `"delivery_attempts":${attempt}`) : body;
}

/** A ticket of billing, sales or the like. */
export function outsideTicket(random: Random, at: number, number: number): Act[] {
  const stated = random.chance(0.5) ? { category: 'outside' } : { form: '請求' };
  const body = {
    id: `O-${number}`,
    subject: '請求書の宛名を変えたい',
    ...stated,
    customer: { id: random.pick(customers) },
  };
  const act = (when: number): Act => post(when, `outside ticket O-${number}`, 'generic', body);
  return [act(at), ...again(random, act, at)];
}

/** Authentic, and no ticket or alert at all. */
export function unreadable(random: Random, at: number, number: number): Act[] {
  const name = `unreadable body ${number}`;
  const one: (when: number) => Act = random.pick([
    (when: number) => post(when, name, 'generic', { subject: `番号のないチケット ${number}` }),
    (when: number) => post(when, name, 'zendesk', { event: 'created', note: number }),
    (when: number) => post(when, name, 'alerts', { incident: { incident_id: `0.odd${number}`, state: 'sideways' } }),
    (when: number) =>
      sending(when, name, () => ({ kind: 'publish', topic: 'alert-notifications', data: `not JSON ${number}` })),
  ]);
  // Its sender has not been mended, and says so again when somebody has settled it.
  const stubborn = new Random(`${name} comes again`);
  const later = stubborn.chance(0.4) ? [one(at + stubborn.between(4, 20) * hourMs)] : [];
  return [one(at), ...again(random, one, at), ...later];
}
