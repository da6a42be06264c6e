import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { useScenario } from './house.ts';

const scenario = useScenario();
afterEach(() => scenario.house.cloud.faults.clear());

interface Entry {
  id: string;
  source: string;
  reason: string;
  isCut?: boolean;
  length?: number;
  sha256?: string;
  state: string;
}

async function entries(state = 'open'): Promise<Entry[]> {
  return (await scenario.get(`/api/quarantine?state=${state}&limit=200`)).body.quarantine;
}

async function newEntries(work: () => Promise<unknown>): Promise<Entry[]> {
  const before = new Set((await entries()).map((each) => each.id));
  await work();
  await scenario.advance('PT1M');
  return (await entries()).filter((each) => !before.has(each.id));
}

test('a body through Pub/Sub of as many bytes as a door takes is filed, and one of one more is kept', async () => {
  const { maxBodyBytes } = policy.intake;
  const bodyOf = (id: string, bytes: number): string => {
    const ticket = { id, subject: id, extra: '' };
    return JSON.stringify({ ...ticket, extra: 'a'.repeat(bytes - JSON.stringify(ticket).length) });
  };
  const kept = await newEntries(async () => {
    await scenario.publish('ticket-notifications', bodyOf('most', maxBodyBytes));
    await scenario.publish('ticket-notifications', bodyOf('more', maxBodyBytes + 1));
  });
  expect(kept.map(({ reason }) => reason)).toEqual([expect.stringMatching(`^The body is ${maxBodyBytes + 1} bytes`)]);
  const { incidents } = (await scenario.get('/api/incidents')).body;
  expect(incidents.map(({ title }: { title: string }) => title)).toEqual(['most']);
});

describe('a body through Pub/Sub that is too large', () => {
  test('is kept whole at once where it can be zipped, and is read again from there', async () => {
    const text = JSON.stringify({ id: 'large-1', subject: 'large', extra: 'a'.repeat(2_000_000) });
    const [entry, ...more] = await newEntries(() => scenario.publish('ticket-notifications', text));
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ source: 'generic', reason: expect.stringMatching(/bytes/) });
    const { body } = await scenario.get(`/api/quarantine/${entry?.id}`);
    expect(body.raw.body).toBe(text);
    expect(body.encoding).toBeUndefined();
    expect((await scenario.get(`/console/quarantine/${entry?.id}`)).body).toContain('large-1');
    const replayed = await scenario.post(`/api/quarantine/${entry?.id}/replay`, {});
    expect(replayed).toMatchObject({ status: 201, body: { created: true, incident: { title: 'large' } } });
    const { id } = replayed.body.incident;
    const [signal] = (await scenario.get(`/api/incidents/${id}/signals`)).body.signals;
    expect((await scenario.get(`/api/signals/${signal.id}`)).body.raw.body).toBe(text);
  });

  test('is kept in part where it cannot, and is not read again but as somebody has mended it', async () => {
    const bytes = randomBytes(2_000_000);
    const [entry] = await newEntries(() => scenario.publish('alert-notifications', bytes));
    expect(entry).toMatchObject({ source: 'monitoring', isCut: true, length: 2_000_000 });
    expect(entry?.sha256).toMatch(/^[\da-f]{64}$/);
    expect((await scenario.post(`/api/quarantine/${entry?.id}/replay`, {})).status).toBe(422);
    const body = JSON.stringify({ incident: { incident_id: '0.cut', state: 'open', policy_name: 'Cut' } });
    const mended = await scenario.post(`/api/quarantine/${entry?.id}/mend`, { body });
    expect(mended).toMatchObject({ status: 201, body: { incident: { title: 'Cut' } } });
  });
});

test.each([
  ['repeats itself', () => 'x'.repeat(480)],
  ['does not', () => randomBytes(240).toString('hex')],
])('a ticket of 500 customers with long names that the door takes is filed when it %s', async (name, long) => {
  const affectedCustomers = Array.from({ length: 500 }, (_, index) => ({
    id: `${index}-${long()}`,
    name: `n${index} ${long()}`,
    contactId: `c${index}-${long()}`,
  }));
  const ticket = { id: `many-${name}`, subject: 'many', affectedCustomers };
  const reply = await scenario.ticket(ticket);
  expect(reply.status).toBe(201);
  const [signal] = (await scenario.get(`/api/incidents/${reply.body.incident.id}/signals`)).body.signals;
  const { body } = await scenario.get(`/api/signals/${signal.id}`);
  expect(JSON.parse(body.raw.body)).toEqual(ticket);
  expect(body.rawEncoding).toBeUndefined();
  expect((await scenario.get(`/console/signals/${signal.id}`)).status).toBe(200);
});

describe('the same bytes again', () => {
  test('open what was settled when they come through a door', async () => {
    const send = () => scenario.ticket({ id: 'again-1' });
    const [entry] = await newEntries(send);
    expect((await scenario.post(`/api/quarantine/${entry?.id}/dismiss`, { reason: 'ours' })).status).toBe(201);
    const [again] = await newEntries(send);
    expect(again).toMatchObject({ id: entry?.id, state: 'open' });
    const { body } = await scenario.get(`/api/quarantine/${entry?.id}`);
    expect(body.dismissedReason).toBeUndefined();
  });

  test('are an entry a message when they failed too often, and each goes back once', async () => {
    const attributes = { CloudPubSubDeadLetterSourceSubscription: 'projects/p/subscriptions/cloud-builds' };
    const found = await newEntries(async () => {
      await scenario.publish('dead-letters', '{}', attributes);
      await scenario.publish('dead-letters', '{}', attributes);
    });
    expect(found.map((each) => each.source)).toEqual(['cloud-builds', 'cloud-builds']);
    const replay = async () => {
      const reply = await scenario.post(`/api/quarantine/${found[0]?.id}/replay`, {});
      expect(reply).toMatchObject({ status: 201, body: { created: false, republished: 'cloud-builds' } });
    };
    const [unread] = await newEntries(replay);
    expect(unread?.source).toBe('cloud-build');
    await scenario.post(`/api/quarantine/${unread?.id}/dismiss`, { reason: 'no build' });
    expect(await newEntries(replay)).toEqual([]);
  });
});
