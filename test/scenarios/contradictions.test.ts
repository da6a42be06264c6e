/** Facts from before the occurrence are asked back, in the language of the form. */
import { describe, expect, test } from 'vitest';
import { type Reply, useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

const record = (id: string, event: Record<string, unknown>): Promise<Reply> =>
  scenario.post(`/api/incidents/${id}/events`, event);
const occurredAt = '2026-11-24T00:50:00.000Z';
const before = '2026-11-24T00:20:00.000Z';
const both = new RegExp(`${before} is before the occurrence at ${occurredAt}`);

async function file(id: string, fields: Record<string, unknown> = {}): Promise<string> {
  const reply = await scenario.ticket({ id, subject: '会計できない', occurredAt, customer: { id: 'a' }, ...fields });
  return reply.body.incident.id;
}

describe('a fact from before the occurrence', () => {
  test('is asked back with both times, whatever it states', async () => {
    const id = await file('X-1');
    const facts = [
      { type: 'recovered' },
      { type: 'responded' },
      { type: 'verified', ongoing: 'yes' },
      { type: 'customer-updated', customers: 'all', recovery: true },
      { type: 'mitigated', kind: 'setting' },
    ];
    for (const fact of facts) {
      const reply = await record(id, { ...fact, occurredAt: before });
      expect([fact.type, reply.status]).toEqual([fact.type, 422]);
      expect(reply.body.errors[0]).toEqual({ path: 'occurredAt', message: expect.stringMatching(both) });
    }
    expect((await record(id, { type: 'commented', text: '前から不安定', occurredAt: before })).status).toBe(201);
  });

  test('is answered in the form’s language, with both times', async () => {
    const id = await file('X-5');
    const page = await fetch(`${scenario.url}/console/incidents/${id}?lang=ja`);
    const cookie = page.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    const token = /name="([a-z]+)" value="([^"]+)"><input type="hidden" name="key"/.exec(await page.text());
    const body = new URLSearchParams({
      [token?.[1] ?? '']: token?.[2] ?? '',
      whom: 'all',
      occurredAt: '2026-11-24T09:20',
      zone: 'Asia/Tokyo',
    });
    const answer = await fetch(`${scenario.url}/console/incidents/${id}/events/recovered`, {
      method: 'POST',
      body,
      headers: { cookie, origin: scenario.url },
    });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toMatch(
      /11\/24\(火\) 9:20は発生日時11\/24\(火\) 9:50より前です|09:20は発生日時.*09:50より前です/,
    );
  });
});
