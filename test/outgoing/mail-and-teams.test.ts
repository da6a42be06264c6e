/** Mail and Teams: one thread an incident, cards that Teams can show, and nothing of a ticket that becomes more than text. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeMail } from '../../functions/outgoing/channels/mail.ts';
import { teamsBody } from '../../functions/outgoing/channels/teams.ts';
import type { Notice } from '../../functions/platform/notice-schemas.ts';
import { noticeWith } from './notices.ts';

/** Its modules leave out what they end in, which only bundlers take: Node takes the one file that they were bundled to. */
const { AdaptiveCard, SerializationContext } = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
) as typeof import('adaptivecards');

const at = new Date('2026-11-24T01:00:00Z');
const notice = (text: string, facts: Partial<Notice> = {}): Notice =>
  noticeWith({
    subject: { ja: 'まもなく店舗への連絡期限です: 注文が通らない', en: 'Due: orders' },
    text: { ja: text, en: text },
    ...facts,
  });
const by = { from: 'Metronome <metronome@example.jp>', to: ['ada@example.jp'], language: 'ja' as const, at };

describe('mail', () => {
  it('is one thread an incident: the announcement begins it, and the others name it', () => {
    const first = writeMail(notice('', { id: 'ntc_a', kind: 'incident-filed' }), by);
    const escalated = writeMail(notice('', { id: 'ntc_b', kind: 'escalation' }), by);
    expect(first).toMatchObject({ messageId: '<inc_1@example.jp>' });
    expect([first.inReplyTo, first.references]).toEqual([undefined, undefined]);
    expect(escalated).toMatchObject({ inReplyTo: first.messageId, references: first.messageId });
    expect(escalated.messageId).not.toBe(first.messageId);
    expect(writeMail(notice('', { id: 'ntc_b', kind: 'escalation' }), by).messageId).toBe(escalated.messageId);
    expect(writeMail(notice('', { incidentId: null }), by).inReplyTo).toBeUndefined();
    // That a channel failed is no news of the incident.
    expect(writeMail(notice('', { kind: 'delivery-failed' }), by).inReplyTo).toBeUndefined();
    // To other mailboxes it is another mail, also where the first of them is the same.
    const mailboxes = [['a@example.jp'], ['b@example.jp'], ['a@example.jp', 'b@example.jp']];
    const mails = mailboxes.map((to) => writeMail(notice(''), { ...by, to }).messageId);
    expect(new Set(mails).size).toBe(mailboxes.length);
    const together = notice('', { kind: 'escalation', kinds: ['escalation', 'incident-filed'] });
    expect(writeMail(together, by).messageId).toBe(first.messageId);
  });

  it('is whole: its sender, its recipient, its subject, and nothing that is of another channel', () => {
    const { messageId, ...mail } = writeMail(notice('件名\n> 引用\n\n本文 https://example.jp/a'), by);
    expect(messageId).toMatch(/^<ntc_1\.[\da-f]{8}@example\.jp>$/);
    expect(mail).toEqual({
      from: 'Metronome <metronome@example.jp>',
      to: ['ada@example.jp'],
      date: at,
      subject: 'まもなく店舗への連絡期限です: 注文が通らない',
      text: '件名\n> 引用\n\n本文 https://example.jp/a\n\nhttps://console.example/incidents/inc_1\n',
      html: [
        '<!doctype html><html lang="ja"><body style="font-family:sans-serif"><div>件名</div>',
        '<div style="border-left:3px solid #999;padding-left:8px">引用</div>',
        '<div>&nbsp;</div>',
        '<div>本文 https://example.jp/a</div>',
        '<div>&nbsp;</div>',
        '<div><a href="https://console.example/incidents/inc_1">https://console.example/incidents/inc_1</a></div></body></html>',
      ].join('\n'),
      inReplyTo: '<inc_1@example.jp>',
      references: '<inc_1@example.jp>',
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Metronome-Notice': 'ntc_1', 'X-Metronome-Kind': 'update-due' },
    });
    const english = writeMail(notice('text'), { ...by, language: 'en', from: 'bare@example.com' });
    expect(english).toMatchObject({ subject: 'Due: orders', references: '<inc_1@example.com>' });
    expect(english.html).toContain('lang="en"');
    expect(writeMail(notice(''), { ...by, from: 'Metronome' }).references).toBe('<inc_1@metronome.invalid>');
  });

  it('without a page to open ends with its text, and a subject of more than a line is cut', () => {
    const { url: _, ...nowhere } = notice('件名\n本文');
    expect(writeMail(nowhere, by).text).toBe('件名\n本文\n');
    const subjectOf = (ja: string) => writeMail(notice('', { subject: { ja, en: '' } }), by).subject;
    expect(subjectOf('件'.repeat(200))).toBe('件'.repeat(200));
    expect(subjectOf('件'.repeat(201))).toBe(`${'件'.repeat(199)}…`);
    expect(subjectOf('一\n 二')).toBe('一 二');
  });

  it('says the same as text and as HTML, in which nothing of a ticket is markup', () => {
    const mail = writeMail(
      notice('件名\n<script>alert(1)</script> & "x"\n> 引用 <b>\nhttps://example.jp/a?b=1&c=2'),
      by,
    );
    expect(mail.text).toContain('<script>alert(1)</script> & "x"');
    expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;');
    expect(mail.html).toContain('引用 &lt;b&gt;');
    expect(mail.html).toContain('<div>https://example.jp/a?b=1&amp;c=2</div>');
    expect(mail.text.trimEnd().split('\n').at(-1)).toBe('https://console.example/incidents/inc_1');
    expect(mail.headers).toMatchObject({ 'Auto-Submitted': 'auto-generated' });
  });

  const own = 'https://console.example/incidents/inc_1';
  it.each<[line: string, links: string[]]>([
    [`対応: ${own}#update`, [`${own}#update`]],
    [`状況: ${own}/situation`, [`${own}/situation`]],
    [`> ${own}`, []],
    ['注文が通らない https://evil.example/login', []],
    [`${own}0`, []],
    [`${own}.evil.example/`, []],
    ['https://console.example@evil.example/incidents/inc_1', []],
    ['https://console.example/incidents/inc_2', []],
    [`${own} を開く`, []],
  ])('links its own page alone: %s', (line, links) => {
    const { html } = writeMail(notice(`件名\n${line}`), by);
    const found = [...html.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
    expect(found).toEqual([...links, own]);
    const { url: _, ...nowhere } = notice(line);
    expect(writeMail(nowhere, by).html).not.toContain('href');
  });

  it('takes linear time on a line that names its page many times', () => {
    const mail = writeMail(notice(`件名\n${own.repeat(50_000)} と続く`), by);
    expect(mail.html.match(/href/g)).toHaveLength(1);
  });

  it('has a subject of one line, whatever a title holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (title) => {
        const mail = writeMail(notice('', { subject: { ja: `件名: ${title}`, en: title } }), by);
        expect(mail.subject).not.toMatch(/[\r\n]/);
        expect(mail.subject.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

interface Card {
  version: string;
  body: { type: string; inlines: { type: string; text: string }[] }[];
  actions?: { type: string; url: string }[];
}

const cardOf = (body: string): Card => {
  const { type, attachments } = JSON.parse(body) as { type: string; attachments: { content: Card }[] };
  expect([type, attachments.length]).toEqual(['message', 1]);
  return (attachments[0] as { content: Card }).content;
};

/** What the renderer of Microsoft’s own says of a card. */
function complaintsOf(card: Card): string[] {
  const context = new SerializationContext();
  const parsed = new AdaptiveCard();
  parsed.parse(card as never, context);
  const events = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
  return [...events, ...parsed.validateProperties().validationEvents.map(({ message }) => message)];
}

describe('Teams', () => {
  it('gets a card of version 1.4 that its renderer takes without a word, with a button', () => {
    const card = cardOf(teamsBody({ notice: notice('店舗への連絡\n6店舗 | 緊急性 高\n\n> 引用'), language: 'ja', at }));
    expect(complaintsOf(card)).toEqual([]);
    expect(card.version).toBe('1.4');
    expect(card.actions).toEqual([
      { type: 'Action.OpenUrl', title: 'コンソールで開く', url: 'https://console.example/incidents/inc_1' },
    ]);
    expect(complaintsOf({ ...card, body: [{ type: 'Nonsense' }] as never }).length).toBeGreaterThan(0);
  });

  const said = (text: string, facts: Partial<Notice> = {}): string[] =>
    cardOf(teamsBody({ notice: notice(text, facts), language: 'ja', at })).body.map(
      ({ inlines }) => inlines[0]?.text ?? '',
    );

  it('gets 500 characters of a subject and 2,000 of a line, and a mark where more was written', () => {
    const subject = (length: number) => said('', { subject: { ja: '件'.repeat(length), en: '' } })[0];
    expect([subject(500), subject(501)]).toEqual(['件'.repeat(500), `${'件'.repeat(499)}…`]);
    const line = (length: number) => said(`題\n${'あ'.repeat(length)}`).at(-1);
    expect([line(2_000), line(2_001)]).toEqual(['あ'.repeat(2_000), `${'あ'.repeat(1_999)}…`]);
    const lines = Array.from({ length: 400 }, (_, index) => `${index} ${'あ'.repeat(20)}`);
    const shown = said(['まもなく店舗への連絡期限です: 注文が通らない', ...lines].join('\n'));
    expect(shown.at(-1)).toBe('…');
    expect(shown.slice(1, -1)).toEqual(lines.slice(0, shown.length - 2));
    expect(shown.length).toBeGreaterThan(80);
  });

  it('gets less than 20 KB of the longest incident, and its text as text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 9_000 }), fc.integer({ min: 1, max: 60 }), (words, times) => {
        const text = `${words} [link](https://evil.example) <at>all</at>\n`.repeat(times);
        const body = teamsBody({ notice: notice(text), language: 'ja', at });
        expect(Buffer.byteLength(body)).toBeLessThan(20_000);
        const card = cardOf(body);
        // Runs are no Markdown.
        for (const each of card.body) expect([each.type, each.inlines[0]?.type]).toEqual(['RichTextBlock', 'TextRun']);
        expect(card.body.length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });
});
