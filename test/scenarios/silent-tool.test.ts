/** A ticket tool that gives no answer, whatever it is asked, keeps nobody else's updates from leaving. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { listen } from '../../infra/local/front.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { openScenario, type Scenario } from './house.ts';
import { type Tool, ticketDoors } from './ticket-doors.ts';

/** What is judged here are updates alone. */
const { notes } = policy.outgoing;
policy.outgoing.notes = { filed: false, reclassified: false, recovered: false, notOccurring: false };

const waiting = 8;
let isSilent = true;
let questions = 0;
const zendesk = createServer((request, response) => {
  questions += 1;
  if (isSilent) {
    request.socket.destroy();
    return;
  }
  if (request.url === '/oauth/tokens') {
    response.end(JSON.stringify({ access_token: 'token', token_type: 'bearer', expires_in: 1_800 }));
    return;
  }
  if (request.url?.includes('/comments')) {
    response.end(JSON.stringify({ comments: [] }));
    return;
  }
  const ticket = { status: 'open', updated_at: '2026-11-24T00:00:00Z' };
  const audit = { events: [{ type: 'Comment', id: questions }] };
  response.end(JSON.stringify(request.method === 'GET' ? { ticket } : { ticket, audit }));
});

let scenario: Scenario;
beforeAll(async () => {
  const address = `http://127.0.0.1:${await listen(zendesk, 0)}`;
  const environment = { ...toolSecrets, ZENDESK_API_URL: address };
  scenario = await openScenario('2026-11-24T01:02:00.000Z', { environment });
});
afterAll(async () => {
  policy.outgoing.notes = notes;
  await scenario.stop();
  zendesk.closeAllConnections();
  zendesk.close();
});

async function tapped(tool: Tool, ticketId: string): Promise<string> {
  const { id } = (await ticketDoors(scenario).reported(tool, ticketId)).body.incident;
  expect((await scenario.post(`/api/incidents/${id}/updates`, { customers: 'all', message: '確認中' })).status).toBe(
    202,
  );
  return id;
}
const statesOf = async (ids: string[]): Promise<string[]> => {
  const all = await Promise.all(ids.map((id) => scenario.get(`/api/incidents/${id}/updates`)));
  return all.flatMap(({ body }) => body.updates.map((each: { state: string }) => each.state));
};

test('it is asked by few at once, the others’ updates leave, and its own do once it answers', async () => {
  const silent: string[] = [];
  for (let number = 0; number < waiting; number += 1) silent.push(await tapped('zendesk', String(91_000 + number)));
  const others: string[] = [];
  for (let number = 0; number < 2; number += 1) {
    for (const tool of ['intercom', 'freshdesk', 'jira'] as const) {
      others.push(await tapped(tool, String(92_000 + 10 * number + tool.length)));
    }
  }
  await scenario.advance('PT1M');
  expect(new Set(await statesOf(others))).toEqual(new Set(['sent']));
  // Each update on its way when it fell silent has asked once; from then on it is tried, not stormed.
  const asked = questions;
  await scenario.advance('PT4M');
  expect(questions).toBeGreaterThan(asked);
  expect(questions - asked).toBeLessThan(25);
  isSilent = false;
  await scenario.advance('PT5M');
  expect(new Set(await statesOf(silent))).toEqual(new Set(['sent']));
});

test('what it has not taken in a quarter of an hour has failed', async () => {
  isSilent = true;
  const silent: string[] = [];
  for (let number = 0; number < 4; number += 1) silent.push(await tapped('zendesk', String(93_000 + number)));
  const asked = questions;
  await scenario.advance('PT18M');
  expect(new Set(await statesOf(silent))).toEqual(new Set(['failed']));
  expect(questions - asked).toBeLessThan(120);
});
