/** The one step that the console offers first, and a phone under the thumb. */
import { expect, test } from 'vitest';
import { nextStep } from '../../functions/console/flow.ts';
import { policy } from '../../functions/policy.ts';

const now = new Date('2026-11-24T02:30:00Z');
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const told = { lastUpdateAt: inMinutes(-60) };
const [overdue, soon, later] = [-1, 1, 60].map((minutes) => ({ nextUpdateDueAt: inMinutes(minutes) }));
const open = { status: 'open' };
const taken = { ...open, assignee: 'a' };
const confirmed = { ...taken, verifiedAt: now };

test.each<[what: string, incident: object, contact: object | undefined, step: string | undefined]>([
  ['nobody has taken, though an update is overdue', open, overdue, 'take'],
  ['is taken while an update is overdue, though it is not confirmed', taken, { ...told, ...overdue }, 'tell'],
  ['is taken while an update is due soon', taken, { ...told, ...soon }, 'confirm'],
  ['is taken while no customer is known', taken, undefined, 'confirm'],
  ['is confirmed before the first update', confirmed, later, 'tell'],
  ['is confirmed while an update is due soon', confirmed, { ...told, ...soon }, 'tell'],
  ['is confirmed while nobody is due', confirmed, { ...told, ...later }, 'recover'],
  ['has recovered, and its customer has not heard so', { status: 'recovered' }, overdue, 'tell'],
  ['has recovered, and nobody waits', { status: 'recovered' }, { ...told, nextUpdateDueAt: null }, undefined],
])('of what %s', (_, incident, contact, step) => {
  const contacts = contact ? [contact] : [];
  expect(nextStep({ now, policy } as never, { incident, contacts } as never)).toBe(step);
});
