/** The card: what it says, and that Slack takes it however long the incident's words are. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listMissing } from '../../functions/incidents/facts/missing.ts';
import { codeOf, type Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import {
  cutTo,
  escapeLines,
  fitting,
  isOpenable,
  linkTo,
  type MessageBlock,
  sectionsOf,
} from '../../functions/outgoing/slack/blocks.ts';
import { cardOf } from '../../functions/outgoing/slack/card.ts';
import { noticeContent } from '../../functions/outgoing/slack/notice-content.ts';
import { type Notice, type NoticeKind, noticeKinds } from '../../functions/platform/notice-schemas.ts';
import { policy } from '../../functions/policy.ts';
import { refuseBlocks } from '../../infra/stubs/slack/blocks.ts';
import { rowsOf } from '../in-a-line.ts';
import { noticeWith } from './notices.ts';

const at = new Date('2026-11-24T01:02:00Z');
const id = 'inc_000000000000000000000001';

function incident(more: Partial<Incident> = {}): Incident {
  const facts = {
    id,
    kind: 'incident',
    title: '注文が通らない',
    source: 'ticket',
    origin: { tool: 'zendesk', id: '501' },
    status: 'open',
    ongoing: 'yes',
    isDrill: false,
    isAboutMetronome: false,
    occurredAt: at,
    receivedAt: at,
    reportedAt: at,
    filedAt: at,
    urgency: { level: 'high' },
    impact: { businessImpact: 'stopped', affectedCustomerCount: 6 },
    ticketUrls: ['https://acme.zendesk.example/agent/tickets/501'],
    responders: [],
    affectedCustomers: [],
    leftOut: [],
    lastSequence: 1,
    ...more,
  } as unknown as Incident;
  return { ...facts, missing: more.missing ?? listMissing(facts) };
}

const contact = (name: string, minutes: number, more: Partial<Contact> = {}): Contact =>
  ({
    id: `con_${name}`,
    incidentId: id,
    isTheOthers: false,
    customers: [{ id: name }],
    name,
    nextUpdateDueAt: new Date(at.getTime() + minutes * 60_000),
    stoppedAt: null,
    ...more,
  }) as Contact;

const by = (language: 'ja' | 'en' = 'ja') => ({ policy, language, consoleUrl: 'https://metronome.example/console' });
const textOf = (of: { blocks: readonly object[] }): string => JSON.stringify(of.blocks);
const pressable = (of: { blocks: readonly object[] }) =>
  of.blocks
    .flatMap((each) => [
      ...('elements' in each ? (each.elements as { action_id?: string }[]) : []),
      ...('accessory' in each ? [each.accessory as { action_id?: string }] : []),
    ])
    .flatMap(({ action_id }) => action_id ?? []);

/** While it is open and nobody has taken it: what helps most, the menu, and the rest below. */
const row = ['take', 'happens', 'more'];
const rest = ['scope', 'update', 'mitigate', 'recover'];

