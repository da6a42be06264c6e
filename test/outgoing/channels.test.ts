import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { googleChatBody, slackBody, webhookHeaders } from '../../functions/outgoing/channels/bodies.ts';
import { readChannels } from '../../functions/outgoing/channels/channel.ts';
import { eventsAddress } from '../../functions/outgoing/channels/pagerduty.ts';
import { post } from '../../functions/outgoing/channels/post.ts';
import { PermanentFailure, retryAfterMs, TemporaryFailure } from '../../functions/platform/failures.ts';
import type { Notice } from '../../functions/platform/notice-schemas.ts';
import { refuseBlocks } from '../../infra/stubs/slack/blocks.ts';
import { noticeWith } from './notices.ts';
import { openOtherSide } from './other-side.ts';

const now = new Date('2026-11-24T01:00:00Z');
const notice = (text: string) => noticeWith({ customers: ['store-12'], text: { ja: text, en: text } });

describe('NOTIFY_CHANNELS', () => {
  it('is a list of channels with names of their own', () => {
    const url = 'https://hooks.example/hidden';
    const channels = readChannels(
      JSON.stringify([
        { kind: 'slack', url },
        { kind: 'slack', name: 'slack-en', url, language: 'en' },
        { kind: 'webhook', name: 'pager', url, secret: 'whsec_c2VjcmV0' },
      ]),
    );
    expect(channels).toMatchObject([
      { name: 'slack', language: 'ja', allowPrivate: false },
      { name: 'slack-en', language: 'en', allowPrivate: false },
      { name: 'pager', language: 'ja', allowPrivate: false },
    ]);
    expect(readChannels(undefined)).toEqual([]);
  });

  it.each([
    ['two without a name', [{}, {}], 'slack'],
    ['one that is called what the other is by its kind', [{}, { name: 'slack' }], 'slack'],
    ['one name twice', [{ name: 'desk' }, { name: 'desk' }], 'desk'],
  ])('%s are refused: one of them would never receive', (_, named, name) => {
    const url = 'https://hooks.example/hidden';
    const json = JSON.stringify(named.map((each) => ({ kind: 'slack', url, ...each })));
    expect(() => readChannels(json)).toThrow(`more than one channel called ${name}`);
    expect(() => readChannels(json)).not.toThrow(/hidden/);
  });

  it.each([
    'no json',
    '{}',
    '[{"kind": "slack"}]',
    '[{"kind": "pigeon", "url": "https://hooks.example/hidden"}]',
    '[{"kind": "slack", "url": "file:///hidden"}]',
    '[{"kind": "webhook", "url": "https://hooks.example/hidden"}]',
    '[{"kind": "slack", "url": "https://hooks.example/hidden", "channle": "x"}]',
  ])('%s is refused without repeating what it holds', (json) => {
    expect(() => readChannels(json)).toThrow(/NOTIFY_CHANNELS/);
    expect(() => readChannels(json)).not.toThrow(/hidden/);
  });
});

const { url: base } = await openOtherSide((request, response) => {
  if (request.url === '/never') return;
  const [, status, after] = (request.url ?? '').split('/');
  response.writeHead(Number(status), { ...(after ? { 'retry-after': after } : {}), location: '/200' }).end();
});

describe('a post', () => {
  const send = (path: string, facts: { allowPrivate?: boolean; url?: string; timeoutMs?: number } = {}) =>
    post({ url: base + path, body: '{}', allowPrivate: true, timeoutMs: 60_000, ...facts }).then(
      () => 'taken',
      (error: unknown) =>
        error instanceof TemporaryFailure
          ? ['temporary', error.retryAfterMs]
          : error instanceof PermanentFailure
            ? 'permanent'
            : error,
    );

  it.each([
    ['/200', 'taken'],
    ['/204', 'taken'],
    ['/299', 'taken'],
    ['/300', 'permanent'],
    ['/302', 'permanent'],
    ['/400', 'permanent'],
    ['/401', 'permanent'],
    ['/404', 'permanent'],
    ['/408', ['temporary', undefined]],
    ['/410', 'permanent'],
    ['/425/5', ['temporary', 5_000]],
    ['/429/30', ['temporary', 30_000]],
    ['/499', 'permanent'],
    ['/500', ['temporary', undefined]],
    ['/503/120', ['temporary', 120_000]],
    ['/599', ['temporary', undefined]],
  ])('answered %s', async (path, expected) => {
    expect(await send(path)).toEqual(expected);
  });

  it('that is not answered in time is tried again', async () => {
    expect(await send('/never', { timeoutMs: 100 })).toEqual(['temporary', undefined]);
  });

  it('goes to no private address, by number or by name', async () => {
    expect(await send('/200', { allowPrivate: false })).toBe('permanent');
    const byName = base.replace('127.0.0.1', 'localhost');
    expect(await send('/200', { allowPrivate: false, url: `${byName}/200` })).toBe('permanent');
  });

  it('tells a name that does not resolve from one that may not be called', async () => {
    expect(await send('', { url: 'http://nowhere.invalid/', timeoutMs: 1_000 })).toEqual(['temporary', undefined]);
  });

  it('reads Retry-After as seconds or as a date', () => {
    expect(retryAfterMs('Tue, 24 Nov 2026 01:01:00 GMT', now)).toBe(60_000);
    expect(retryAfterMs('Tue, 24 Nov 2026 00:00:00 GMT', now)).toBe(0);
    expect([retryAfterMs('soon', now), retryAfterMs(undefined, now)]).toEqual([undefined, undefined]);
  });
});

