/** Secrets that are none close their door: unset, blank, published, or left as a template had them. */
import { describe, expect, test } from 'vitest';
import { configOf } from '../../functions/platform/config.ts';
import { openScenario } from '../scenarios/house.ts';

const names = [
  'TICKETS_TOKEN',
  'TICKETS_SIGNING_SECRET',
  'ZENDESK_SIGNING_SECRET',
  'INTERCOM_CLIENT_SECRET',
  'FRESHDESK_TOKEN',
  'JIRA_WEBHOOK_SECRET',
  'ALERTS_TOKEN',
] as const;

function secretsOf(value: string, isDeployed: boolean): string[][] {
  const secrets = Object.fromEntries(names.map((name) => [name, value]));
  const config = configOf({ ...secrets, ...(isDeployed ? { K_SERVICE: 'metronome-tickets' } : {}) });
  return names.map((name) => config[name]);
}

describe('a secret', () => {
  test.each([
    '',
    ' ',
    '\t\n',
    ',',
    ' , ,',
    'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==',
    "It's a Secret to Everybody",
  ])('of “%s” is none, anywhere', (value) => {
    for (const isDeployed of [false, true]) {
      expect(secretsOf(value, isDeployed)).toEqual(names.map(() => []));
    }
  });

  test.each([
    'local',
    'LOCAL',
    'changeme',
    'change-me',
    'secret',
    'password',
    'token',
    'test',
    'xxx',
    'your-token',
    'local,local',
  ])('of “%s” is none on Google Cloud', (value) => {
    expect(secretsOf(value, true)).toEqual(names.map(() => []));
  });

  test('that is one stays, beside one that is none', () => {
    expect(secretsOf(' 3c5f0a9e6d1b , local', true)).toEqual(names.map(() => ['3c5f0a9e6d1b']));
    expect(secretsOf('local', false)).toEqual(names.map(() => ['local']));
  });
});

test('a door without a secret says so to every sender, whatever it presents, and keeps nothing', async () => {
  const scenario = await openScenario(undefined, { environment: { TICKETS_TOKEN: ' , ', ALERTS_TOKEN: ',' } });
  try {
    const presented = [
      {},
      { authorization: 'Bearer ' },
      { authorization: 'Bearer ,' },
      { authorization: 'Basic Og==' },
    ];
    for (const path of ['/tickets', '/tickets/zendesk', '/tickets/jira', '/alerts', '/alerts?auth_token=']) {
      for (const headers of [...presented, { 'x-hub-signature': 'sha256=' }]) {
        const reply = await scenario.post(path, { id: 'x', subject: 'y' }, headers as Record<string, string>);
        expect([path, reply.status]).toEqual([path, 401]);
        expect(reply.body.detail).toMatch(/^This endpoint is closed: \w+.* is not set/);
        expect(reply.headers.get('www-authenticate')).toBeTruthy();
      }
    }
    expect((await scenario.get('/api/incidents')).body.incidents).toEqual([]);
    expect((await scenario.get('/api/quarantine')).body.quarantine).toEqual([]);
  } finally {
    await scenario.stop();
  }
});
