/** Whole notices, line by line, of records in which no two facts are alike. */
import { describe, expect, test } from 'vitest';
import type { PlannedNotice, Questioned } from '../../functions/customer-updates/decide-notices.ts';
import { draftGroups, draftKindOf, writeDraft } from '../../functions/customer-updates/draft.ts';
import type { NoticeRecipient } from '../../functions/customer-updates/look-events.ts';
import { type Writing, writeNotice, writePage } from '../../functions/customer-updates/notice.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { type Contact, theOthersId } from '../../functions/incidents/rhythm/contact.ts';
import { policy } from '../../functions/policy.ts';
import { filled } from '../filled.ts';
import { at, contactOf, incidentAt } from '../incidents/rhythm/rhythm.ts';

const own = {
  ...policy,
  customerLabel: { ja: '店舗', en: 'store' },
  sender: {
    ...policy.sender,
    language: 'ja' as const,
    company: { ja: '株式会社例', en: 'Example Inc.' },
    telephone: '03-0000-0000',
    functions: [
      { area: 'menu', ja: 'メニュー機能', en: 'menus' },
      { area: 'order', ja: '注文機能', en: 'ordering' },
    ],
  },
};
const now = at('24 11:05');
const incident = incidentAt(at('24 10:00'), {
  origin: { tool: 'zendesk', id: '9120', area: 'order' },
  assignee: 'sato@example.jp',
  impact: { businessImpact: 'stopped', affectedCustomerCount: 12 },
  ticketUrls: ['https://z.example/9120', 'https://z.example/9121'],
  happened: 'yes',
  firstResponseAt: at('24 10:02'),
  verifiedAt: at('24 10:12'),
  scopedAt: at('24 10:22'),
  mitigatedAt: at('24 10:32'),
  mitigation: { kind: 'workaround', summary: '手書きの伝票を\n使う' },
  cause: { category: 'release', summary: '設定の誤り' },
  emergency: {
    since: at('24 10:03'),
    rule: 'many-customers-stopped',
    inputs: { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 12, area: 'order' },
    policyVersion: 'pol_1',
    endedAt: null,
  },
});
const by: Writing = {
  policy: own,
  now,
  consoleUrl: 'https://m.example/console',
  onDuty: { area: 'order', people: [{ name: '山田花子', until: at('24 21:00') }], unknownSince: null },
};
const waits = (id: string, dueAt: string | null, more: Partial<Contact> = {}): Contact => ({
  ...contactOf(incident, id),
  name: `${id}店`,
  nextUpdateDueAt: dueAt ? at(dueAt) : null,
  ...more,
});
const told = (contact: Contact, dueAt?: string): NoticeRecipient => ({ contact, dueAt: dueAt ? at(dueAt) : now });
const noticeOf = (of: Partial<PlannedNotice>): PlannedNotice => {
  const kinds = of.kinds ?? ['update-due'];
  return {
    kind: kinds[0] as PlannedNotice['kind'],
    idParts: [],
    told: [],
    escalated: [],
    questioned: [],
    worse: [],
    unreached: [],
    roles: [],
    ...of,
    kinds,
  };
};
const linesOf = (of: Partial<PlannedNotice>, facts: Partial<Incident> = {}, writing: Partial<Writing> = {}) => {
  const { text, subject, url } = writeNotice({ ...incident, ...facts }, noticeOf(of), { ...by, ...writing });
  return { ja: text.ja.split('\n'), en: text.en.split('\n'), subject, url };
};

const chain = waits('a', '24 11:10', {
  customers: [{ id: 'a' }, { id: 'a2' }, { id: 'a3' }],
  lastUpdateAt: at('24 10:20'),
  lastMessage: '確認中\nです',
});
const others = waits('x', '24 11:12', {
  id: theOthersId,
  isTheOthers: true,
  customers: [],
  affectedKnownAt: at('24 10:30'),
});
const missed = waits('m', '24 10:55', { missedInARow: 2, affectedKnownAt: at('23 22:00') });
const refused = 'The tool refused the credentials (401). Check them on the connections page.';
const unreached = waits('u', null, {
  lastUpdateAt: at('24 10:40'),
  customers: [{ id: 'u', name: '渋谷店' }],
  ticket: { tool: 'zendesk', id: '77' },
  unreached: { updateId: 'upd_1', why: refused },
});

