/** Links at their edges: races, chains, what comes in meanwhile, and what undoing gives back. */

import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TimelineEvent } from '../../functions/incidents/facts/events.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { naming } from '../fixtures/naming.ts';
import { expectFold } from './folds.ts';
import { type Reply, useHouses } from './house.ts';

const { scenario, moveIn } = useHouses('2026-11-24T01:00:00Z');
afterEach(() => scenario.house.cloud.faults.clear());

const ticket = (id: string, more: Record<string, unknown> = {}): Promise<Reply> =>
  scenario.ticket({ id, subject: '会計できない', ongoing: 'yes', customer: { id: `c-${id}` }, ...more });
async function file(id: string, more?: Record<string, unknown>): Promise<string> {
  return (await ticket(id, more)).body.incident.id;
}
const question = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  subject: '設定の場所を知りたい',
  category: 'question',
  differsFromExpected: 'no',
  ongoing: 'no',
  customer: { id: `c-${id}` },
  ...more,
});
const record = (id: string, event: Record<string, unknown>): Promise<Reply> =>
  scenario.post(`/api/incidents/${id}/events`, event);
async function link(id: string, to: string): Promise<void> {
  expect((await record(id, { type: 'linked', to, basis: 'the same error' })).status).toBe(201);
}
async function unlink(id: string): Promise<void> {
  expect((await record(id, { type: 'unlinked' })).status).toBe(201);
}
const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const contactsOf = async (id: string) => (await scenario.get(`/api/incidents/${id}/contacts?limit=200`)).body.contacts;
const customersOf = async (id: string): Promise<string[]> =>
  (await read(id)).affectedCustomers.map((each: { id: string }) => each.id).sort();
async function contactOf(id: string, customer: string) {
  return (await contactsOf(id)).find((each: { customers: { id: string }[] }) => each.customers[0]?.id === customer);
}

