/** A region that was mistyped moves nothing. */
import type { UptimeCheckServiceClient } from '@google-cloud/monitoring';
import type { PubSub } from '@google-cloud/pubsub';
import { expect, test } from 'vitest';
import { otherRegions, regionPart } from '../../infra/provision/region.ts';

const region = 'asia-northeast1';
const host = (of: string, service = 'metronome-notify') => `${service}-4242.${of}.run.app`;

test.each<[string, string[], string[]]>([
  ['nothing', [], []],
  ['all is here', [host(region), host(region)], []],
  ['all is there', [host('us-central1'), host('us-central1')], ['us-central1']],
  ['a part is there, of a move that was not finished', [host(region), host('us-central1')], ['us-central1']],
  ['two regions of others', [host('us-west1'), host('europe-west4')], ['europe-west4', 'us-west1']],
  ['hosts that are no service of ours', [host('us-central1', 'shop'), 'a.example', 'metronome.example'], []],
])('of %s', (_, hosts, others) => {
  expect(otherRegions(hosts, region)).toEqual(others);
});

const ours = { app: 'metronome' };
/** A project that pushes there and is asked there. */
const having = (subscriptions: object[], checks: object[] | Error, movesRegion = false) =>
  regionPart(
    {
      pubsub: { getSubscriptions: async () => [subscriptions.map((metadata) => ({ metadata }))] } as unknown as PubSub,
      uptime: {
        listUptimeCheckConfigs: async () => {
          if (checks instanceof Error) throw checks;
          return [checks];
        },
      } as unknown as UptimeCheckServiceClient,
    },
    'p',
    { region, movesRegion },
  ).read();
const push = (of: string, labels: object = ours) => ({
  labels,
  pushConfig: { pushEndpoint: `https://${host(of)}/projects/p/topics/t` },
});
const check = (of: string, userLabels: object = { 'metronome-uptime': 'tickets' }) => ({
  userLabels,
  monitoredResource: { labels: { host: host(of, 'metronome-tickets') } },
});

test('another region than Metronome is in is refused, once, with what would move and how to continue', async () => {
  const pushes = [push('us-central1'), push('us-central1')];
  expect(await having(pushes, [check('us-central1')])).toEqual([
    {
      kind: 'region',
      name: region,
      action: 'refuse',
      differences: [],
      note: `Metronome is in us-central1: 2 push endpoints and 1 uptime checks would move. Use --region us-central1, or --move-region to move Metronome to ${region}, which a deployment has to follow (“Moving to another region” in docs/how-to/operate.md)`,
    },
  ]);
  expect((await having(pushes, [], true)).map(({ action, name }) => `${action} ${name}`)).toEqual([
    'leave us-central1',
  ]);
});

test.each<[string, object[], object[] | Error, string[]]>([
  ['an uptime check alone', [], [check('us-central1')], ['refuse']],
  ['pushes, where Monitoring is off', [push('us-central1')], new Error('x has not been used in project 1'), ['refuse']],
  ['what is here', [push(region)], [check(region)], []],
  ['what is others’', [push('us-central1', {}), { labels: ours }], [check('us-central1', {})], []],
])('is known by %s', async (_, pushes, checks, actions) => {
  expect((await having(pushes, checks)).map(({ action }) => action)).toEqual(actions);
});

test('what could not be asked is not taken for nothing', async () => {
  await expect(having([], new Error('7 PERMISSION_DENIED'))).rejects.toThrow('PERMISSION_DENIED');
});
