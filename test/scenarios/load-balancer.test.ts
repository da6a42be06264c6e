/** Behind a load balancer each public door tells senders apart: one that only fails shuts out nobody else. */
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { useScenario, withPolicy } from './house.ts';
import { signingSecret } from './slack-house.ts';

const environment = { ...toolSecrets, SLACK_SIGNING_SECRET: signingSecret, TRUSTED_HOPS: '1' };
const scenario = useScenario('2026-11-24T01:00:00Z', { environment });

const doors = [
  '/tickets',
  '/tickets/zendesk',
  '/tickets/intercom',
  '/tickets/freshdesk',
  '/tickets/jira',
  '/alerts',
  '/slack/interactions',
];

test.each(doors.map((door, index) => [door, index]))('%s', async (door, index) => {
  const from = (sender: number): Promise<number> => {
    // What the load balancer saw, and then the load balancer itself, the same for all.
    const headers = { 'x-forwarded-for': `203.0.113.${sender}, 35.191.${index}.1` };
    return scenario.post(door, '{}', headers).then(({ status }) => status);
  };
  await withPolicy(policy.intake, { unverifiedPerMinute: 1 }, async () => {
    expect([await from(2 * index), await from(2 * index), await from(2 * index + 1)]).toEqual([401, 429, 401]);
  });
});

test.each<[string, number]>([
  ['/tickets/', 401],
  ['/tickets/zendesk/', 401],
  ['/tickets/zendesk?from=/jira', 401],
  ['/tickets/zendesk/jira', 404],
  ['/alerts/', 401],
  ['/alerts/zendesk', 404],
  ['/slack/commands/', 401],
  ['/slack/events', 404],
  ['/slack', 404],
])(
  'an address ends with a slash or not, and nothing else leads to a door: %s is answered with %i',
  async (path, status) => {
    expect((await scenario.post(path, '{}', { 'x-forwarded-for': '203.0.113.99, 35.191.9.1' })).status).toBe(status);
  },
);
