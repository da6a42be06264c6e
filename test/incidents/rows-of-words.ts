/** What comes in later of a record, a row each: `words-whole.txt` keeps all that each comes to. */

import { openIncident } from '../../functions/incidents/fold/beginning.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { TicketUpdate } from '../../functions/incidents/outbox/sending.ts';
import { routeSignal } from '../../functions/incidents/signals/routing.ts';
import type { Signal } from '../../functions/incidents/signals/signal.ts';
import { policy } from '../../functions/policy.ts';
import { signalWith } from './signals.ts';

const receivedAt = new Date('2026-11-24T01:00:00Z');
const earlier = new Date('2026-11-24T01:02:00Z');
const later = new Date('2026-11-24T01:04:00Z');
export const now = new Date('2026-11-24T01:05:00Z');
const signal = (fields: Partial<Signal> = {}): Signal => signalWith({ id: 'sig_2', tool: 'zendesk', sourceId: '9120', receivedAt, title: '注文が確定できない', customer: { id: 'store-12' }, ...fields });
const incident = (fields: Partial<Incident> = {}): Incident => {
  const first = signal();
  return { ...openIncident('inc_1', 0, first, routeSignal(first, policy), policy, receivedAt), ...fields };
};
const bare = (fields: Partial<Incident> = {}): Incident => {
  const { occurredAt: _, description: __, ...rest } = incident({ title: '', ...fields });
  return rest;
};
const reply = (fields: Partial<Signal> = {}) => signal({ kind: 'agent-replied', agent: '鈴木', message: '調べています', happenedAt: later, ...fields });
const without = (of: Signal, ...fields: (keyof Signal)[]): Signal => Object.fromEntries(Object.entries(of).filter(([field]) => !fields.includes(field as keyof Signal))) as unknown as Signal;

const untitled = without(signal(), 'title');
const unnamed = without(reply(), 'customer');
const undated = without(reply({ tool: 'freshdesk' }), 'happenedAt');
const recovered = (fields: Partial<Incident> = {}) => incident({ status: 'recovered', recoveredAt: receivedAt, ...fields });
const notFound = (fields: Partial<Incident> = {}) => incident({ status: 'not-occurring', ...fields });
const over = notFound({ recoveredAt: receivedAt, ongoing: 'no', description: 'x' });
const responded = (who: string) => incident({ firstResponseAt: later, responders: [who] });
const nobody = incident({ affectedCustomers: [], impact: {} });
const counted = (affectedCustomerCount?: number, fields: Partial<Incident> = {}) => {
  const { affectedCustomerCount: _, ...impact } = incident().impact;
  return incident({ impact: { ...impact, ...(affectedCustomerCount === undefined ? {} : { affectedCustomerCount }) }, ...fields });
};
const degraded = { impact: { businessImpact: 'degraded', affectedCustomerCount: 5 } } as const;
const known = incident({ description: '赤い画面', occurredAt: receivedAt, ongoing: 'yes', impact: { businessImpact: 'degraded', affectedCustomerCount: 1 } });
const otherwise = signal({ title: '別の題', description: '別の説明', occurredAt: { at: later, isApproximate: false }, ongoing: 'no', businessImpact: 'inconvenient' });
const before = (isApproximate: boolean) => ({ ...untitled, occurredAt: { at: new Date('2026-11-23T01:00:00Z'), isApproximate } });
const others = [{ id: 'store-12' }, { id: 'store-13' }];
const resourceOf = (resourceName: string) => ({ project: 'p', policy: '1', policyName: 'x', resourceName });
const alertOf = (resourceName: string) => signal({ source: 'alert', kind: 'alert-opened', alert: resourceOf(resourceName) });
const paging = { state: 'triggered' as const, sequence: 1, episode: 1, at: receivedAt, why: ['unanswered'] };
const sent = (state: TicketUpdate['state']): TicketUpdate => ({
  id: 'upd_1',
  incidentId: 'inc_1',
  tool: 'zendesk',
  ticketId: '9120',
  customers: ['store-12'],
  text: '調べています',
  state,
  requestedAt: receivedAt,
  requestedBy: '田中',
  commentId: null,
});

