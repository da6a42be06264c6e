/** Corrections are chosen; a question that is trouble is one tap away. */
import { describe, expect, test } from 'vitest';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');

async function visit(path: string): Promise<{ cookie: string; text: string; token: [string, string] }> {
  const page = await fetch(`${scenario.url}${path}?lang=ja`);
  const cookie = page.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const text = await page.text();
  const [, name = '', value = ''] = /name="([a-z]+)" value="([^"]+)"><input type="hidden" name="key"/.exec(text) ?? [];
  return { cookie, text, token: [name, value] };
}

async function send(path: string, from: string, fields: Record<string, string>): Promise<Response> {
  const { cookie, token } = await visit(from);
  const body = new URLSearchParams({ [token[0]]: token[1], ...fields });
  const headers = { cookie, origin: scenario.url };
  return fetch(`${scenario.url}${path}`, { method: 'POST', body, headers, redirect: 'manual' });
}

test('a correction offers the values in the reader’s language, and takes the one that is chosen', async () => {
  const { id } = (await scenario.ticket({ id: 'M-2', subject: '会計できない', customer: { id: 'a' } })).body.incident;
  const path = `/console/incidents/${id}`;
  expect((await visit(path)).text).toContain('<option value="impact.businessImpact=stopped">業務停止</option>');
  const chosen = { field: 'impact.businessImpact', choiceValue: 'impact.businessImpact=stopped' };
  expect((await send(`${path}/events/corrected`, path, chosen)).status).toBe(303);
  expect((await scenario.get(`/api/incidents/${id}`)).body.impact.businessImpact).toBe('stopped');
  const other = { field: 'impact.businessImpact', choiceValue: 'ongoing=no' };
  expect((await send(`${path}/events/corrected`, path, other)).status).toBe(422);
});

describe('a question', () => {
  const asks = { subject: '使い方を知りたい', category: 'question', ongoing: 'no' };

  test('that is reported by hand stays one only where nothing differs from what was expected', async () => {
    const report = async (fields: Record<string, string>): Promise<string> => {
      const answer = await send('/console/report', '/console/report', { ...asks, ...fields, key: crypto.randomUUID() });
      const id = /inc_[\da-f]{24}/.exec(answer.headers.get('location') ?? '')?.[0];
      return (await scenario.get(`/api/incidents/${id}`)).body.kind;
    };
    expect((await visit('/console/report')).text).toContain('期待していた動きと違いますか');
    expect(await report({ differsFromExpected: 'no' })).toBe('question');
    expect(await report({ differsFromExpected: 'unknown' })).toBe('incident');
  });

  test.each([
    ['answered', 'answer', { kind: 'explained', note: '手順を送った' }],
    ['trouble', 'trouble', { why: '会計が止まっていた' }],
  ])('that is %s is so once, and a second tap of the same form is told the same', async (name, form, fields) => {
    const filed = await scenario.ticket({ id: `M-twice-${name}`, ...asks, differsFromExpected: 'no' });
    const path = `/console/incidents/${filed.body.question.id}`;
    const shown = (await visit(path)).text.split(`action="${path}/${form}"`)[1] ?? '';
    const [key = '', seen = ''] = ['key', 'seen'].map(
      (each) => shown.split(`name="${each}" value="`)[1]?.split('"')[0],
    );
    const tap = async (of: string) => {
      const answer = await send(`${path}/${form}`, path, { ...fields, seen, key: of });
      return [answer.status, answer.headers.get('location')];
    };
    const first = await tap(key);
    expect(first[0]).toBe(303);
    expect([await tap(key), (await tap('of-another-page-0'))[0]]).toEqual([first, 412]);
  });

  test('that proves to be trouble is an incident at one tap, with who and why', async () => {
    const ask = async (ticketId: string): Promise<string> =>
      (await scenario.ticket({ id: ticketId, ...asks, differsFromExpected: 'no', customer: { id: ticketId } })).body
        .question.id;
    const id = await ask('M-3');
    const path = `/console/incidents/${id}`;
    expect((await visit(path)).text).toContain('これはインシデントです');
    expect((await send(`${path}/trouble`, path, { why: '' })).status).toBe(422);
    expect((await send(`${path}/trouble`, path, { why: '会計が止まっていた' })).status).toBe(303);
    expect((await scenario.get(`/api/incidents/${id}`)).body).toMatchObject({ kind: 'incident', status: 'open' });
    const events = (await scenario.get(`/api/incidents/${id}/timeline`)).body.events;
    const detail = { rule: 'stated-to-be-trouble', why: '会計が止まっていた' };
    expect(events.at(-1)).toMatchObject({ type: 'reclassified', actor: 'local', detail });
    const other = await ask('M-4');
    const reclassify = (of: string) => scenario.post(`/api/questions/${of}/reclassify`, { why: '同じ症状' });
    expect([(await reclassify(other)).status, (await reclassify(other)).status]).toEqual([201, 409]);
    await scenario.advance('PT1M');
    expect((await scenario.inbox()).filter((each) => each.kind === 'incident-filed').length).toBeGreaterThanOrEqual(2);
  });
});