test('notices, a page and drafts are written so, whole', async () => {
  const facts: Partial<Incident> = { isDrill: true, affectedCustomers: [{ id: 'u', name: '渋谷店' }] };
  const questioned: Questioned[] = [
    { contact: chain, word: { customers: ['a'], ticket: { tool: 'zendesk', id: '9120' }, message: 'まだ' } },
    { contact: others, word: { customers: ['q-7'], ticket: { tool: 'zendesk', id: '9121' } } },
    { contact: undefined, word: { customers: [], ticket: { tool: 'jira', id: 'J-1' }, message: '直らない' } },
  ];
  const much = noticeOf({
    kinds: ['emergency-begun', 'escalation', 'update-failed', 'recovery-questioned', 'update-due'],
    told: [told(chain, '24 11:10'), told(others, '24 11:12')],
    escalated: [missed, missed],
    unreached: [unreached, { ...chain, unreached: { updateId: 'upd_1', why: refused } }],
    questioned,
    roles: ['lead', 'record'],
  });
  const { occurredAt: _, assignee: __, ...rest } = incident;
  const urgency = { ...rest.urgency, level: 'low' as const };
  const unknown: Incident = { ...rest, title: '', ticketUrls: [], status: 'recovered', impact: {}, urgency };
  const scopeDue = noticeOf({ kinds: ['scope-due'], scopeDueAt: at('24 11:15') });
  const nowhere = { policy: own, now, consoleUrl: undefined };
  const written: [what: string, of: ReturnType<typeof writePage>][] = [
    ['a notice of much at once', writeNotice({ ...incident, ...facts }, much, by)],
    ['a notice of what nobody knows, without a console', writeNotice(unknown, scopeDue, nowhere)],
    ['a page', writePage(incident, by)],
    ['a page without a title or a console', writePage({ ...incident, title: '' }, { ...by, consoleUrl: undefined })],
  ];
  const notices = written.flatMap(([what, { subject, text, ...more }]) =>
    (['ja', 'en'] as const).map((language) => [
      `=== ${what}, in ${language}`,
      `url: ${'url' in more ? more.url : 'none'}`,
      `subject: ${subject[language]}`,
      ...text[language].split('\n'),
    ]),
  );
  const reports = waits(incident.reporter?.id ?? '', '24 11:10', { name: '渋谷店' });
  const drafts = [
    ['how it goes, for its reporter', incident, { lastUpdateAt: at('24 10:15') }, 'ja'],
    // When they recovered, and not when the last of all did.
    [
      'the recovery',
      { ...incident, recoveredAt: at('24 10:58') },
      { recoveredAt: at('24 10:50'), stoppedAt: now },
      'en',
    ],
  ] as const;
  const drafted = drafts.flatMap(([what, of, more, language]) => {
    const groups = draftGroups(of, [told({ ...reports, ...more })], { policy: own, now });
    return groups.map((group) => [
      `=== a draft of ${what}, in ${language}`,
      ...writeDraft(of, group, { policy: own, now }, language).split('\n'),
    ]);
  });
  const lines = [...notices, ...drafted].map((each) => filled(each, ' ⏎ ', 240, (_, line) => line.startsWith('===')));
  await expect(`${lines.flat().join('\n')}\n`).toMatchFileSnapshot('notices-whole.txt');
});

test('an escalation says how late the first deadline is that was missed, and why it escalates', () => {
  const missed = waits('a', '24 11:25', { missedInARow: 2, overdueSince: at('24 10:05') });
  const { text } = writeNotice(incident, noticeOf({ kinds: ['escalation'], told: [], escalated: [missed] }), by);
  expect(text.ja.split('\n')[1]).toContain('1時間超過');
  expect(text.en.split('\n')[1]).toContain('overdue by 1 h');
  expect(text.ja).toContain('最初の期限 10:05 から2回連続で連絡漏れ');
  expect(text.en).toContain('2 missed in a row since 10:05');
});

test('an escalation of what nobody knows the customers of speaks of them, and not of updates', () => {
  const { subject, text } = writeNotice(incident, noticeOf({ kinds: ['escalation', 'scope-due'] }), by);
  expect(subject.ja).toMatch(/^影響店舗が分からないままです \/ 影響店舗の確認をお願いします: /);
  expect(subject.en).toMatch(/^Affected stores still unknown \/ Confirm which stores are affected: /);
  expect(`${text.ja}${text.en}`).not.toMatch(/連絡漏れ|missed/);
});

