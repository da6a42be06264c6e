/** Channels that are for some notices: each gets its own, an escalation goes further, and one that reaches nobody is an alarm. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScenario, type Scenario } from './house.ts';
import { filed } from './rhythm-details.ts';

interface Received {
  path: string;
  kind: string;
  incidentId: string;
  text: string;
}

const received: Received[] = [];
const refusals: Record<string, string[]> = {};
const secret = `whsec_${Buffer.from('a secret of thirty-two bytes or so').toString('base64')}`;
let server: Server;
let scenario: Scenario;

const at = (path: string, id?: string): string[] =>
  received.filter((each) => each.path === path && (!id || each.incidentId === id)).map(({ kind }) => kind);

async function open(channels: object[]): Promise<Scenario> {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const all = channels.map((each) => ({ kind: 'webhook', secret, allowPrivate: true, ...each }));
  const json = JSON.stringify(all.map((each) => ({ ...each, url: `${base}/${'name' in each ? each.name : ''}` })));
  return openScenario('2026-11-24T10:00:00+09:00', { environment: { ...process.env, NOTIFY_CHANNELS: json } });
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const after = refusals[path]?.shift();
      if (after) return void response.writeHead(429, { 'retry-after': after }).end();
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const data = (body.data ?? body) as Omit<Received, 'path'>;
      received.push({ path, kind: data.kind, incidentId: data.incidentId, text: data.text });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a house with channels for some', () => {
  beforeAll(async () => {
    scenario = await open([
      { name: 'orders', for: { area: 'order' } },
      { name: 'calm', for: { urgency: 'low' } },
      { name: 'drills', for: { drill: true } },
      { name: 'boss', escalation: true },
    ]);
  });
  afterAll(() => scenario.stop());

  it('tells each what it is for, and says why it came', async () => {
    const order = await filed(scenario, { id: 'T-1', area: 'Order' });
    const calm = await filed(scenario, { id: 'T-2', occurredAt: '2026-11-24T06:00:00+09:00', ongoing: 'no' });
    const drill = await filed(scenario, { id: 'T-3', area: 'order', drill: true });
    await scenario.advance('PT2M');
    expect([at('/orders', order), at('/calm', calm), at('/drills', drill)]).toEqual(Array(3).fill(['incident-filed']));
    expect(received).toHaveLength(3);
    expect(received[0]?.text).toContain('受信条件に合うため');
    expect((await scenario.inbox()).map((each) => each.incidentId).sort()).toEqual([order, calm, drill].sort());
  });
});

it('an escalation that reaches nobody is an alarm, before it happens and when it does', async () => {
  const house = await open([
    { name: 'filed', for: { kinds: 'incident-filed' } },
    { kind: 'inbox', secret: undefined, name: 'mine', for: { kinds: ['incident-filed'] } },
  ]);
  const undelivered = async (): Promise<number> => {
    await house.advance('PT5M');
    const { series } = (await house.get('/_local/metrics')).body as {
      series: { metric: { type: string }; points: { value: { int64Value: string } }[] }[];
    };
    const own = series.find(({ metric }) => metric.type.endsWith('undelivered_notices'));
    return Number(own?.points[0]?.value.int64Value);
  };
  try {
    expect((await house.get('/console/connections')).body).not.toContain('エスカレーションの通知先なし');
    await filed(house, { id: 'T-1' });
    await house.advance('PT2M');
    // With the first notice that is delivered: it goes where it should, and what would not is known.
    expect((await house.get('/console/connections')).body).toContain('エスカレーションの通知先なし');
    expect(await undelivered()).toBe(1);
    await house.advance('PT2H');
    expect(await undelivered()).toBe(2);
    // Of a drill nobody has to know.
    await filed(house, { id: 'T-2', drill: true });
    await house.advance('PT2H');
    expect(await undelivered()).toBe(2);
    expect(at('/filed')).toEqual(['incident-filed', 'incident-filed']);
  } finally {
    await house.stop();
  }
});
