/** What the environment says is read once, and what proves nothing counts as not said. */
import { describe, expect, test } from 'vitest';
import { configOf } from '../../functions/platform/config.ts';

const here = (of: Record<string, string>) => configOf(of);
const there = (of: Record<string, string>) => configOf({ K_SERVICE: 'metronome-tickets', ...of });

const secrets = [
  'TICKETS_TOKEN',
  'TICKETS_SIGNING_SECRET',
  'ZENDESK_SIGNING_SECRET',
  'INTERCOM_CLIENT_SECRET',
  'FRESHDESK_TOKEN',
  'JIRA_WEBHOOK_SECRET',
  'ALERTS_TOKEN',
  'ALERTS_SIGNING_SECRET',
  'GRAFANA_SIGNING_SECRET',
  'OPSGENIE_API_KEY',
  'PAGERDUTY_ROUTING_KEYS',
  'PAGERDUTY_WEBHOOK_SECRET',
  'GITHUB_WEBHOOK_SECRET',
  'GITLAB_WEBHOOK_TOKEN',
  'JOIN_KEY_SECRET',
  'PAGES_SECRET',
  'SLACK_SIGNING_SECRET',
] as const;

describe('secrets', () => {
  /** What each of them is read as, where all are set to this. */
  const all = (read: typeof here, value?: string): string[][] => {
    const config = read(value === undefined ? {} : Object.fromEntries(secrets.map((name) => [name, value])));
    return secrets.map((name) => config[name]);
  };
  const each = (...values: string[]): string[][] => secrets.map(() => values);

  test.each<[string | undefined, string[]]>([
    ['s3cr3t', ['s3cr3t']],
    ['old, new', ['old', 'new']],
    [' , new,', ['new']],
    ['\t\n', []],
    ['', []],
    [undefined, []],
    // What a tool's own documentation shows.
    ['dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==', []],
    ["It's a Secret to Everybody", []],
  ])('%j are %j, here and on Google Cloud', (value, expected) => {
    expect([all(here, value), all(there, value)]).toEqual([each(...expected), each(...expected)]);
  });

  test.each([
    ...'local LOCAL changeme change-me secret password passw0rd token test example TODO xxx your-token your_token'.split(
      ' ',
    ),
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'your token',
  ])('%s is one on this machine, and none on Google Cloud', (value) => {
    expect([all(here, value), all(there, value)]).toEqual([each(value), each()]);
    expect([all(there, `${value},${value}`), all(there, ` good , ${value}`)]).toEqual([each(), each('good')]);
  });

  test.each(['secretary', 'my-local', 'tokens'])('%s only looks like one that everybody knows', (value) => {
    expect(all(there, value)).toEqual(each(value));
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
    'PUBLIC_URL',
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
  const wrongOnes = [
    { JIRA_CLOUD_ID: '../x' },
    { JIRA_TOKEN_EXPIRES: '2027-13-01' },
    { JIRA_TOKEN_EXPIRES: 'soon' },
    { CUSTOMER_PAGES: 'yes' },
    { PUBLIC_STATUS: 'true' },
  ];
  for (const wrong of wrongOnes) expect(() => here(wrong)).toThrow(/has to be/);
  const set = Object.fromEntries([...secrets, ...tokens, ...texts].map((name) => [name, ` its ${name}, and more `]));
  expect(here({ ...set, SENDERS: 'a.jp', TRUSTED_HOPS: '1', SOMETHING_ELSE: 'x' })).toEqual({
    ...Object.fromEntries(secrets.map((name) => [name, [`its ${name}`, 'and more']])),
    ...Object.fromEntries(tokens.map((name) => [name, `its ${name}`])),
    ...Object.fromEntries(texts.map((name) => [name, `its ${name}, and more`])),
    SENDERS: ['a.jp'],
    TRUSTED_HOPS: 1,
  });
});