describe('until when the first has to hear', () => {
  const glance = (of: Partial<PlannedNotice>): string | undefined => linesOf(of).ja[1]?.split(' | ')[3];
  test.each<[string, Partial<PlannedNotice>, string]>([
    [
      'the first who is told',
      { told: [told(chain, '24 11:10'), told(missed, '24 11:20')], escalated: [missed] },
      '期限 11:10',
    ],
    ['the scope', { kinds: ['scope-due'], scopeDueAt: at('24 11:15'), escalated: [missed] }, '期限 11:15'],
    [
      'of those who were missed the first',
      { kinds: ['escalation'], escalated: [waits('b', '24 11:20'), waits('n', null), waits('c', '24 11:09')] },
      '期限 11:09',
    ],
    ['at the very minute', { told: [told(chain, '24 11:05')] }, '期限 11:05'],
    ['a minute ago', { told: [told(chain, '24 11:04')] }, '1分超過'],
    ['nobody', { kinds: ['incident-filed'] }, '継続中'],
  ])('%s', (_, of, expected) => {
    expect(glance(of)).toBe(expected);
  });
});

describe('what has been recorded since', () => {
  const since = (lastUpdateAt: string | undefined, facts: Partial<Incident> = {}): string[] => {
    const contact = waits('b', '24 11:10', lastUpdateAt ? { lastUpdateAt: at(lastUpdateAt) } : {});
    const { ja } = linesOf({ told: [told(contact)] }, { cause: { category: 'unknown' }, ...facts });
    const begin = ja.indexOf('前回の連絡以降の記録');
    return ja.slice(begin + 1, ja.indexOf('', begin));
  };
  test('in the order in which it happened, and no more than that', () => {
    const facts = { scopedAt: at('24 10:40'), recoveredAt: at('24 10:50'), firstResponseAt: at('24 10:45') };
    expect(since('24 10:32', { ...facts, impact: {} })).toEqual([
      '- 10:40 影響範囲を確認',
      '- 10:45 対応を開始',
      '- 10:50 業務回復',
    ]);
    expect(since('24 10:50', facts)).toEqual(['- 新しい記録はありません']);
  });
  test('what was looked at and not seen to happen is not confirmed', () => {
    expect(since('24 10:11', { happened: 'unconfirmed' })[0]).toBe('- 10:12 発生は未確認');
    expect(since('24 10:11', { status: 'not-occurring' })[0]).toBe('- 10:12 発生は未確認');
    const { en } = linesOf({ told: [told(waits('b', '24 11:10'))] }, { happened: 'unconfirmed' });
    expect(en).toContain('- 10:12 checked, not confirmed yet');
  });
  test('what was done, also without a word on it', () => {
    expect(since('24 10:22', { mitigation: { kind: 'setting' } })).toEqual(['- 10:32 一次対応: 設定変更']);
    const { mitigation: _, ...undone } = incident;
    expect(writeNotice(undone, noticeOf({ told: [told(waits('b', '24 11:10'))] }), by).text.ja.split('\n')).toContain(
      '- 10:32 一次対応',
    );
  });
});

