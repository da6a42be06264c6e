/** One trace id from the door, through the tick and Pub/Sub, to the request that a channel gets. */
import { afterEach, expect, test, vi } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { openOtherSide } from '../outgoing/other-side.ts';
import { useScenario, withImpatientDoors } from './house.ts';

const traceparents: (string | undefined)[] = [];
const { url } = await openOtherSide((request, response) => {
  traceparents.push(request.headers.traceparent as string | undefined);
  request.resume();
  request.on('end', () => response.end('ok'));
});
const secret = `whsec_${Buffer.from('a secret of thirty-two bytes or so').toString('base64')}`;
const channels = JSON.stringify([{ kind: 'webhook', url, allowPrivate: true, secret }]);
const environment = { ...process.env, NOTIFY_CHANNELS: channels };
const scenario = useScenario('2026-11-24T10:00:02+09:00', { environment });
afterEach(() => {
  vi.restoreAllMocks();
  scenario.house.cloud.faults.clear();
  traceparents.length = 0;
});

/** What is logged while `work` runs, by its trace. */
async function loggedUnder(traceId: string, work: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(...String(chunk).split('\n'));
    return true;
  });
  await work();
  vi.restoreAllMocks();
  return lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, string>)
    .filter((line) => line.traceId === traceId)
    .map((line) => {
      expect(line['logging.googleapis.com/trace']).toBe(`projects/metronome-local/traces/${traceId}`);
      return line.message ?? '';
    });
}

const traceparent = (traceId: string): string => `00-${traceId}-00f067aa0ba902b7-01`;
const ofTickets = { authorization: 'Bearer local' };

test('a ticket: filed, announced and delivered under the trace that it came with', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const messages = await loggedUnder(traceId, async () => {
    const headers = { ...ofTickets, traceparent: traceparent(traceId) };
    expect((await scenario.post('/tickets', { id: 'T-1', subject: 'x' }, headers)).status).toBe(201);
    await scenario.advance('PT2M');
  });
  expect(messages).toEqual(['filed: incident', 'notice: incident-filed', 'delivered', 'delivered']);
  expect(traceparents).toHaveLength(1);
  expect(traceparents[0]).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`));
});

test('an alert by webhook, with the header that Google sets', async () => {
  const traceId = '5bf92f3577b34da6a3ce929d0e0e4737';
  await scenario.post('/alerts?auth_token=local', thresholdAlert({ id: '0.trace', policy: '77' }), {
    'x-cloud-trace-context': `${traceId}/123;o=1`,
  });
  await scenario.advance('PT2M');
  expect(traceparents.map((each) => each?.slice(3, 35))).toEqual([traceId]);
});

test('a ticket that was spilled to Pub/Sub keeps it all the way', async () => {
  const traceId = '6bf92f3577b34da6a3ce929d0e0e4738';
  const messages = await loggedUnder(traceId, async () => {
    scenario.house.cloud.faults.add({ target: 'firestore.*', effect: 'fail', code: 'UNAVAILABLE', times: 1_000_000 });
    const headers = { ...ofTickets, traceparent: traceparent(traceId) };
    const reply = await withImpatientDoors(() => scenario.post('/tickets', { id: 'T-2', subject: 'y' }, headers));
    expect(reply.status).toBe(202);
    scenario.house.cloud.faults.clear();
    await scenario.advance('PT5M');
  });
  expect(messages).toEqual(expect.arrayContaining(['filed: incident', 'notice: incident-filed', 'delivered']));
  expect(traceparents.map((each) => each?.slice(3, 35))).toContain(traceId);
});

test('what came without one has none, and is delivered', async () => {
  await scenario.ticket({ id: 'T-3', subject: 'z' });
  await scenario.advance('PT2M');
  expect(traceparents).toContain(undefined);
});
