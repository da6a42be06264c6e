/** Secrets that are none close their door: unset, blank, published, or left as a template had them. */
import { afterEach, describe, expect, test } from 'vitest';
import { forgetConfig, readConfig } from '../../functions/platform/config.ts';
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

afterEach(() => {
  for (const name of [...names, 'K_SERVICE']) delete process.env[name];
  forgetConfig();
});

function secretsOf(value: string, isDeployed: boolean): string[][] {
  for (const name of names) process.env[name] = value;
  if (isDeployed) process.env.K_SERVICE = 'metronome-tickets';
  else delete process.env.K_SERVICE;
  forgetConfig();
  const config = readConfig();
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
      forgetConfig();
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
  process.env.TICKETS_TOKEN = ' , ';
  process.env.ALERTS_TOKEN = ',';
  forgetConfig();
  const scenario = await openScenario();
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
        expect(reply.body.detail).toMatch(/^This door is closed: \w+.* is not set/);
        expect(reply.headers.get('www-authenticate')).toBeTruthy();
      }
    }
    expect((await scenario.get('/api/incidents')).body.incidents).toEqual([]);
    expect((await scenario.get('/api/quarantine')).body.quarantine).toEqual([]);
  } finally {
    await scenario.stop();
  }
});