describe('what is long is cut', () => {
  const many = (count: number): Contact[] =>
    Array.from({ length: count }, (_, index) => waits(`s${String(index).padStart(2, '0')}`, '24 11:10'));
  const waiting = (count: number): string[] => {
    const { ja } = linesOf({ told: many(count).map((each) => told(each)) });
    const begin = ja.indexOf(`連絡待ち(${count}店舗)`);
    return ja.slice(begin + 1, ja.indexOf('', begin));
  };
  test('after twenty who wait, with how many there are besides', () => {
    expect(waiting(20)).toHaveLength(20);
    expect(waiting(20).at(-1)).toMatch(/^- s19店/);
    expect(waiting(22).slice(19)).toEqual([expect.stringMatching(/^- s19店/), 'ほか2店舗']);
    const to = (count: number) =>
      linesOf({ told: many(count).map((each) => told(each)) }).ja.find((line) => line.startsWith('文面案'));
    expect(to(20)).toMatch(/s18店、s19店$/);
    expect(to(21)).toMatch(/s19店、ほか1店舗$/);
  });
  test('after twenty who wrote, and after three answers to them', () => {
    const wrote = (count: number): string[] => {
      const contacts = many(count);
      const questioned = contacts.map((contact) => ({
        contact,
        word: { customers: [], ticket: { tool: 'x', id: '1' }, message: 'まだ' },
      }));
      return linesOf({ kinds: ['recovery-questioned'], questioned }).ja;
    };
    expect(wrote(20)).not.toContain('ほかにも連絡があります');
    expect(wrote(21).filter((line) => line.endsWith('「まだ」'))).toHaveLength(20);
    expect(wrote(21)).toContain('ほかにも連絡があります');
    // Who wrote twice is answered once.
    const word = { customers: [], ticket: { tool: 'x', id: '1' }, message: 'まだ' };
    const twice = linesOf({
      kinds: ['recovery-questioned'],
      questioned: [1, 2].map(() => ({ contact: chain, word })),
    }).ja;
    expect([twice.filter((line) => line.endsWith('「まだ」')).length, twice.at(-1)]).toEqual([
      2,
      '> 株式会社例サポート窓口',
    ]);
    const more = (count: number) => wrote(count).at(-1);
    expect([more(1), more(2), more(3), more(4)]).toEqual([
      '> 株式会社例サポート窓口',
      'ほかの文面案(1件)は上のリンク先にあります。',
      'ほかの文面案(2件)は上のリンク先にあります。',
      'ほかの文面案(2件)は上のリンク先にあります。',
    ]);
  });
  test('after twenty updates that failed', () => {
    const failed = Array.from({ length: 21 }, (_, index) =>
      waits('b', null, {
        ticket: { tool: 'jira', id: `J-${index}` },
        unreached: { updateId: `upd_${index}`, why: '' },
      }),
    );
    const { ja } = linesOf({ kinds: ['update-failed'], unreached: failed });
    expect(ja.filter((line) => line.startsWith('- b (Jira J-'))).toHaveLength(20);
    const { ticket: _, ...unticketed } = failed[0] as Contact;
    const without = linesOf({ kinds: ['update-failed'], unreached: [unticketed] });
    expect(without.en).toContain('- b');
    expect(linesOf({ kinds: ['update-due'], unreached: failed }).ja.filter((line) => /J-/.test(line))).toEqual([]);
  });
});

test('who is named by no name is named by their number, and a contact without customers by its own', () => {
  const named = (more: Partial<Contact>): string | undefined => {
    const { name: _, ...contact } = waits('b', '24 11:10', more);
    return linesOf({ told: [told({ ...contact, ...more })] }).ja.find(
      (line) => line.startsWith('- b') || line.startsWith('- con'),
    );
  };
  expect(named({ customers: [{ id: 'b', name: 'bの店' }] })).toMatch(/^- bの店: /);
  expect(named({ customers: [{ id: 'b' }] })).toMatch(/^- b: /);
  expect(named({ customers: [] })).toMatch(/^- con_b: /);
});