describe('a card', () => {
  const contacts = [contact('新宿店', 30), contact('渋谷店', 15), contact('池袋店', 20, { stoppedAt: at })];

  test('says impact × customers, ongoing, owner, who is due next and when, and how much is missing', () => {
    const said = textOf(cardOf(incident(), contacts, by()));
    expect(said).toContain('業務停止・6店舗* | 継続中 | 緊急性 高');
    expect(said).toContain('担当: 未定');
    expect(said).toContain('次の連絡期限: 11月24日(火) 10:17 渋谷店 ほか1店舗');
    expect(said).toMatch(/記録のない項目: \d+件/);
    expect(said).toContain(codeOf(id));
    expect(said).toContain('<https://acme.zendesk.example/agent/tickets/501|チケット>');
    const owned = cardOf(incident({ assignee: 'a@example.jp' }), contacts, by('en'));
    expect(textOf(owned)).toContain('Assignee: a@example.jp');
  });

  test('is whole: heading, facts, place and buttons, with what it is called for who cannot see it', async () => {
    const of = incident({
      emergency: { since: at, rule: 'many', inputs: {}, endedAt: null } as never,
      occurredAt: new Date(at.getTime() - 7 * 60_000),
      reportedAt: new Date(at.getTime() - 5 * 60_000),
      assignee: 'ann@example.jp',
      missing: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((field) => ({ field, why: '' })),
    });
    // Of two customers the answer to the press asks, and names them.
    await expect(rowsOf({ 'a card': cardOf(of, contacts, by('en')) })).toMatchFileSnapshot('card-whole.txt');
  });

  const done = { assignee: 'a', verifiedAt: at, ongoing: 'yes' } as const;
  test.each<[what: string, of: Partial<Incident>, primary: string[]]>([
    ['nobody has taken', {}, ['take', 'happens']],
    ['somebody has taken', { assignee: 'a' }, ['happens', 'update']],
    ['is confirmed', done, ['update', 'recover']],
    ['has recovered', { status: 'recovered', recoveredAt: at }, ['update']],
  ])('of what %s has the next steps as its primary buttons', (_, of, primary) => {
    const [row] = cardOf(incident(of), contacts, by()).blocks.slice(-2);
    const { elements } = row as { elements: { style?: string; action_id?: string }[] };
    expect(elements.flatMap(({ style, action_id }) => (style === 'primary' ? action_id : []))).toEqual(primary);
  });

  test('counts what is missing', () => {
    const of = incident({ missing: ['a', 'b', 'c', 'd', 'e'].map((field) => ({ field, why: '' })) });
    const card = cardOf(of, [], by('en'));
    expect(textOf(card)).toContain('Missing data: 5"');
    expect(textOf(cardOf(incident({ missing: [] }), [], by('en')))).not.toContain('Missing');
  });

  const due = (who: string) => `Next update due: Tue, Nov 24, 10:17 (Asia/Tokyo) ${who}`;
  const two = { customers: [{ id: '1' }, { id: '2' }] };
  const counted = { id: '1', at, recordedAt: at, type: 'counted', isCounted: true } as const;
  const others: Partial<Contact> = { isTheOthers: true, customers: [], facts: [counted] };
  const ofA = { affectedCustomers: [{ id: 'a' }] };
  const first = contact('b', 15, { id: 'con_1' });
  test.each<[what: string, of: Partial<Incident>, waiting: Contact[], said: string]>([
    ['one', {}, [contact('a', 15)], due('a')],
    ['some, one of them of several customers', {}, [contact('b', 20, two), contact('a', 15)], due('a and 2 more')],
    ['two at once: the first by id', {}, [first, contact('a', 15, { id: 'con_2' })], due('b and 1 more')],
    ['those that nobody has named', {}, [contact('x', 15, others)], due('6 unidentified customers')],
    ['one of six, and the five not named', ofA, [contact('a', 15), contact('x', 20, others)], due('a and 5 more')],
    ['one without a name', {}, [contact('a', 15, { name: null } as never)], due('a')],
    ['nobody any more', {}, [contact('a', 15, { stoppedAt: at })], 'Next update due: no customers waiting'],
    ['nobody yet', {}, [], 'Scope due: Tue, Nov 24, 10:17 (Asia/Tokyo)'],
  ])('says who to tell next, and when: %s', (_, of, waiting, said) => {
    expect(textOf(cardOf(incident(of), waiting, by('en')))).toMatch(
      new RegExp(`${said.replaceAll(/[()]/g, '\\$&')}(?:\\\\n|")`),
    );
  });

  test.each<[what: string, of: Partial<Incident>, said: string]>([
    ['recovered', { status: 'recovered', recoveredAt: at }, 'Status: recovered Tue, Nov 24, 10:02 (Asia/Tokyo)'],
    ['no longer an emergency', { emergency: { endedAt: at } as never }, '"*stopped'],
    ['without a title', { title: '' }, `"text":"${id}"`],
    ['of an unknown time', { occurredAt: undefined as never }, 'Occurred: unknown | First report: Tue'],
    ['without a ticket', { ticketUrls: [] }, 'First report: Tue, Nov 24, 10:02 (Asia/Tokyo)"'],
    ['whose ticket is no address', { ticketUrls: ['javascript:x'] }, 'First report: Tue, Nov 24, 10:02 (Asia/Tokyo)"'],
    ['whose ticket’s address is too long', { ticketUrls: [`https://e.example/${'a'.repeat(1_500)}`] }, '(Asia/Tokyo)"'],
  ])('says what it knows of one %s', (_, of, said) => {
    expect(textOf(cardOf(incident(of), contacts, by('en')))).toContain(said);
  });

  test('has no button to a console that nobody has set, and none at all where nothing can be said', () => {
    const nowhere = { ...by(), consoleUrl: undefined };
    expect(pressable(cardOf(incident(), contacts, nowhere))).toEqual([...row, ...rest]);
    const linked = cardOf(incident({ status: 'linked', linkedTo: 'inc_2' }), contacts, nowhere);
    expect(pressable(linked)).toEqual(['unlink']);
    expect(pressable(cardOf(incident({ kind: 'question' }), contacts, by()))).toEqual(['open']);
  });

  test('says who is on duty and until when while it is open, and where nobody could look that too', () => {
    const until = new Date(at.getTime() + 3_600_000);
    const onDuty = { area: '*', people: [{ name: '山田<花子>', until }], unknownSince: null };
    const said = (of: Incident, more: object = {}, language: 'ja' | 'en' = 'ja') =>
      textOf(cardOf(of, contacts, { ...by(language), onDuty: { ...onDuty, ...more } }));
    expect(said(incident())).toContain('担当: 未定\\n当番: 山田&lt;花子&gt;(11月24日(火) 11:02まで)');
    expect(said(incident(), { people: [], unknownSince: at }, 'en')).toMatch(
      /On call: no one · calendar unreadable since .*10:02/,
    );
    expect(said(incident({ status: 'recovered', recoveredAt: at }))).not.toContain('当番');
  });

  test('has two primary buttons, a menu, and the rest below while it is open, and what is left of them after', () => {
    expect(pressable(cardOf(incident(), contacts, by()))).toEqual([...row, 'open', ...rest]);
    const taken = pressable(cardOf(incident({ assignee: 'a' }), contacts, by()));
    expect(taken).toEqual(['happens', 'update', 'more', 'open', 'take-over', 'scope', 'mitigate', 'recover']);
    const recovered = incident({ status: 'recovered', recoveredAt: at });
    expect(pressable(cardOf(recovered, contacts, by()))).toEqual(['update', 'more', 'open', 'happens-again']);
    const [over, undue] = [contact('a', 5, { stoppedAt: at }), contact('a', 5, { nextUpdateDueAt: null })];
    for (const none of [[], [over], [undue]])
      expect(pressable(cardOf(recovered, none, by()))).toEqual(['more', 'open', 'happens-again']);
    const linked = cardOf(incident({ status: 'linked', linkedTo: 'inc_2' }), contacts, by());
    expect(pressable(linked)).toEqual(['unlink']);
    expect(linked.blocks).toHaveLength(1);
    for (const said of [
      codeOf('inc_2'),
      '注文が通らない',
      `<https://metronome.example/console/incidents/${id}|${codeOf(id)}>`,
    ])
      expect(textOf(linked)).toContain(said);
  });

  test('offers to snooze the question who is affected only while no customer is known', () => {
    const unknown = incident({ impact: {} });
    expect(pressable(cardOf(unknown, [], by()))).toContain('snooze');
    expect(pressable(cardOf(unknown, contacts, by()))).not.toContain('snooze');
    expect(pressable(cardOf(incident({ impact: {}, status: 'recovered' }), [], by()))).not.toContain('snooze');
  });

  test('shows of an owner 500 characters, of a customer 200, and of who is on duty 500', () => {
    const line = (of: Incident, waiting: Contact[], more: object = {}): string[] =>
      (cardOf(of, waiting, { ...by('en'), ...more }).blocks[1] as { text: { text: string } }).text.text.split('\n');
    const owner = (length: number) => line(incident({ assignee: 'o'.repeat(length) }), [])[2];
    expect([owner(500), owner(501)]).toEqual([`Assignee: ${'o'.repeat(500)}`, `Assignee: ${'o'.repeat(499)}…`]);
    const next = (length: number) => line(incident(), [contact('n'.repeat(length), 15)])[3];
    expect([next(200), next(201)]).toEqual([expect.stringMatching(/ n{200}$/), expect.stringMatching(/ n{199}…$/)]);
    const duty = (length: number) => {
      const people = [{ name: 'd'.repeat(length), until: at }];
      return line(incident(), [], { onDuty: { area: '*', people, unknownSince: null } })[3];
    };
    expect([duty(400)?.endsWith('…'), duty(500)?.endsWith('…'), duty(500)?.length]).toEqual([false, true, 500]);
  });

  test('a drill says so', () => {
    expect(cardOf(incident({ isDrill: true }), [], by())).toMatchObject({ text: expect.stringContaining('【訓練】') });
    expect(textOf(cardOf(incident({ isDrill: true }), [], by()))).toContain('"【訓練】注文が通らない"');
  });

  test('calls nobody and links nowhere by what a ticket says', () => {
    const hostile = '<!channel> <@U1> <https://evil.example|x> & *b*';
    const card = cardOf(incident({ title: hostile, assignee: hostile }), [contact(hostile, 5)], by());
    const mrkdwn = card.blocks.filter((each) => each.type !== 'header');
    expect(`${card.text}${JSON.stringify(mrkdwn)}`).not.toMatch(/<[!@h][^|]*evil|<!|<@/);
  });

  test('is the same at every time: it is edited for what is recorded, and not as time passes', () => {
    expect(cardOf(incident(), contacts, by())).toEqual(cardOf(incident(), [...contacts].reverse(), by()));
  });
});

