/** What leaves for other functions, whole; and how much of a body a door reads. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monitoring } from '../../functions/intake/sources/monitoring.ts';
import { zendesk } from '../../functions/intake/sources/zendesk.ts';
import { spill } from '../../functions/intake/take-in.ts';
import { publishCards } from '../../functions/outgoing/slack/edit-cards.ts';
import { publishUpdates, sendUpdates } from '../../functions/outgoing/tickets/publish-updates.ts';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { withTrace } from '../../functions/platform/log.ts';
import type { Problem } from '../../functions/platform/problem.ts';
import { closePubSub, publish } from '../../functions/platform/publish.ts';
import { publishNotice, sendPage } from '../../functions/platform/publish-notice.ts';
import { parseJson, readRawBody } from '../../functions/platform/raw-body.ts';
import { policy } from '../../functions/policy.ts';
import { type PublishedAct, publishAct } from '../../functions/slack/door.ts';
import { topics } from '../../functions/topology.ts';
import { type Cloud, startPubSub } from '../../infra/cloud/test/pubsub/cloud.ts';
import { logged } from '../logged.ts';
import { noticeWith } from '../outgoing/notices.ts';

describe('published is', () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startPubSub();
    const all = [topics.notifications, topics.outgoing, topics.slackActions];
    for (const topic of [...all, topics.ticketNotifications, topics.alertNotifications]) {
      await cloud.pubsub.createTopic(topic);
      await cloud.pubsub.topic(topic).createSubscription(topic);
    }
    handEnvironments({ functions: {}, owner: { GOOGLE_CLOUD_PROJECT: 'p', PUBSUB_EMULATOR_HOST: cloud.address } });
  });
  afterAll(async () => {
    await closePubSub();
    handEnvironments(undefined);
    await cloud.close();
  });
  const pulledTexts = async (topic: string): Promise<[string, unknown][]> => {
    const subscription = `projects/p/subscriptions/${topic}`;
    const [{ receivedMessages }] = await cloud.subscriber.pull({ subscription, maxMessages: 9 });
    return (receivedMessages ?? []).map(({ message }) => [
      Buffer.from(message?.data as Uint8Array).toString(),
      message?.attributes,
    ]);
  };
  const pulled = async (topic: string) =>
    (await pulledTexts(topic)).map(([text, attributes]) => [JSON.parse(text), attributes]);
  const refuseOne = () => cloud.faults.add({ target: 'pubsub.Publish', effect: 'fail', code: 'PERMISSION_DENIED' });
  const inBoth = { ja: '件名', en: 'Subject' };
  const traceId = 'd'.repeat(32);

  test('a notice and a page with what they are, and the trace of what set them off', async () => {
    const notice = noticeWith({ kind: 'incident-filed', customers: ['c'] });
    const page = {
      id: 'pag_1',
      action: 'trigger',
      why: ['unanswered'],
      incidentId: 'inc_1',
      sequence: 1,
      episode: 1,
      urgency: 'high',
      subject: inBoth,
      text: inBoth,
      createdAt: '2026-11-24T00:00:00.000Z',
    };
    await publishNotice(notice);
    await withTrace(traceId, () => sendPage(page));
    expect(await pulled(topics.notifications)).toEqual([
      [notice, { noticeId: 'ntc_1', kind: 'incident-filed' }],
      [page, { noticeId: 'pag_1', kind: 'page', traceId }],
    ]);
    await expect(publishNotice({ ...notice, kind: 'another' as 'escalation' })).rejects.toThrow();
    await expect(sendPage({ ...page, sequence: 0 })).rejects.toThrow();
    await expect(sendPage({ ...page, more: 1 })).rejects.toThrow();
    expect(await pulled(topics.notifications)).toEqual([]);
  });

  test('what has to be asked of others, likewise', async () => {
    await publish(topics.outgoing, { sync: 'notion' });
    await withTrace(traceId, () => publish(topics.outgoing, { actionTicket: 'act_1' }));
    expect(await pulled(topics.outgoing)).toEqual([
      [{ sync: 'notion' }, {}],
      [{ actionTicket: 'act_1' }, { traceId }],
    ]);
  });

  test('each update for itself, whether it was asked for just now or kept in an outbox; and a tool that is tried', async () => {
    await publishUpdates(['upd_1', 'upd_2']);
    await withTrace(traceId, () => sendUpdates({ updateIds: ['upd_3'] }));
    await withTrace(traceId, () => publish(topics.outgoing, { tryTool: 'jira' }));
    expect(await pulled(topics.outgoing)).toEqual([
      [{ updateId: 'upd_1' }, {}],
      [{ updateId: 'upd_2' }, {}],
      [{ updateId: 'upd_3' }, { traceId }],
      [{ tryTool: 'jira' }, { traceId }],
    ]);
    await publishUpdates([]);
    await expect((async () => sendUpdates({ updateIds: 'upd_4' }))()).rejects.toThrow();
    expect(await pulled(topics.outgoing)).toEqual([]);
  });

  test('what Slack is to show: an incident’s cards, or a notice, where and why', async () => {
    const notice = {
      id: 'ntc_2',
      kind: 'escalation' as const,
      incidentId: 'inc_1',
      customers: [],
      isDrill: true,
      subject: inBoth,
      text: inBoth,
      createdAt: '2026-11-24T00:00:00.000Z',
    };
    const channel = {
      kind: 'slack-app' as const,
      name: 'night',
      language: 'en' as const,
      escalation: true,
      channel: 'C1',
    };
    await publish(topics.outgoing, { notice, channel, why: 'fits' });
    await withTrace(traceId, () => publishCards('inc_1'));
    expect(await pulled(topics.outgoing)).toEqual([
      [{ notice, channel, why: 'fits' }, {}],
      [{ cardsOf: 'inc_1' }, { traceId }],
    ]);
  });

  const received = new Date('2026-11-24T00:00:00.000Z');
  test('a body that a door could not store, as it came: of which tool, when, as what, and under which event', async () => {
    const of = { policy, now: new Date('2026-11-24T00:00:09.000Z') };
    const raw = { bytes: Buffer.from('{"a": '), contentType: 'application/vnd.x+json', receivedAt: received };
    const ticket = {
      source: zendesk,
      topic: topics.ticketNotifications,
      raw,
      eventId: 'msg_1',
      beside: { event: 'solved', ticket: '7' },
      ...of,
    };
    const lines = await logged(() => withTrace(traceId, () => spill(ticket)));
    const empty = { ...raw, bytes: Buffer.alloc(0), contentType: 'application/json' };
    await spill({ source: monitoring, topic: topics.alertNotifications, raw: empty, ...of });
    const receivedAt = received.toISOString();
    expect([await pulledTexts(topics.ticketNotifications), await pulledTexts(topics.alertNotifications)]).toEqual([
      [
        [
          '{"a": ',
          {
            source: 'zendesk',
            receivedAt,
            contentType: raw.contentType,
            eventId: 'msg_1',
            event: 'solved',
            ticket: '7',
            traceId,
          },
        ],
      ],
      [[' ', { source: 'monitoring', receivedAt, contentType: 'application/json' }]],
    ]);
    expect(lines).toMatchObject([
      { severity: 'NOTICE', message: 'spilled to Pub/Sub', tool: 'zendesk', topic: topics.ticketNotifications },
    ]);
  });

  test('nothing where Pub/Sub takes no body either: the sender is to send it again, and it is as bad as can be', async () => {
    const raw = { bytes: Buffer.from('{}'), contentType: 'application/json', receivedAt: received };
    const ticket = { source: zendesk, topic: topics.ticketNotifications, raw, policy, now: received };
    refuseOne();
    const lines = await logged(() =>
      expect(spill(ticket)).rejects.toMatchObject({
        status: 503,
        message: expect.stringContaining('Send it again in a few seconds'),
        headers: { 'retry-after': '5' },
      }),
    );
    expect(lines).toMatchObject([
      { severity: 'CRITICAL', message: expect.stringMatching(/^stored nowhere/), tool: 'zendesk', errorCode: 7 },
    ]);
    expect(await pulledTexts(topics.ticketNotifications)).toEqual([]);
  });

  test('what was pressed in Slack, to the byte, with when, and whether its form is there', async () => {
    const act: PublishedAct = { path: 'interactions', bytes: Buffer.from('payload=%7B%7D'), receivedAt: received };
    await publishAct(act);
    await withTrace(traceId, async () => publishAct({ ...act, path: 'commands', opened: 'maybe' }));
    const receivedAt = received.toISOString();
    expect(await pulledTexts(topics.slackActions)).toEqual([
      ['payload=%7B%7D', { path: 'interactions', receivedAt }],
      ['payload=%7B%7D', { path: 'commands', receivedAt, opened: 'maybe', traceId }],
    ]);
    refuseOne();
    const lines = await logged(async () =>
      expect(publishAct(act)).rejects.toMatchObject({
        status: 503,
        message: expect.stringContaining('Press again'),
        headers: { 'retry-after': '5' },
      }),
    );
    expect(lines).toMatchObject([{ severity: 'ERROR', message: 'what was pressed in Slack was not taken' }]);
  });
});

describe('a body', () => {
  /** What a door that takes ten bytes reads of it, or why it does not. */
  async function readOf(body: string, headers: Record<string, string> = {}): Promise<unknown> {
    const server = createServer((request, response) => {
      readRawBody(request, 10).then(
        (bytes) => response.end(JSON.stringify(bytes.toString())),
        ({ status, headers: of }: Problem) => response.writeHead(status, of).end(JSON.stringify([status, of])),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, headers });
    const read = await response.json();
    server.close();
    server.closeAllConnections();
    return read;
  }

  test.each<[string, Record<string, string>, unknown]>([
    ['', {}, ''],
    ['123456789', {}, '123456789'],
    ['1234567890', {}, '1234567890'],
    ['12345678901', {}, [413, { connection: 'close' }]],
    ['123', { 'content-encoding': 'identity' }, '123'],
    ['123', { 'content-encoding': ' IDENTITY ' }, '123'],
    ['123', { 'content-encoding': 'gzip' }, [415, {}]],
    ['12345678901', { 'content-encoding': 'br' }, [415, {}]],
  ])('of “%s” with %j is read as far as the door takes it', async (body, headers, expected) => {
    expect(await readOf(body, headers)).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ['{"a": 1}', { a: 1 }],
    ['\uFEFF[1]', [1]],
    ['"x"', 'x'],
    ['{', 400],
    ['', 400],
  ])('%j as JSON is %j', (text, expected) => {
    const read = () => parseJson(Buffer.from(text));
    if (expected !== 400) expect(read()).toEqual(expected);
    else expect(read).toThrow(expect.objectContaining({ status: 400 }));
  });

  test('that is no JSON is not repeated in the answer', () => {
    expect(() => parseJson(Buffer.from('the "secret" is'))).toThrow(/^The body is not JSON(?!.*secret)/);
  });
});