describe('bodies', () => {
  const text = fc.string({ unit: 'binary', maxLength: 9_000 });

  it('stay within what Slack takes, and mention nobody', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (words, times) => {
        const whole = `${words}<!channel>\n`.repeat(times);
        const { blocks } = JSON.parse(slackBody({ notice: notice(whole), language: 'ja', at: now })) as {
          blocks: { type: string; text: { text: string } }[];
        };
        expect(refuseBlocks(blocks)).toBeUndefined();
        for (const { text: each } of blocks.filter((block) => block.type === 'section')) {
          expect(each.text).not.toContain('<');
        }
      }),
      { numRuns: 30 },
    );
  });

  it('stay within what Google Chat takes, and mention nobody', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 20 }), (words, times) => {
        const body = googleChatBody({ notice: notice(`${words}<users/all>\n`.repeat(times)), language: 'ja', at: now });
        const said = (JSON.parse(body) as { text: string }).text;
        expect(Buffer.byteLength(said)).toBeLessThanOrEqual(32_000);
        expect(said).not.toContain('<');
      }),
      { numRuns: 30 },
    );
  });

  it('of a webhook are signed by both secrets while one is being rotated', () => {
    const secrets = ['first', 'second'].map((each) => `whsec_${Buffer.from(each.repeat(6)).toString('base64')}`);
    const headers = webhookHeaders('ntc_1', '{}', secrets.join(', '), now);
    expect(headers['webhook-signature']?.split(' ')).toEqual(
      secrets.map((each) => new Webhook(each).sign('ntc_1', now, '{}')),
    );
    expect(() => webhookHeaders('ntc_1', '{}', 'whsec_', now)).toThrow(PermanentFailure);
  });

  const slackBlocks = (text: string, more: Partial<Notice> = {}) =>
    (
      JSON.parse(slackBody({ notice: { ...notice(text), ...more }, language: 'ja', at: now })) as {
        blocks: { type: string; text: { text: string } }[];
      }
    ).blocks;

  it('to Slack are cut where it takes no more, between lines where they can be', () => {
    const sections = (text: string) =>
      slackBlocks(text).flatMap((each) => (each.type === 'section' ? [each.text.text.length] : []));
    const lines = (...lengths: number[]) => lengths.map((length) => 'x'.repeat(length)).join('\n');
    expect(sections(lines(1_000, 1_998))).toEqual([2_999]);
    expect(sections(lines(1_000, 1_999))).toEqual([3_000]);
    expect(sections(lines(1_000, 2_000))).toEqual([1_000, 2_000]);
    expect(sections(lines(2_999, 2_999))).toEqual([2_999, 2_999]);
    expect(sections(lines(3_001))).toEqual([3_000]);
    // A heading and a button, and all that is left for the text.
    const long = Array.from({ length: 60 }, () => 'x'.repeat(2_000)).join('\n');
    expect(slackBlocks(long).map(({ type }) => type)).toEqual(['header', ...Array(6).fill('section'), 'actions']);
    expect(slackBlocks(long).at(-2)?.text.text).toBe('…');
    const headed = (length: number) => slackBlocks('', { subject: { ja: '件'.repeat(length), en: '' } })[0]?.text.text;
    expect([headed(150), headed(151)]).toEqual(['件'.repeat(150), `${'件'.repeat(149)}…`]);
  });

  const chat = (text: string, incidentId: string | null) =>
    googleChatBody({ notice: { ...notice(text), incidentId }, language: 'ja', at: now });

  it('to Google Chat of an incident are in its thread, and not longer for that', () => {
    expect(JSON.parse(chat('店', 'inc_7'))).toEqual({ text: '店', thread: { threadKey: 'inc_7' } });
    expect(JSON.parse(chat('店', null))).toEqual({ text: '店' });
    expect(Buffer.byteLength(chat('店'.repeat(20_000), 'inc_7'))).toBeLessThanOrEqual(32_000);
  });

  it('to Google Chat stay whole up to 32,000 bytes, as they are sent', () => {
    const said = (text: string) => (JSON.parse(chat(text, null)) as { text: string }).text;
    expect(said('店'.repeat(10_663))).toBe('店'.repeat(10_663));
    expect(said(`${'店'.repeat(10_663)}x`)).toBe(`${'店'.repeat(9_597)}…`);
    expect(said('"'.repeat(15_994))).toBe('"'.repeat(15_994));
    expect(said('"'.repeat(15_995))).toBe(`${'"'.repeat(14_395)}…`);
  });

  it('to PagerDuty go to its address, or to the one that is set, with its path where that has none', () => {
    expect(eventsAddress(undefined)).toBe('https://events.pagerduty.com/v2/enqueue');
    expect(eventsAddress('https://events.eu.pagerduty.com')).toBe('https://events.eu.pagerduty.com/v2/enqueue');
    expect(eventsAddress('https://proxy.example/pd?x=1')).toBe('https://proxy.example/pd?x=1');
  });
});
