/** What provisioning hands to Google's clients: a field that their messages do not know would be dropped without a word. */
import { protos as monitoring } from '@google-cloud/monitoring';
import { protos as scheduler } from '@google-cloud/scheduler';
import { expect, test } from 'vitest';
import { monitoringParts } from '../../infra/provision/monitoring.ts';
import { schedulePart } from '../../infra/provision/scheduler.ts';
import { applySteps, type Part } from '../../infra/provision/step.ts';
import { uptimePart } from '../../infra/provision/uptime.ts';
import { watches } from '../../infra/provision/watch.ts';
import { functions, gauges, schedules } from '../../infra/topology.ts';

// biome-ignore lint/suspicious/noExplicitAny: requests of any of Google's methods
type Body = any;

interface MessageType {
  fromObject(object: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): Body;
}

const messages = { ...monitoring.google.monitoring.v3, ...scheduler.google.cloud.scheduler.v1 } as unknown as Record<
  string,
  MessageType
>;

/** A client's methods: what they are called with is kept, and what is listed was made before. */
function recorder(existing: readonly Body[]) {
  const sent: { method: string; request: Body }[] = [];
  const client: Body = new Proxy(
    {},
    {
      get: (_, method: string) => async (request: Body) => {
        if (method.startsWith('list')) return [existing];
        sent.push({ method, request });
        return [{ name: `projects/shop/things/${sent.length}` }];
      },
    },
  );
  return { sent, client };
}

const settings = {
  operators: ['a@b.example'],
  alertsUrl: 'https://alerts.example/alerts',
  token: async () => 'token',
  tokenVersion: '2',
};

/** Each sort, the part that makes it, and a change by hand after which it is updated. */
const sorts: [sort: string, count: number, part: (client: Body) => Part | undefined, changed: object][] = [
  ['metricDescriptor', gauges.length, (c) => watching(c)[0], { description: 'another' }],
  ['notificationChannel', 3, (c) => watching(c)[1], { displayName: 'another' }],
  ['alertPolicy', watches.length, (c) => watching(c)[2], { displayName: 'another' }],
  [
    'uptimeCheckConfig',
    functions.filter((each) => each.trigger === 'public').length,
    (c) => uptimePart(c, 'shop', (name) => `${name}.example`),
    { period: { seconds: 60 } },
  ],
  ['job', schedules.length, (c) => schedulePart(c, 'shop', 'asia-northeast1'), { schedule: '1 1 1 1 1' }],
];
const watching = (client: Body) =>
  monitoringParts({ metrics: client, channels: client, policies: client }, 'shop', settings);

async function apply(part: Part | undefined): Promise<void> {
  await applySteps((await part?.read()) ?? [], true);
}

function roundTrip(method: string, request: object): Body {
  const type = messages[`${method[0]?.toUpperCase()}${method.slice(1)}Request`];
  if (!type) throw new Error(`There is no message for ${method}.`);
  const bytes = type.encode(type.fromObject(request)).finish();
  return type.toObject(type.decode(bytes), { enums: String, longs: Number, bytes: String });
}

/** The paths of what was said, and is not there any more. What is zero or empty is left out on the wire. */
function lost(said: Body, kept: Body, path = ''): string[] {
  if (said === undefined || said === null || said === 0 || said === '' || said === false) return [];
  if (said instanceof Uint8Array) return Buffer.from(said).toString('base64') === kept ? [] : [path];
  if (typeof said !== 'object') return said === kept ? [] : [`${path}: ${said} became ${kept}`];
  return Object.entries(said).flatMap(([key, value]) => lost(value, kept?.[key], path ? `${path}.${key}` : key));
}

test('a field that a message does not know, and a word that is not among its own, are noticed', () => {
  const alertPolicy = { displayName: 'x', combinerr: 'OR', severity: 'DIRE', enabled: { value: true } };
  const request = { name: 'projects/shop', alertPolicy };
  expect(lost(request, roundTrip('createAlertPolicy', request))).toEqual([
    'alertPolicy.combinerr: OR became undefined',
    'alertPolicy.severity: DIRE became undefined',
  ]);
});

test.each(sorts)('%s: nothing that is made or updated is lost on its way', async (sort, count, partOf, changed) => {
  const first = recorder([]);
  await apply(partOf(first.client));
  const made = first.sent.map(({ request }) => request[sort]);
  expect(made).toHaveLength(count);
  const byHand = made.map((each, index) => ({ name: `projects/shop/things/${index}`, ...each, ...changed }));
  const second = recorder(byHand);
  await apply(partOf(second.client));
  expect(second.sent).toHaveLength(count);
  for (const { method, request } of [...first.sent, ...second.sent]) {
    expect(lost(request, roundTrip(method, request)), method).toEqual([]);
    // Nor does a mask name what is not in the body.
    for (const field of request.updateMask?.paths ?? []) {
      const key = field.replaceAll(/_([a-z])/g, (_: string, letter: string) => letter.toUpperCase());
      expect(Object.keys(request[sort]), field).toContain(key);
    }
  }
});
