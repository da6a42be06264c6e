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
    'passw0rd',
    'test',
    'example',
    'TODO',
    'your_token',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
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
    expect(there({ ZENDESK_OAUTH_CLIENT_SECRET: 'old,new' }).ZENDESK_OAUTH_CLIENT_SECRET).toBe('old');
    expect(there({ ZENDESK_OAUTH_CLIENT_SECRET: 'token' }).ZENDESK_OAUTH_CLIENT_SECRET).toBeUndefined();
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

test('each variable is read by its own name and as what it is: secrets, the first of a token, text', () => {
  const secrets = [
    'TICKETS_TOKEN',
    'TICKETS_SIGNING_SECRET',
    'ZENDESK_SIGNING_SECRET',
    'INTERCOM_CLIENT_SECRET',
    'FRESHDESK_TOKEN',
    'JIRA_WEBHOOK_SECRET',
    'ALERTS_TOKEN',
    'JOIN_KEY_SECRET',
    'SLACK_SIGNING_SECRET',
  ];
  const tokens = [
    'ZENDESK_OAUTH_CLIENT_SECRET',
    'INTERCOM_ACCESS_TOKEN',
    'FRESHDESK_API_KEY',
    'JIRA_API_TOKEN',
    'NOTION_TOKEN',
    'SLACK_BOT_TOKEN',
  ];
  const texts = [
    'NOTIFY_CHANNELS',
    'PAGERDUTY_EVENTS_URL',
    'DUTY_CALENDARS',
    'SMTP_URL',
    'MAIL_FROM',
    'CONSOLE_URL',
    'IAP_AUDIENCE',
    'ZENDESK_SUBDOMAIN',
    'INTERCOM_APP_ID',
    'JIRA_CUSTOMER_FIELD',
    'ZENDESK_OAUTH_CLIENT_ID',
    'ZENDESK_API_URL',
    'INTERCOM_ADMIN_ID',
    'INTERCOM_API_URL',
    'FRESHDESK_DOMAIN',
    'FRESHDESK_API_URL',
    'JIRA_SITE',
    'JIRA_API_EMAIL',
    'JIRA_API_URL',
    'JIRA_PROJECT',
    'JIRA_ISSUE_TYPE',
    'NOTION_DATABASES',
    'NOTION_API_URL',
    'SLACK_API_URL',
    'GOOGLE_CLOUD_PROJECT',
  ];
  const set = Object.fromEntries([...secrets, ...tokens, ...texts].map((name) => [name, ` its ${name}, and more `]));
  expect(here({ ...set, SENDERS: 'a.jp', TRUSTED_HOPS: '1', SOMETHING_ELSE: 'x' })).toEqual({
    ...Object.fromEntries(secrets.map((name) => [name, [`its ${name}`, 'and more']])),
    ...Object.fromEntries(tokens.map((name) => [name, `its ${name}`])),
    ...Object.fromEntries(texts.map((name) => [name, `its ${name}, and more`])),
    SENDERS: ['a.jp'],
    TRUSTED_HOPS: 1,
  });
});
