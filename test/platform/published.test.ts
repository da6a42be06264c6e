/** What leaves for other functions, whole; and how much of a body a door reads. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { withTrace } from '../../functions/platform/log.ts';
import type { Problem } from '../../functions/platform/problem.ts';
import { publishNotice, sendPage } from '../../functions/platform/publish-notice.ts';
import { publishOutgoing } from '../../functions/platform/publish-outgoing.ts';
import { closePubSub } from '../../functions/platform/pubsub.ts';
import { parseJson, readRawBody } from '../../functions/platform/raw-body.ts';
import { topics } from '../../functions/topology.ts';
import { type Cloud, startPubSub } from '../contract/pubsub/cloud.ts';

describe('published is', () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startPubSub();
    for (const topic of [topics.notifications, topics.outgoing]) {
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
  const pulled = async (topic: string) => {
    const subscription = `projects/p/subscriptions/${topic}`;
    const [{ receivedMessages }] = await cloud.subscriber.pull({ subscription, maxMessages: 9 });
    return (receivedMessages ?? []).map(({ message }) => [
      JSON.parse(Buffer.from(message?.data as Uint8Array).toString()),
      message?.attributes,
    ]);
  };
  const inBoth = { ja: '件名', en: 'Subject' };
  const traceId = 'd'.repeat(32);

  test('a notice and a page with what they are, and the trace of what set them off', async () => {
    const notice = {
      id: 'ntc_1',
      kind: 'incident-filed' as const,
      incidentId: 'inc_1',
      customers: ['c'],
      isDrill: false,
      subject: inBoth,
      text: inBoth,
      createdAt: '2026-11-24T00:00:00.000Z',
    };
    const page = {
      id: 'pag_1',
      action: 'trigger',
      why: ['unanswered'],
      incidentId: 'inc_1',
      sequence: 1,
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
    await publishOutgoing({ sync: 'notion' });
    await withTrace(traceId, () => publishOutgoing({ actionTicket: 'act_1' }));
    expect(await pulled(topics.outgoing)).toEqual([
      [{ sync: 'notion' }, {}],
      [{ actionTicket: 'act_1' }, { traceId }],
    ]);
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