describe('a notice', () => {
  const notice = (more: Partial<Notice> = {}): Notice =>
    noticeWith({
      incidentId: id,
      subject: { ja: '連絡の期限', en: 'Update due' },
      text: { ja: '連絡の期限\n渋谷店\n> 引用 <b>', en: 'Until 10:17\nShibuya' },
      ...more,
    });
  const buttons = (more: Partial<Notice>) => pressable(noticeContent(notice(more), 'ja', ''));

  test('says its subject once, who it calls, and its text in its language, in this order', () => {
    const said = (language: 'ja' | 'en', mentions: string) => {
      const { text, blocks } = noticeContent(notice(), language, mentions);
      return [text, ...blocks.map((each) => ('text' in each ? each.text.text : each.type))];
    };
    const quoted = '渋谷店\n> 引用 &lt;b&gt;';
    expect(said('ja', '<!here>')).toEqual(['<!here> 連絡の期限', '連絡の期限', '<!here>', quoted, 'actions']);
    expect(said('en', '')).toEqual(['Update due', 'Update due', 'Until 10:17\nShibuya', 'actions']);
  });

  test.each<[kind: NoticeKind, pressable: string[]]>([
    ['update-due', ['update', 'open']],
    ['escalation', ['update', 'open']],
    ['update-failed', ['update', 'open']],
    ['recovery-questioned', ['happens-again', 'open']],
    ['emergency-begun', ['roles', 'open']],
    ['scope-due', ['scope', 'open']],
    ['role-due', ['roles', 'open']],
    ['delivery-failed', ['open']],
  ])('of %s can be answered by %j', (kind, expected) => {
    expect(buttons({ kind })).toEqual(expected);
  });

  test('of a subject of any length keeps room for the people it calls', () => {
    const subject = { ja: 'あ'.repeat(5_000), en: '' };
    const { text } = noticeContent(notice({ subject }), 'ja', '<!here> <@U1>');
    expect(text).toBe(`<!here> <@U1> ${'あ'.repeat(3_499)}…`);
  });

  test('about no incident has no button of one, and one that leads nowhere is not there', () => {
    expect(buttons({ incidentId: null })).toEqual(['open']);
    expect(buttons({ url: 'javascript:alert(1)' })).toEqual(['update']);
    const { url: _, ...nowhere } = notice({ kind: 'delivery-failed' });
    expect(noticeContent(nowhere, 'ja', '').blocks.every(({ type }) => type !== 'actions')).toBe(true);
  });

  test('has buttons that name what they do and which incident is meant', () => {
    const of = (kind: NoticeKind, language: 'ja' | 'en') => noticeContent(notice({ kind }), language, '').blocks.at(-1);
    expect(of('escalation', 'ja')).toMatchObject({
      elements: [
        { text: { text: '店舗に連絡する' }, value: id },
        { text: { text: 'コンソールで開く' }, url: 'https://console.example/incidents/inc_1' },
      ],
    });
    const reopens = { text: { text: 'Reopen: happening again' } };
    expect(of('recovery-questioned', 'en')).toMatchObject({ elements: [reopens, {}] });
  });
});

