/** What the environment says is read once, and what proves nothing counts as not said. */
import { describe, expect, test } from 'vitest';
import { configOf } from '../../functions/platform/config.ts';

const here = (of: Record<string, string>) => configOf(of);
const there = (of: Record<string, string>) => configOf({ K_SERVICE: 'metronome-tickets', ...of });

describe('secrets', () => {
  test.each<[string, string[]]>([
    ['s3cr3t', ['s3cr3t']],
    ['old, new', ['old', 'new']],
    [' , new,', ['new']],
    ['', []],
  ])('%j are %j', (value, expected) => {
    expect(here({ TICKETS_TOKEN: value }).TICKETS_TOKEN).toEqual(expected);
    expect(there({ TICKETS_TOKEN: value }).TICKETS_TOKEN).toEqual(expected);
  });

  test.each([
    'local',
    'LOCAL',
    'changeme',
    'change-me',
    'secret',
    'password',
    'token',
    'xxx',
    'your-token',
    'your token',
  ])('%s is one on this machine, and none on Google Cloud', (value) => {
    expect(here({ ALERTS_TOKEN: value }).ALERTS_TOKEN).toEqual([value]);
    expect(there({ ALERTS_TOKEN: value }).ALERTS_TOKEN).toEqual([]);
    expect(there({ ALERTS_TOKEN: `${value},good` }).ALERTS_TOKEN).toEqual(['good']);
  });

  test.each(['secretary', 'my-local', 'tokens'])('%s only looks like one that everybody knows', (value) => {
    expect(there({ ALERTS_TOKEN: value }).ALERTS_TOKEN).toEqual([value]);
  });

  test('what a tool’s own documentation shows is none anywhere', () => {
    for (const read of [here, there]) {
      expect(
        read({ ZENDESK_SIGNING_SECRET: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==' }).ZENDESK_SIGNING_SECRET,
      ).toEqual([]);
      expect(read({ JIRA_WEBHOOK_SECRET: "It's a Secret to Everybody" }).JIRA_WEBHOOK_SECRET).toEqual([]);
    }
  });

  test('unset, each door’s is none', () => {
    const config = there({});
    for (const name of [
      'TICKETS_TOKEN',
      'TICKETS_SIGNING_SECRET',
      'ALERTS_TOKEN',
      'SLACK_SIGNING_SECRET',
      'FRESHDESK_TOKEN',
    ] as const)
      expect(config[name]).toEqual([]);
  });

  test('of what Metronome proves itself by, the first counts', () => {
    expect(there({ ZENDESK_API_TOKEN: 'old,new' }).ZENDESK_API_TOKEN).toBe('old');
    expect(there({ ZENDESK_API_TOKEN: 'token' }).ZENDESK_API_TOKEN).toBeUndefined();
    expect(there({}).SLACK_BOT_TOKEN).toBeUndefined();
  });
});

test('who may send: e-mails and domains, with an @ before them or not, in small letters', () => {
  expect(here({ SENDERS: ' Ann@A.jp, @B.jp,c.jp ,, ' }).SENDERS).toEqual(['ann@a.jp', 'b.jp', 'c.jp']);
  for (const nobody of [{}, { SENDERS: ' ' }]) expect(here(nobody as Record<string, string>).SENDERS).toBeUndefined();
});

test('an address of the console ends without a slash, and a blank text is none', () => {
  expect(here({ CONSOLE_URL: 'https://m.example/console/' }).CONSOLE_URL).toBe('https://m.example/console');
  expect(here({ CONSOLE_URL: ' https://m.example ' }).CONSOLE_URL).toBe('https://m.example');
  expect(here({ CONSOLE_URL: '  ', MAIL_FROM: '' })).toMatchObject({ CONSOLE_URL: undefined, MAIL_FROM: undefined });
});

test.each([
  [undefined, 0],
  ['0', 0],
  ['2', 2],
  ['10', 10],
])('%s proxies of one’s own are %i', (value, hops) => {
  expect(here(value === undefined ? {} : { TRUSTED_HOPS: value }).TRUSTED_HOPS).toBe(hops);
});

test.each(['-1', '11', '1.5', 'many'])('%s proxies are refused by their name', (value) => {
  expect(() => here({ TRUSTED_HOPS: value })).toThrow('TRUSTED_HOPS');
});