export type Row = [of: Incident, word: Signal, echoed?: TicketUpdate];
export const rowsOfWords: Record<string, Row> = {
  // An agent's public reply is that customer's update, and the first of them the first response.
  'a reply': [incident(), reply()],
  'a reply after another: an update alone': [responded('田中'), reply({ happenedAt: now })],
  'a reply that was sent before another and came after it: the first response': [responded('田中'), reply({ happenedAt: earlier })],
  'a reply of a responder at the same time: no earlier response, and nobody new': [responded('鈴木'), reply()],
  'a reply without a customer: about the reporter': [incident(), unnamed],
  'a reply without a customer on another ticket: about nobody': [incident(), { ...unnamed, sourceId: '9999' }],
  'a reply without a customer on another tool’s ticket of this number: about nobody': [incident(), { ...unnamed, tool: 'jira' }],
  'a reply to another customer: nobody is newly affected': [incident(), reply({ customer: { id: 'store-99' } })],
  'a reply outside: nothing': [incident({ kind: 'outside' }), reply()],
  'a reply of an agent that the tool does not name: the tool’s, and no responder': [incident(), without(reply(), 'agent')],
  'a reply while a page is on: its answer': [incident({ paging }), reply()],
  'a reply without words': [incident(), without(reply(), 'message')],
  'a reply after recovery: questions nothing': [recovered({ firstResponseAt: receivedAt }), reply()],

  // Of a reply of which Freshdesk tells the text alone its ticket is read before it counts.
  'Freshdesk’s reply without a time or an id: to be read': [incident(), undated],
  'Freshdesk’s reply with an id': [incident(), { ...undated, commentId: '91' }],
  'Freshdesk’s reply with a time': [incident(), { ...undated, happenedAt: later }],
  'another tool’s reply without a time': [incident(), { ...undated, tool: 'zendesk' }],
  'Freshdesk’s reply to a question': [incident({ kind: 'question' }), undated],

  // What we have sent ourselves comes back as an echo.
  'an echo while it is being sent: tells its sender, and nobody else': [incident(), reply({ commentId: '91' }), sent('sending')],
  'an echo while that is unknown': [incident(), reply({ commentId: '91' }), sent('unknown')],
  'an echo without an id: tells when it was': [incident(), reply(), sent('sending')],
  'an echo of what is known to have been sent: nothing': [incident(), reply(), sent('sent')],

  'a note: nothing': [incident(), signal({ kind: 'noted' })],
  'a note after recovery: nothing': [recovered(), signal({ kind: 'noted' })],
  'solved: no recovery': [incident(), signal({ kind: 'solved' })],
  'solved after recovery: nothing': [recovered(), signal({ kind: 'solved' })],
  'a customer’s message on an incident: announced with its words': [incident(), signal({ kind: 'customer-wrote', message: 'まだです' })],
  'a customer’s message on a question: nothing': [incident({ kind: 'question' }), signal({ kind: 'customer-wrote', message: 'まだです' })],
  'a customer’s message fills in nothing': [incident(), signal({ kind: 'customer-wrote', description: '赤い画面', businessImpact: 'stopped' })],
  'a customer’s message after recovery: questions it, and does not undo it': [recovered(), signal({ kind: 'customer-wrote', message: 'x'.repeat(501) })],
  'a reopened ticket after recovery: questions it, and does not undo it': [recovered(), signal({ kind: 'reopened', message: 'x'.repeat(501) })],
  'a reopened ticket after recovery without a word': [recovered(), signal({ kind: 'reopened' })],
  'a reopened ticket of an open one: nothing': [incident(), signal({ kind: 'reopened' })],
  'another report after recovery: no more than a report': [recovered(), signal({ description: '赤い画面' })],
  'the same report after recovery: nothing': [recovered(), signal()],

  // What was not found to occur is open again by a report or a customer's word, since then.
  'reported again: open since it was reported': [notFound(), signal({ happenedAt: later })],
  'reported again, and that came late': [notFound({ reopenedAt: receivedAt }), signal({ happenedAt: later })],
  'reported again, and found to go on after that: open since that': [notFound({ reopenedAt: now }), signal({ happenedAt: later })],
  'reported again by a clock that is ahead: open since now': [notFound(), signal({ happenedAt: new Date(now.getTime() + 1) })],
  'not found to occur, and stated': [over, signal({ kind: 'stated', ongoing: 'yes' })],
  'not found to occur, and an alert': [over, signal({ kind: 'alert-opened', ongoing: 'yes' })],
  'not found to occur, and a customer’s message: opened by the rule, not in the writer’s name': [over, signal({ kind: 'customer-wrote', ongoing: 'yes', agent: 'zendesk:7', agentName: '店長' })],
  'not found to occur, and reopened': [over, signal({ kind: 'reopened', ongoing: 'yes' })],
  'not found to occur, and a note: nothing': [over, signal({ kind: 'noted', ongoing: 'yes' })],
  'not found to occur, and solved: nothing': [over, signal({ kind: 'solved', ongoing: 'yes' })],
  'the same report of an open one: nothing': [incident(), signal()],
  'an alert of an open one: nothing': [incident(), signal({ kind: 'alert-opened' })],

  // A further report fills in what is unknown.
  'its title, its description and whether it is ongoing': [bare(), signal({ description: '赤い画面', ongoing: 'no' })],
  'who said it, at the time at which it was': [incident(), signal({ ongoing: 'yes', agent: '鈴木', happenedAt: later })],
  'what it costs the business, which the reference score follows': [bare({ title: 'x' }), { ...untitled, businessImpact: 'stopped' }],
  'when it occurred, which judges the urgency again': [bare({ title: 'x' }), before(false)],
  'when about it occurred': [bare({ title: 'x' }), before(true)],
  'what is known stays': [known, otherwise],
  'what it does not say is not said': [bare(), untitled],
  'an alert’s description': [incident(), signal({ kind: 'alert-opened', description: '赤い画面' })],

  // Who is affected grows by those that a report names, and each new one is to be told.
  'names one more': [incident(), signal({ affectedCustomers: others })],
  'names one more within the count that is known: the names alone': [incident({ impact: { affectedCustomerCount: 5 } }), signal({ affectedCustomers: others })],
  'a count where none was known': [counted(), signal({ affectedCustomerCount: 7 })],
  'fewer than are named': [counted(), signal({ affectedCustomerCount: 1 })],
  'a smaller count than the known one: nothing': [counted(5), signal({ affectedCustomerCount: 3 })],
  'a larger count than the known one': [counted(5), signal({ affectedCustomerCount: 7 })],
  'nobody, about which nothing is known: nothing': [nobody, without(signal(), 'customer')],
  'the first who is named where nobody was': [nobody, signal()],

  'worse: with the value that it replaces, and a count that it does not raise stays': [incident(degraded), signal({ businessImpact: 'stopped', affectedCustomerCount: 2 })],
  'worse than what a person was the first to state: reported': [{ ...incident(degraded), stated: { 'impact.businessImpact': null } } as Incident, signal({ businessImpact: 'stopped' })],
  'counts nobody, about whose impact nothing is known: the number alone': [nobody, without(signal({ affectedCustomerCount: 4 }), 'customer')],

  // An alert adds the resources that its group does not name yet, while it is open.
  'another resource of an alert: joins its group': [incident({ alert: resourceOf('db-1') }), alertOf('db-2')],
  'the same resource: nothing': [incident({ alert: resourceOf('db-1') }), alertOf('db-1')],
  'another resource after recovery: nothing': [recovered({ alert: resourceOf('db-1') }), alertOf('db-2')],
  'another resource of what a ticket names: nothing': [incident({ alert: resourceOf('db-1') }), { ...alertOf('db-2'), source: 'ticket' }],
  'names somebody who was taken off by hand: nobody': [{ ...incident(degraded), takenOff: ['store-13'] } as Incident, signal({ affectedCustomers: [{ id: 'store-13' }] })],
};