describe('Slack takes it', () => {
  const long = (piece: string): string => piece.repeat(Math.ceil(40_000 / piece.length));

  test.each(['x', '漢', '&', '<', '\n', '"', '\\', '😀', '&<>'])('of an incident of nothing but %j', (piece) => {
    const text = long(piece);
    const longest = incident({
      title: text,
      assignee: text,
      ticketUrls: [`https://e.example/${'a'.repeat(2_900)}`],
      missing: Array.from({ length: 60 }, () => ({ field: text, why: text })),
      impact: { businessImpact: text as never, affectedCustomerCount: Number.MAX_SAFE_INTEGER },
      linkedTo: text,
    });
    const contacts = Array.from({ length: 500 }, (_, index) => contact(`${text}${index}`, index));
    for (const status of ['open', 'recovered', 'not-occurring', 'linked'] as const) {
      for (const language of ['ja', 'en'] as const) {
        const card = cardOf({ ...longest, status }, contacts, by(language));
        expect(refuseBlocks(card.blocks)).toBeUndefined();
        expect(card.text.length).toBeLessThanOrEqual(4_000);
      }
    }
  });

  test('of notices of any kind and text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...noticeKinds),
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.array(fc.constantFrom('<!here>', '> quote', '&amp;', long('y'), '', 'line'), { maxLength: 60 }),
        (kind, subject, lines) => {
          const text = [subject, ...lines].join('\n');
          const notice = noticeWith({ kind, subject: { ja: subject, en: subject }, text: { ja: text, en: text } });
          const content = noticeContent(notice, 'ja', '<!here> <@U1>');
          expect(refuseBlocks(content.blocks)).toBeUndefined();
          expect(content.text.length).toBeLessThanOrEqual(4_000);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('blocks', () => {
  const section = (length: number): MessageBlock => ({
    type: 'section',
    text: { type: 'mrkdwn', text: 'x'.repeat(length) },
  });
  const last: MessageBlock[] = [{ type: 'actions', elements: [] }];
  const more: MessageBlock = { type: 'section', text: { type: 'mrkdwn', text: '…', verbatim: true } };

  test('are fifty at most, what can be pressed among them', () => {
    const kept = fitting(Array(60).fill(section(1)), last);
    expect([kept.length, kept.at(-2), kept.at(-1)]).toEqual([50, more, last[0]]);
    expect(fitting(Array(60).fill(section(1)), [])).toHaveLength(50);
    expect(fitting(Array(50).fill(section(1)), [])).not.toContainEqual(more);
    expect(fitting(Array(49).fill(section(1)), last)).toHaveLength(50);
  });

  test('have 12,000 characters together, and the first that is too many ends them with a mark', () => {
    const of = (length: number) => fitting([...Array(3).fill(section(2_000)), section(length)], last);
    const left = 12_000 - JSON.stringify(of(0)).length;
    expect(of(left)).toEqual([...Array(3).fill(section(2_000)), section(left), ...last]);
    expect(of(left + 1)).toEqual([...Array(3).fill(section(2_000)), more, ...last]);
    expect(fitting([section(12_000), section(1)], last)).toEqual([more, ...last]);
  });

  test('of text are cut between lines, and hold nothing that is blank', () => {
    const lengths = (...lines: number[]) =>
      sectionsOf(lines.map((length) => 'x'.repeat(length)).join('\n')).map((each) =>
        'text' in each ? each.text.text.length : 0,
      );
    expect(lengths(1_000, 1_999)).toEqual([3_000]);
    expect(lengths(1_000, 2_000)).toEqual([1_000, 2_000]);
    expect(lengths(3_001)).toEqual([3_000]);
    expect(lengths(0, 0)).toEqual([]);
  });

  test('cut no entity and no character in two', () => {
    expect([cutTo('abc', 3), cutTo('abcd', 3)]).toEqual(['abc', 'ab…']);
    expect([cutTo('a&amp;b', 7), cutTo('a&amp;b', 6), cutTo('a&amp;bc', 7)]).toEqual(['a&amp;b', 'a…', 'a&amp;…']);
    expect(cutTo('a😀bc', 3).isWellFormed()).toBe(true);
    expect(escapeLines('> a > b\n>c')).toBe('> a &gt; b\n&gt;c');
  });

  test('link to what can be opened, within what Slack takes', () => {
    const long = (length: number) => `https://e.example/${'a'.repeat(length - 18)}`;
    expect(isOpenable(long(3_000))).toBe(true);
    for (const other of [long(3_001), 'ftp://e.example', 'e']) expect(isOpenable(other)).toBe(false);
    expect(linkTo('https://e.example/a|b>c', 'x & y')).toBe('<https://e.example/a%7Cb%3Ec|x &amp; y>');
    expect(linkTo('javascript:x', 'x')).toBeUndefined();
  });
});