describe('later words', () => {
  test('one that makes an incident of a question does so in its own commit', async () => {
    const { id } = (await scenario.ticket(question('W-1'))).body.question;
    // The commit that would come after the word's own is refused, as if the process had ended there.
    const fault = { target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED', skip: 2 };
    await scenario.post('/_local/faults', { faults: [fault] });
    const word = question('W-1', {
      category: 'trouble',
      affectedCustomers: [{ id: 'w-2' }],
      description: 'やはり会計できない',
    });
    await scenario.ticket(word);
    scenario.house.cloud.faults.clear();
    await scenario.ticket(word);
    expect(await read(id)).toMatchObject({ kind: 'incident', status: 'open' });
    const contacts = await contactsOf(id);
    expect(contacts).toHaveLength((await read(id)).affectedCustomers.length);
    for (const each of contacts) expect(each.nextUpdateDueAt).not.toBeNull();
    await expectFold(id);
  });

  test.each([
    ['that changes nothing', 'Commit', { url: 'https://support.example/1' }],
    ['that changes the incident', 'BatchGetDocuments', { description: 'more', occurredAt: '2026-11-24T00:50:00Z' }],
  ])('a word %s and is on its way while its incident is linked reaches the survivor', async (name, method, more) => {
    const to = await file(`R-to ${name}`);
    const id = await file(`R ${name}`);
    const held = scenario.house.cloud.faults.hold({ target: `firestore.${method}`, skip: 1 });
    const word = ticket(`R ${name}`, more);
    await held.met();
    await link(id, to);
    held.letGo();
    expect((await word).body.incident.id).toBe(to);
    expect((await read(to)).reportCount).toBe(3);
    expect((await read(id)).reportCount).toBe(2);
    await unlink(id);
    expect([(await read(to)).reportCount, (await read(id)).reportCount]).toEqual([1, 2]);
  });

  test('a ticket of a linked incident does not link the survivor, and what was unlinked stays so', async () => {
    const to = await file('J-to');
    const id = await file('J');
    const other = await file('J-other');
    await link(id, to);
    await ticket('J', { ...naming(other), description: 'x' });
    expect((await read(to)).status).toBe('open');
    await unlink(id);
    // The incident that the ticket names has been linked to the one from which this was unlinked.
    await link(other, to);
    await ticket('J', { ...naming(other), description: 'y' });
    expect((await read(id)).status).toBe('open');
  });

  /** Of an incident's own timeline: who linked it to what, and why. */
  const linksOf = async (id: string): Promise<unknown[]> => {
    const { events } = (await scenario.get(`/api/incidents/${id}/timeline?limit=200`)).body;
    return events
      .filter((each: { type: string }) => each.type === 'linked')
      .map(({ actor, detail }: { actor: string; detail: { to: string; basis: string } }) => [
        actor,
        detail.to,
        detail.basis,
      ]);
  };

  test('a link is made by the ticket that names the other, or by the rule, and says why', async () => {
    const to = await file('Why-to');
    const id = await file('Why', { ...naming(to) });
    expect(await linksOf(id)).toEqual([['generic', to, 'The ticket names it.']]);
    const same = (index: number) => question(`Why-${index}`, { form: 'where-is', area: 'menu' });
    const first = (await scenario.ticket(same(1))).body.question.id;
    await scenario.ticket(same(2));
    const third = (await scenario.ticket(same(3))).body.incident.id;
    expect(await linksOf(first)).toEqual([['rule', third, '3 customers asked the same within PT1H.']]);
  });

  test.each([
    ['itself', (own: string) => own],
    ['what is not there', () => 'inc_gone'],
  ])('a ticket that names %s is filed, and joined to nothing', async (name, named) => {
    const id = await file(`Names ${name}`);
    const word = await ticket(`Names ${name}`, { ...naming(named(id)), description: 'more' });
    expect([word.status, word.body.incident.id, word.body.incident.status]).toEqual([200, id, 'open']);
    expect(await linksOf(id)).toEqual([]);
  });

  test('a ticket of what has recovered joins it to nothing, whatever the ticket names', async () => {
    const to = await file('Over-to');
    const id = await file('Over', { ongoing: 'no' });
    await record(id, { type: 'recovered' });
    await ticket('Over', { ongoing: 'no', ...naming(to), url: 'https://support.example/2' });
    expect(await read(id)).toMatchObject({ status: 'recovered', reportCount: 2 });
    expect((await read(to)).links ?? []).toEqual([]);
  });

  test('who asked what turns out to belong to an incident is told with the others, until it is told apart', async () => {
    const to = await file('V-1');
    const asked = (await scenario.ticket(question('V-2'))).body.question.id;
    await scenario.advance('PT20M');
    const linkedAt = Date.parse((await scenario.get('/_local/clock')).body.now);
    await link(asked, to);
    const contact = await contactOf(to, 'c-V-2');
    expect(contact).toMatchObject({ ticket: { tool: 'generic', id: 'V-2' }, stoppedAt: null });
    expect(Date.parse(contact.nextUpdateDueAt) - linkedAt).toBeLessThanOrEqual(15 * 60_000 + 5_000);
    await scenario.advance('PT12M');
    const reminders = (await scenario.inbox()).filter((each) => each.incidentId === to && each.kind === 'update-due');
    expect(reminders.at(-1)?.customers).toContain('c-V-2');
    await unlink(asked);
    expect(await contactOf(to, 'c-V-2')).toBeUndefined();
    expect(await contactsOf(asked)).toEqual([]);
    await expectFold(to);
  });

  test('who asks about what has recovered is told so once, and who was told is not told again', async () => {
    const to = await file('V-3');
    const told = { type: 'customer-updated', customers: 'all', message: '復旧しました', recovery: true };
    await record(to, told);
    for (const [id, customer] of [
      ['V-4', 'c-V-3'],
      ['V-5', 'c-V-5'],
    ] as const) {
      await link((await scenario.ticket(question(id, { customer: { id: customer } }))).body.question.id, to);
    }
    expect(await read(to)).toMatchObject({
      status: 'recovered',
      affectedCustomers: [{ id: 'c-V-3' }, { id: 'c-V-5' }],
    });
    expect((await contactOf(to, 'c-V-3')).nextUpdateDueAt).toBeNull();
    expect(await contactOf(to, 'c-V-5')).toMatchObject({
      endsWith: 'recovery',
      recoveredAt: (await read(to)).recoveredAt,
    });
    await record(to, told);
    expect((await contactOf(to, 'c-V-5')).nextUpdateDueAt).toBeNull();
  });

  test('a question that was unlinked from the third customer’s incident stays so', async () => {
    const same = (index: number) => question(`T-${index}`, { form: 'how-to', area: 'till' });
    const first = (await scenario.ticket(same(1))).body.question.id;
    await scenario.ticket(same(2));
    const third = (await scenario.ticket(same(3))).body.incident.id;
    await unlink(first);
    await scenario.ticket({ ...same(3), description: 'more' });
    expect(await read(first)).toMatchObject({ kind: 'incident', status: 'open' });
    expect((await read(third)).links).toHaveLength(1);
  });
});

test.each([
  ['an unlinking', 'the survivor’s own link', 'R'],
  ['the survivor’s own link', 'an unlinking', 'U'],
])('a race of %s with %s leaves each incident with what is its own', async (first, _, name) => {
  const [a, b, c] = await Promise.all([file(`${name}-1`), file(`${name}-2`), file(`${name}-3`)]);
  await link(a, b);
  const unlinking = () => record(a, { type: 'unlinked' });
  const linking = () => record(b, { type: 'linked', to: c, basis: 'the same error' });
  const [early, late] = first === 'an unlinking' ? [unlinking, linking] : [linking, unlinking];
  // Both have read, and neither has committed yet.
  const commits = scenario.house.cloud.faults.hold({ target: 'firestore.Commit', times: 2 });
  const begun = early();
  await commits.met();
  const other = late();
  await commits.met(2);
  commits.letGo();
  expect((await Promise.all([begun, other])).map(({ status }) => status)).toEqual([201, 201]);
  expect([await read(a), await read(b), await read(c)]).toMatchObject([
    { status: 'open', reportCount: 1 },
    { status: 'linked', linkedTo: c, reportCount: 1 },
    { status: 'open', reportCount: 2 },
  ]);
  expect(await customersOf(a)).toEqual([`c-${name}-1`]);
  expect(await customersOf(c)).toEqual([`c-${name}-2`, `c-${name}-3`]);
  expect(await contactOf(c, `c-${name}-1`)).toBeUndefined();
  expect((await contactOf(a, `c-${name}-1`)).nextUpdateDueAt).not.toBeNull();
  for (const each of [a, b, c]) await expectFold(each);
});

describe('about Metronome itself', () => {
  beforeAll(moveIn);
  const own = async (id: string): Promise<string> => {
    const labels = { service: 'metronome' };
    return (await scenario.alert(thresholdAlert({ id, policy: id, labels }))).body.incident.id;
  };
  const othersOf = async (id: string) =>
    (await contactsOf(id)).find((each: { isTheOthers: boolean }) => each.isTheOthers);
  const scope = (id: string): Promise<Reply> => record(id, { type: 'scoped', affectedCustomerCount: 3, method: 'log' });

  test('its customers are told with those of the incident that takes it over, and not apart from them', async () => {
    const [id, to] = [await own('0.own-3'), await file('OWN-3')];
    await scope(id);
    await link(id, to);
    expect((await othersOf(to)).nextUpdateDueAt).not.toBeNull();
    await unlink(id);
    expect(await othersOf(to)).toBeUndefined();
    expect(await othersOf(id)).toMatchObject({ stoppedAt: null, nextUpdateDueAt: null });
  });
});

test.each([
  ['itself', (id: string) => id],
  ['what is no incident', () => 'the other one'],
])('a link to %s is refused', async (name, to) => {
  const id = await file(`Refused ${name}`);
  expect((await record(id, { type: 'linked', to: to(id), basis: 'x' })).status).toBe(422);
});

test.each<[who: string, linked: Record<string, unknown>]>([
  ['its customer', {}],
  ['those whom it counts', { affectedCustomerCount: 3 }],
])(
  'an incident has recovered once a linked one, by which alone %s still waited, is told apart',
  async (what, linked) => {
    const to = await file(`P-to ${what}`);
    const id = await file(`P ${what}`, linked);
    await link(id, to);
    await record(to, { type: 'recovered', customers: [`c-P-to ${what}`] });
    expect((await read(to)).status).toBe('open');
    const { recoveredAt } = await contactOf(to, `c-P-to ${what}`);
    await unlink(id);
    expect(await read(to)).toMatchObject({ status: 'recovered', recoveredAt });
    expect((await read(id)).status).toBe('open');
    for (const each of [id, to]) await expectFold(each);
  },
);

describe('what was found not to occur, and a link opens again', () => {
  const denied = { type: 'verified', happened: 'no', method: 'the logs', evidenceUrl: 'https://evidence.example/1' };

  test.each<[whom: string, isTold: boolean]>([
    ['who was told of that', true],
    ['who was still to be told of it', false],
  ])('has its own customer wait for that message alone, %s, while another’s is ongoing', async (_, isTold) => {
    const to = await file(`D-to ${isTold}`, { customer: { id: 'd' } });
    await record(to, { ...denied, ongoing: 'no' });
    if (isTold) await record(to, { type: 'customer-updated', customers: 'all', message: '発生を確認できませんでした' });
    const before = await contactOf(to, 'd');
    expect(before.nextUpdateDueAt === null).toBe(isTold);
    const id = await file(`D ${isTold}`, { customer: { id: 'e' } });
    await link(id, to);
    expect((await read(to)).status).toBe('open');
    expect((await contactOf(to, 'd')).nextUpdateDueAt === null).toBe(isTold);
    // What is taken back meanwhile leaves that as it is.
    await record(to, { type: 'mitigated', kind: 'setting', note: '再起動' });
    const { events } = (await scenario.get(`/api/incidents/${to}/timeline?limit=200`)).body;
    const { id: eventId } = events.find((each: TimelineEvent) => each.type === 'mitigated');
    expect((await record(to, { type: 'retracted', eventId, why: '別件' })).status).toBe(201);
    expect((await contactOf(to, 'd')).nextUpdateDueAt === null).toBe(isTold);
    await unlink(id);
    expect((await read(to)).status).toBe('not-occurring');
    expect((await contactOf(to, 'd')).stoppedAt).toBe(before.stoppedAt);
    await expectFold(to);
  });
});

test('what a link opens again by the fast row owes its customers nothing of the hours in which it was over', async () => {
  await moveIn();
  const old = { occurredAt: '2026-11-20T01:00:00Z' };
  const over = await file('over', old);
  await scenario.advance('PT20M');
  const denied = { type: 'verified', happened: 'no', method: 'the logs', evidenceUrl: 'https://evidence.example/1' };
  expect((await record(over, { ...denied, ongoing: 'no' })).status).toBe(201);
  expect((await read(over)).status).toBe('not-occurring');
  await scenario.advance('PT150M');
  await link(await file('goes-on', old), over);
  await scenario.advance('PT1M');
  const contact = await contactOf(over, 'c-over');
  const { status, slots } = await read(over);
  expect([status, slots.notReminded]).toEqual(['open', 0]);
  const now = Date.parse((await scenario.get('/_local/clock')).body.now);
  expect(Date.parse(contact.nextUpdateDueAt) - now).toBeLessThanOrEqual(15 * 60_000);
  await expectFold(over);
});
