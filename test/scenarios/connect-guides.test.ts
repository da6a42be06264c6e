/** Each guide of docs/how-to/connect that connects a ticket tool, from its first try to an update on the ticket, in both languages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectionOf, variablesOf } from '../../functions/outgoing/tickets/connection.ts';
import { type Config, readConfig } from '../../functions/platform/config.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { useScenario } from './house.ts';
import { type Tool, ticketDoors, tools } from './ticket-doors.ts';

const guideOf = (tool: Tool): string =>
  readFileSync(join(import.meta.dirname, `../../docs/how-to/connect/${tool}.md`), 'utf8');

/** The body of the guide's own try; Freshdesk's is its template, as the tool fills it in. */
function bodyOf(tool: Tool): unknown {
  const guide = guideOf(tool);
  if (tool !== 'freshdesk') return JSON.parse(/body='([^']*)'/.exec(guide)?.[1] ?? '');
  const values: Record<string, string> = { 'ticket.id': '1', 'ticket.requester.email': 'a@shop.example' };
  const template = /```json\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  return JSON.parse(template.replace(/\{\{([^}]*)\}\}/g, (_, name: string) => values[name] ?? ''));
}

const scenario = useScenario('2026-11-24T01:02:00.000Z', { environment: toolSecrets });

describe.each(tools)('the guide of %s', (tool) => {
  test('files a ticket by its own try, of which an update then reaches the customer', async () => {
    const filed = await ticketDoors(scenario).filed(tool, bodyOf(tool));
    expect(filed.body).toMatchObject({ created: true });
    const path = `/api/incidents/${filed.body.incident.id}/updates`;
    expect((await scenario.post(path, { customers: 'all', message: '確認中です。' })).status).toBe(202);
    await scenario.advance('PT1M');
    expect((await scenario.get(path)).body.updates).toMatchObject([{ tool, state: 'sent', error: null }]);
    const { comments } = (await scenario.get(`/_local/tools/${tool}/tickets/1`)).body;
    expect(comments.filter((each: { isPublic: boolean }) => each.isPublic)).toMatchObject([{ body: '確認中です。' }]);
  });

  test('names in both languages every variable that sending needs', () => {
    const [english = '', japanese = ''] = guideOf(tool).split('\n## 日本語\n');
    const named = variablesOf(tool).filter((each) => !each.endsWith('_API_URL'));
    for (const text of [english, japanese]) expect(named.filter((each) => !text.includes(`\`${each}\``))).toEqual([]);
  });
});

test('the guide of Zendesk names in both languages the scopes that are asked for', () => {
  const connection = connectionOf('zendesk', {
    ...readConfig(),
    ZENDESK_SUBDOMAIN: 'a',
    ZENDESK_OAUTH_CLIENT_ID: 'b',
    ZENDESK_OAUTH_CLIENT_SECRET: 'c',
  } as Config);
  const scopes = 'credentials' in connection ? (connection.credentials?.scope.split(' ') ?? []) : [];
  expect(scopes).toHaveLength(3);
  for (const text of guideOf('zendesk').split('\n## 日本語\n')) {
    expect(scopes.filter((each) => !text.includes(`\`${each}\``))).toEqual([]);
  }
});
