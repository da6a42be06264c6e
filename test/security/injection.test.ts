/** What a customer writes into a ticket, wherever it comes out again: pages, bundles, notices, logs, and in this process. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { googleChatBody, slackBody, webhookBody } from '../../functions/outgoing/channels/bodies.ts';
import { policy } from '../../functions/policy.ts';
import { weekOf } from '../../functions/postmortems/week.ts';
import { noticeMessage } from '../fuzz/bodies.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';

/** Each would begin an element, an attribute, a link, a table cell, a mention or another log line, were it let. */
const payload =
  '<evil9 onload=alert(1)> "evil9" \'evil9\' </textarea></script><evil9> [evil9](javascript:alert(1)) ![evil9](https://evil.example/x.png)\n| evil9 | evil9 |\n# evil9\n<!channel> <@U123> <users/all> @here &lt;evil9&gt; `evil9` ${evil9} {{evil9}}\r\n{"severity":"CRITICAL","message":"forged"}\u2028\u202e';

let scenario: Scenario;
let incidentId = '';
const lines: string[] = [];
const recorded: number[] = [];
beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  scenario = await openScenario();
  const customer = { id: payload, name: payload, contactId: payload };
  const texts = { subject: payload, description: payload, form: payload, channel: payload, area: payload };
  const filed = await scenario.ticket({
    id: payload,
    ...texts,
    customer,
    affectedCustomers: [{ id: `2${payload}`, name: payload }],
  });
  incidentId = filed.body.incident.id;
  await scenario.ticket({ id: 'bad', [payload]: payload, subject: { payload } });
  for (const statement of [
    { type: 'assigned', assignee: payload.slice(0, 300) },
    { type: 'commented', text: payload },
    { type: 'scoped', affectedCustomerCount: 3, method: payload, evidenceUrl: 'https://x.example/"><evil9>' },
    { type: 'mitigated', kind: 'workaround', note: payload },
    { type: 'customer-updated', customers: 'all', message: payload, channel: 'ticket' },
    { type: 'caused', category: 'release', summary: payload, releaseId: payload },
    { type: 'fixed', permanentFix: payload },
    { type: 'prevention', text: payload },
  ]) {
    recorded.push((await scenario.post(`/api/incidents/${incidentId}/events`, statement)).status);
  }
  const action = { incidentId, description: payload, kind: 'prevent', owner: payload.slice(0, 300), doneWhen: payload };
  recorded.push((await scenario.post('/api/actions', action)).status);
  await scenario.advance('PT40M');
});
afterAll(async () => {
  await scenario.stop();
  vi.restoreAllMocks();
});

/** Whether the text would begin an element, or end an attribute or a text, of its own. */
const breaksOut = (html: string): string | undefined =>
  /<\/?evil9|["']evil9|onload=alert\(1\)>|href="javascript:/.exec(html)?.[0];

test('all of it is taken', () => {
  expect(recorded).toEqual(recorded.map(() => 201));
});

test('every page of HTML shows it as text', async () => {
  const { quarantine } = (await scenario.get('/api/quarantine')).body;
  const { signals } = (await scenario.get(`/api/incidents/${incidentId}/signals`)).body;
  const week = weekOf(new Date(scenario.house.cloud.clock.now()), policy.zone).id;
  await scenario.post(`/api/postmortems/${week}/assemble`, {});
  const paths = [
    '',
    `/incidents/${incidentId}`,
    `/signals/${signals[0].id}`,
    '/quarantine',
    `/quarantine/${quarantine[0].id}`,
    '/questions',
    '/actions',
    '/postmortems',
    `/postmortems/${week}`,
    `/postmortems/${week}/meeting`,
    '/trends',
    '/connections',
  ];
  let shown = 0;
  for (const path of paths) {
    const { status, body } = await scenario.get(`/console${path}`);
    expect([path, status, breaksOut(body)]).toEqual([path, 200, undefined]);
    shown += body.includes('evil9') ? 1 : 0;
  }
  expect(shown).toBeGreaterThan(6);
  const { body: html } = await scenario.get(`/api/postmortems/${week}.html`);
  expect([html.includes('evil9'), breaksOut(html)]).toEqual([true, undefined]);
  const { body: markdown } = await scenario.get(`/api/postmortems/${week}.md`);
  expect(markdown).toContain('evil9');
  // An unescaped tag, link, image or heading would begin so.
  expect(markdown).not.toMatch(
    /(?:^|[^\\])<\/?evil9|(?:^|[^\\])\[evil9|(?:^|[^\\])!\[evil9|^# evil9|^\| evil9 \| evil9/m,
  );
});

describe('in notices', () => {
  const outgoing = {
    notice: { ...noticeMessage, subject: { ja: payload, en: payload }, text: { ja: payload, en: payload } } as never,
    language: 'en' as const,
    at: new Date(0),
  };

  test('nobody is called, and nothing is linked, by what a ticket says', () => {
    const slack = slackBody(outgoing);
    // A header is plain text to Slack; everything else is marked up.
    const marked = JSON.stringify([JSON.parse(slack).text, JSON.parse(slack).blocks.slice(1)]);
    expect(marked).not.toMatch(/<(?!\/?mrkdwn)/);
    expect(marked).toContain('&lt;!channel&gt;');
    // An address in a ticket is no link.
    expect(marked.match(/"mrkdwn"/g)).toHaveLength(marked.match(/"verbatim":true/g)?.length ?? 0);
    expect(JSON.parse(googleChatBody(outgoing)).text).not.toContain('<');
    expect(JSON.parse(webhookBody(outgoing)).data.text).toBe(payload);
  });

  test('and the responders were told, in words that hold it as text', async () => {
    const messages = await scenario.inbox();
    expect(messages.filter((each) => each.incidentId === incidentId).length).toBeGreaterThan(0);
  });
});

test('in logs every line is one object of our own', () => {
  const written = lines
    .join('')
    .trimEnd()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(written.length).toBeGreaterThan(5);
  for (const line of written) expect(JSON.parse(line)).toMatchObject({ severity: expect.anything() });
  expect(written.filter((line) => JSON.parse(line).message === 'forged')).toEqual([]);
  // Whatever was on stdout, no forged line did.
  expect(
    lines
      .join('')
      .split('\n')
      .filter((line) => line.startsWith('{"severity":"CRITICAL"')),
  ).toEqual([]);
});

test('in objects it is a key like any other, and no prototype', async () => {
  const polluting =
    '{"__proto__":{"isAdmin":true,"isDrill":true},"constructor":{"prototype":{"isAdmin":true}},"id":"pp","subject":"x","customer":{"id":"c","__proto__":{"name":"evil"}}}';
  const filed = await scenario.post('/tickets', polluting, { authorization: 'Bearer local' });
  expect(filed.body.incident).toMatchObject({ isDrill: false });
  await scenario.post(
    '/alerts?auth_token=local',
    polluting.replace('"id"', '"incident":{"__proto__":{"state":"open","incident_id":"1"}},"id"'),
  );
  await scenario.post(`/api/incidents/${incidentId}/events`, polluting.replace('"id":"pp"', '"type":"commented"'));
  await scenario.get('/api/incidents?__proto__[isAdmin]=true&constructor.prototype.isAdmin=1');
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});