describe('a draft', () => {
  const { reporter } = incident;
  const reports = waits(reporter?.id ?? '', '24 11:10', { name: '渋谷店' });
  const write = (contacts: Contact[], facts: Partial<Incident> = {}): string[][] =>
    draftGroups(
      { ...incident, ...facts },
      contacts.map((each) => told(each)),
      { policy: own, now },
    ).map((group) => writeDraft({ ...incident, ...facts }, group, { policy: own, now }, 'ja').split('\n'));

  test('of how it goes tells what was done in the order in which it was', () => {
    const [lines] = write([{ ...reports, lastUpdateAt: at('24 10:05') }], { scopedAt: at('24 10:40') });
    const from = lines?.indexOf('■前回からの進展') ?? 0;
    expect(lines?.slice(from + 1, from + 4)).toEqual([
      '・弊社でも同じ事象を確認いたしました',
      '・復旧までの対処方法をご案内いたします',
      '・影響のある範囲の確認が完了いたしました',
    ]);
  });

  test.each([
    ['24 08:59', '10:00'],
    ['24 09:01', '15:00'],
  ])('sent at %s says that the next comes by %s: a fixed time that is close is this one’s', (sentAt, next) => {
    const { emergency: _, ...urgent } = incident;
    const calm: Incident = { ...urgent, ongoing: 'no', urgency: { ...urgent.urgency, level: 'low' } };
    const group = { kind: 'first' as const, told: [told(waits('b', '24 10:00'))] };
    expect(writeDraft(calm, group, { policy: own, now: at(sentAt) }, 'ja')).toContain(
      `次回は11月24日(火) ${next}までに`,
    );
  });

  test('that is late says so, and not by when: nobody has promised them that time', () => {
    const late = [waits('b', '24 11:02'), waits('c', '24 10:58')];
    expect(write(late)).toHaveLength(1);
    expect(write(late)[0]).toContain('ご連絡が遅くなりましたことを、お詫び申し上げます。');
    const heard = late.map((each) => ({ ...each, lastUpdateAt: at('24 10:15') }));
    expect(write(heard)[0]).toContain('ご連絡が遅れましたことを、お詫び申し上げます。');
    expect(draftKindOf(incident, told(waits('b', '24 11:05')), now)).toBe('first');
    expect(draftKindOf(incident, told(waits('b', null), '24 11:04'), now)).toBe('late');
  });

  test('is one for those who are told the same, and apart for a customer who reported, has recovered, or knows more', () => {
    const recoveredAt = at('24 10:50');
    const groups = draftGroups(
      incident,
      [
        reports,
        waits('b', '24 11:10'),
        waits('c', '24 11:20'),
        waits('d', '24 11:10', { recoveredAt }),
        waits('e', '24 11:10', { recoveredAt: at('24 10:51') }),
        waits('f', '24 11:10', { lastUpdateAt: at('24 10:15') }),
        waits('g', '24 11:10', { lastUpdateAt: at('24 10:25') }),
        waits('h', '24 11:10', { lastUpdateAt: at('24 10:24') }),
        // Both are late, and all that was done is new to both: only one has heard from us before.
        waits('i', '24 11:00'),
        waits('j', '24 11:00', { lastUpdateAt: at('24 10:05') }),
      ].map((each) => told(each)),
      { policy: own, now },
    );
    expect(
      groups.map(({ kind, told: of }) => [kind, of.map(({ contact }) => contact.customers[0]?.id).join(' ')]),
    ).toEqual([
      ['first', 'store-12'],
      ['first', 'b c'],
      ['recovery', 'd'],
      ['recovery', 'e'],
      ['progress', 'f'],
      ['progress', 'g h'],
      ['late', 'i'],
      ['late', 'j'],
    ]);
  });

  test('to several names nobody, and quotes the report to nobody who has not made it', () => {
    const group = { kind: 'first' as const, told: [told(reports), told(waits('b', '24 11:10'))] };
    const text = writeDraft(incident, group, { policy: own, now }, 'ja');
    expect(text).toMatch(/^ご担当者様\nお世話になっております/);
    expect(text).not.toContain('注文が通らない');
    const chainOf = {
      kind: 'first' as const,
      told: [told({ ...reports, customers: [...reports.customers, { id: 'z' }] })],
    };
    expect(writeDraft(incident, chainOf, { policy: own, now }, 'ja')).toMatch(/^ご担当者様\nお世話になっております/);
    const alert = { ...incident, source: 'alert' as const };
    expect(writeDraft(alert, { kind: 'first', told: [told(reports)] }, { policy: own, now }, 'ja')).not.toContain(
      '状況：',
    );
  });

  test('to some who were told and some who were not claims neither a message before nor an end', () => {
    const mixed = [waits('b', '24 11:00', { lastUpdateAt: at('24 10:40'), stoppedAt: now }), waits('c', '24 11:00')];
    const write = (kind: 'late' | 'recovery-questioned') =>
      writeDraft(incident, { kind, told: mixed.map((each) => told(each)) }, { policy: own, now }, 'ja');
    expect(write('late')).not.toContain('前回の');
    expect(write('recovery-questioned')).not.toContain('復旧のご連絡後も');
    expect(
      writeDraft(
        incident,
        { kind: 'recovery-questioned', told: [told(mixed[0] as Contact)] },
        { policy: own, now },
        'ja',
      ),
    ).toContain('復旧のご連絡後も');
  });

  test('says how work is affected only where somebody has seen it, and nothing of an impact that is none', () => {
    const stateOf = (facts: Partial<Incident>) =>
      write([{ ...reports, lastUpdateAt: at('24 10:15') }], facts)[0]?.find(
        (line) => line.includes('ご利用いただけ') || line.includes('方法で'),
      );
    expect(stateOf({ impact: { businessImpact: 'degraded' } })).toBe(
      '・注文機能は、下記の方法でしたらご利用いただけます',
    );
    expect(stateOf({ happened: 'unconfirmed' })).toBeUndefined();
    expect(stateOf({ impact: { businessImpact: 'none' } })).toBeUndefined();
  });
});
