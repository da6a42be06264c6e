/** What the smoke test of a deployment asks, what it waits for, and when it gives up. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { MetricServiceClient } from '@google-cloud/monitoring';
import { credentials } from '@grpc/grpc-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { hasGaugePoint } from '../../infra/deploy/gauge-point.ts';
import { type SmokeOptions, smoke } from '../../infra/deploy/smoke.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { useScenario } from '../scenarios/house.ts';

describe('the smoke test', () => {
  const scenario = useScenario('2026-11-24T00:01:00Z');
  let startedAt: Date;
  beforeEach(() => {
    startedAt = new Date(scenario.house.cloud.clock.now());
  });
  const areWritten = async (): Promise<boolean> => {
    const client = new MetricServiceClient({
      projectId: localProject,
      apiEndpoint: '127.0.0.1',
      port: scenario.house.cloud.port,
      sslCreds: credentials.createInsecure(),
    });
    const until = new Date(scenario.house.cloud.clock.now());
    const isThere = await hasGaugePoint(client, localProject, { since: startedAt, until });
    await client.close();
    return isThere;
  };
  const options = () => ({
    ticketsUrl: `${scenario.url}/tickets`,
    ticketsToken: 'local',
    apiUrl: `${scenario.url}/api`,
    gauges: { write: () => Promise.reject(new Error('nobody may')), areWritten },
    pages: { url: `${scenario.url}/console` },
    withinMs: 900_000,
    time: {
      now: () => scenario.house.cloud.clock.now(),
      pause: (milliseconds: number) => scenario.advance(`PT${milliseconds / 1_000}S`),
      say: () => undefined,
    },
  });

  test('files a drill, finds its incident, ends it, and waits until a gauge was written', async () => {
    expect(await areWritten()).toBe(false);
    const id = await smoke(options());
    expect(await areWritten()).toBe(true);
    // None since then: what was written before a deployment says nothing of it.
    await scenario.advance('PT1S');
    startedAt = new Date(scenario.house.cloud.clock.now());
    expect(await areWritten()).toBe(false);
    const { body } = await scenario.get(`/api/incidents/${id}`);
    expect(body).toMatchObject({ isDrill: true, status: 'recovered' });
  });
});

describe('what the smoke test asks, and how long it waits', () => {
  /** `isCut`: the connection ends without an answer. */
  type Reply = { status?: number; body?: unknown; isCut?: boolean; takesMs?: number };
  /** Cloud Run's own answers, where no function of ours is asked, are no JSON. */
  const cloudRuns = '<html><title>Not yet</title></html>';
  /** By the call: what it is answered the first time, the second…, and the id of the drill that was sent. */
  type Replies = Record<string, (count: number, sent: string) => Reply>;
  /** A door and an API that answer so, what they were asked, and how long was waited in all. */
  async function smokeOf(
    replies: Record<string, (count: number, sent: string) => Reply>,
    more: Partial<SmokeOptions> = {},
    pageToken?: () => Promise<string>,
  ) {
    const asked: { call: string; authorization?: string | undefined; body?: unknown }[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const call = `${request.method} ${request.url}`;
      const text = await textOf(request);
      asked.push({ call, authorization: request.headers.authorization, ...(text && { body: JSON.parse(text) }) });
      const sent = (asked[0]?.body as { id: string } | undefined)?.id ?? '';
      const count = asked.filter((each) => each.call === call).length;
      const {
        status = 200,
        body = {},
        isCut,
        takesMs = 0,
      } = replies[call]?.(count, sent) ?? { status: 404, body: cloudRuns };
      nowMs += Math.min(takesMs, 180_000 - nowMs);
      if (isCut) return void request.socket.destroy();
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let nowMs = 0;
    const said: string[] = [];
    const outcome = await smoke({
      ticketsUrl: `${root}/tickets`,
      ticketsToken: 'the-token',
      apiUrl: `${root}/api`,
      identityToken: async () => 'somebody',
      pages: pageToken && { url: `${root}/console`, token: pageToken },
      gauges: { write: async () => undefined, areWritten: async () => true },
      withinMs: 180_000,
      time: {
        now: () => nowMs,
        pause: async (ms) => {
          nowMs += ms;
        },
        say: (text) => void said.push(text),
      },
      ...more,
    }).catch((error: Error) => error.message);
    server.close();
    server.closeAllConnections();
    return { asked, waitedSeconds: nowMs / 1_000, outcome, said };
  }
  const filed = (): Reply => ({ status: 201, body: { incident: { id: 'inc_1' } } });
  const timeline = (): Reply => ({ body: { events: [{ type: 'reminded' }, { type: 'filed' }] } });
  const well = {
    'POST /tickets': filed,
    'GET /api/incidents/inc_1/timeline': timeline,
    'POST /api/incidents/inc_1/events': () => ({ status: 201 }),
  };

  test('is a drill by the door with its token, its timeline and its end by the API, as somebody', async () => {
    const { asked, waitedSeconds, outcome } = await smokeOf(well);
    const [drill] = asked;
    const authorization = 'Bearer somebody';
    expect([outcome, waitedSeconds]).toEqual(['inc_1', 0]);
    expect(asked).toEqual([
      {
        call: 'POST /tickets',
        authorization: 'Bearer the-token',
        body: {
          id: expect.stringMatching(/^smoke-[\da-f-]{36}$/),
          subject: 'Deployment drill',
          drill: true,
          ongoing: 'no',
          customer: { id: 'drill' },
        },
      },
      { call: 'GET /api/incidents/inc_1/timeline', authorization },
      {
        call: 'POST /api/incidents/inc_1/events',
        authorization,
        body: {
          type: 'customer-updated',
          customers: 'all',
          message: 'Deployment drill ended',
          channel: 'ticket',
          recovery: true,
        },
      },
    ]);
    // As nobody where it is no person's, and with another drill each time.
    const again = await smokeOf(well, { identityToken: undefined } as unknown as Partial<SmokeOptions>);
    expect(again.asked.map((each) => each.authorization)).toEqual(['Bearer the-token', undefined, undefined]);
    expect(again.asked[0]?.body).not.toEqual(drill?.body);
  });

  test('finds the incident of a report that was spilled in the list, by the id that was sent', async () => {
    const of = (origin: string, id: string) => ({ id, origin: { id: origin } });
    const { outcome, waitedSeconds } = await smokeOf({
      ...well,
      'POST /tickets': () => ({ status: 202 }),
      'GET /api/incidents?limit=50': (count, sent) => ({
        body: { incidents: [of('another', 'inc_2'), ...(count > 2 ? [of(sent, 'inc_1')] : [])] },
      }),
    });
    expect([outcome, waitedSeconds]).toEqual(['inc_1', 10]);
    const empty = await smokeOf({ ...well, 'POST /tickets': () => ({ status: 202 }) });
    expect(empty.outcome).toContain('has no incident at the API: not in the list (404)');
  });

  const [door, events, read] = [
    'POST /tickets',
    'POST /api/incidents/inc_1/events',
    'GET /api/incidents/inc_1/timeline',
  ];
  const list = 'GET /api/incidents?limit=50';
  const always =
    (status: number, body: unknown = 'x') =>
    (): Reply => ({ status, body });
  const cut = (): Reply => ({ isCut: true });
  /** So until the call of that number, and then as it should be. */
  const until =
    (number: number, first: () => Reply, then: () => Reply) =>
    (count: number): Reply =>
      count < number ? first() : then();
  const taken = always(201);
  const filedByNone = () => ({ body: { events: [{ type: 'reminded' }] } });
  const silent = (of: string, service: string) =>
    `${of} did not answer: .+\\. See whether .* and the logs of metronome-${service}$`;

  test.each<[string, Replies, string | RegExp, number]>([
    ['a door that is not there yet, until the deadline', { [door]: always(404) }, 'The door answered 404: x', 175],
    ['one that refuses, not at all', { [door]: always(401) }, 'The door answered 401: x', 0],
    ['one without an incident, not at all', { [door]: always(200, { id: 1 }) }, 'answered no incident: {"id":1}', 0],
    ['a door that is there soon', { [door]: until(4, always(503), filed) }, 'inc_1', 15],
    ['an incident that does not come', { [read]: always(404, cloudRuns) }, 'GET its timeline answered 404', 175],
    ['an API that lets nobody in yet', { [read]: until(4, always(403, cloudRuns), timeline) }, 'inc_1', 15],
    ['one that was not filed, as long', { [read]: filedByNone }, 'its timeline has no filed event', 175],
    ['an end that is not taken, as long', { [events]: always(409) }, 'The drill inc_1 could not be ended: 409 x', 175],
    ['an end that is taken soon', { [events]: until(3, always(500), taken) }, 'inc_1', 10],
    ['a door to which the connection fails at first', { [door]: until(4, cut, filed) }, 'inc_1', 15],
    ['one always cut', { [door]: cut }, new RegExp(silent('^The door at http:.*/tickets', 'tickets')), 175],
    ['an API cut at first', { [read]: until(4, cut, timeline), [events]: until(3, cut, taken) }, 'inc_1', 25],
    ['one always cut', { [read]: cut }, new RegExp(silent('no incident at the API: The API at http:.*', 'api')), 175],
    ['a list that cannot be had, as long', { [door]: always(202), [list]: cut }, 'did not answer', 175],
    [
      'an end that cannot be told, as long',
      { [events]: cut },
      new RegExp(silent('^The drill inc_1 could not be ended\\. The API at .*', 'api')),
      175,
    ],
    ['a timeline that is no JSON, as long', { [read]: always(200, cloudRuns) }, 'its timeline has no filed event', 175],
    ['a door of something else', { [door]: always(200, cloudRuns) }, 'The door answered no incident: <html>', 0],
  ])('waits for %s', async (_, replies, expected, seconds) => {
    const { outcome, waitedSeconds } = await smokeOf({ ...well, ...replies });
    const said = typeof expected === 'string' ? expect.stringContaining(expected) : expect.stringMatching(expected);
    expect([outcome, waitedSeconds]).toEqual([said, seconds]);
  });

  // The first are Cloud Run's own, of a revision or a grant that has not arrived; a door of ours answers the others.
  test.each([
    [403, true],
    [404, true],
    [502, true],
    [503, true],
    [400, false],
    [401, false],
    [405, false],
    [422, false],
  ])('asks again a door that answers %i: %s', async (status, isAskedAgain) => {
    const door = (count: number): Reply => (count === 1 ? { status, body: 'x' } : filed());
    const { outcome, waitedSeconds } = await smokeOf({ ...well, 'POST /tickets': door });
    expect([outcome, waitedSeconds]).toEqual(isAskedAgain ? ['inc_1', 5] : [`The door answered ${status}: x`, 0]);
  });

  test('waits for a token, and for a gauge, until the deadline; whether they could be had now or not', async () => {
    const refused = { identityToken: () => Promise.reject(new Error('not yet')) };
    const noToken = await smokeOf(well, refused);
    expect([noToken.outcome, noToken.waitedSeconds]).toEqual([
      expect.stringContaining('there is no identity token: not yet'),
      175,
    ]);
    let refusals = 2;
    const identityToken = async () => {
      refusals -= 1;
      return refusals < 0 ? 'token' : refused.identityToken();
    };
    const slowToken = await smokeOf(well, { identityToken });
    expect([slowToken.outcome, slowToken.waitedSeconds]).toEqual(['inc_1', 10]);
    const gauges = { write: () => Promise.reject(new Error('nobody may')), areWritten: async () => false };
    const none = await smokeOf(well, { gauges });
    expect([none.outcome, none.waitedSeconds, none.said]).toEqual([
      'No gauge was written within 3 minutes: see the logs of metronome-gauges',
      175,
      ['The gauges will be written by the next tick; now: nobody may'],
    ]);
    let looks = 0;
    const unread = async (most: number) => {
      looks += 1;
      if (looks <= most) throw new Error('14 UNAVAILABLE');
      return true;
    };
    const late = await smokeOf(well, { gauges: { ...gauges, areWritten: () => unread(3) } });
    expect([late.outcome, late.waitedSeconds]).toEqual(['inc_1', 15]);
    const never = await smokeOf(well, { gauges: { ...gauges, areWritten: () => unread(1_000) } });
    expect([never.outcome, never.waitedSeconds]).toEqual([
      'No gauge was written within 3 minutes: they cannot be read: 14 UNAVAILABLE',
      175,
    ]);
    // Nothing that serves has written any where a revision is tried beside it.
    expect((await smokeOf(well, { gauges: undefined })).outcome).toBe('inc_1');
  });

  test('ends at one deadline over all, however long each answer takes', async () => {
    // Each step comes soon, and a connection hangs for half a minute before it is cut.
    const slow = (last: () => Reply) => (count: number) => (count < 4 ? { isCut: true, takesMs: 30_000 } : last());
    const { outcome, waitedSeconds } = await smokeOf({
      'POST /tickets': slow(filed),
      'GET /api/incidents/inc_1/timeline': slow(timeline),
      'POST /api/incidents/inc_1/events': slow(() => ({ status: 201 })),
    });
    expect([outcome, waitedSeconds]).toEqual([expect.stringContaining('did not answer'), 180]);
  });

  test.each<[string, (count: number) => Reply, string, number]>([
    ['shows the incident', () => ({ body: '<h1>inc_1</h1>' }), 'inc_1', 0],
    ['shows it soon', (count) => (count < 3 ? { status: 403 } : { body: '<h1>inc_1</h1>' }), 'inc_1', 10],
    ['fails', () => ({ status: 500, body: 'no index' }), 'The page of inc_1 answered 500: no index', 175],
    ['leads elsewhere', () => ({ status: 302, body: 'sign in' }), 'The page of inc_1 answered 302: sign in', 175],
    ['is of something else', () => ({ body: 'hello' }), 'The page of inc_1 answered 200: hello', 175],
    ['is cut', () => ({ isCut: true }), 'The console at http', 175],
  ])('opens the page of its incident, which %s', async (_, page, expected, seconds) => {
    const replies = { ...well, 'GET /console/incidents/inc_1': page };
    const { outcome, waitedSeconds, asked } = await smokeOf(replies, {}, async () => 'page-token');
    expect([outcome, waitedSeconds]).toEqual([expect.stringContaining(expected), seconds]);
    const opened = asked.find(({ call }) => call.includes('/console/'));
    expect(opened?.authorization).toBe('Bearer page-token');
    expect(asked.some(({ call }) => call.startsWith('POST /api/'))).toBe(outcome === 'inc_1');
  });
});
