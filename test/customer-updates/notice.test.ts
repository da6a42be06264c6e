import { describe, expect, it } from 'vitest';
import { decideNotices, type PlannedNotice } from '../../functions/customer-updates/decide-notices.ts';
import { writeNotice } from '../../functions/customer-updates/notice.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import type { NoticeKind } from '../../functions/platform/notice-schemas.ts';
import { policy } from '../../functions/policy.ts';
import { clock } from '../../functions/words/clock.ts';
import { at, contactOf, incidentAt, remind, update } from '../incidents/rhythm/rhythm.ts';

describe('a notice', () => {
  const incident = incidentAt(at('24 10:00'), {
    verifiedAt: at('24 10:05'),
    happened: 'yes',
    isDrill: true,
    impact: { businessImpact: 'stopped', affectedCustomerCount: 1 },
  });
  const write = (contacts: Contact[], now = at('24 10:10'), of: Incident = incident) => {
    const { notice } = decideNotices(of, contacts, { pending: [] }, now, policy);
    if (!notice) throw new Error('There is nothing to tell.');
    return writeNotice(of, notice, { policy, now, consoleUrl: 'https://m.example/console' });
  };

  it('says who waits, since when, what they know, what has happened, what to say, and where to record it', () => {
    const told = update(contactOf(incident), incident, '24 10:02', false, '確認中です');
    const { text, subject, url } = write([told], at('24 10:27'));
    expect(subject.ja.startsWith('【訓練】')).toBe(true);
    expect(url).toBe('https://m.example/console/incidents/inc_1#update');
    for (const words of [
      '業務停止・1店舗',
      '(10:02から連絡待ち)、前回の連絡 10:02「確認中です」',
      '10:05 発生を確認',
      '文面案(経過) 宛先: ',
    ]) {
      expect(text.ja).toContain(words);
    }
    for (const words of [
      'waiting since 10:02',
      '[DRILL]',
      'confirmed that it is happening',
      'Draft (progress) to: ',
      'stopped · 1 customer',
    ]) {
      expect(text.en).toContain(words);
    }
    expect(text.ja).toContain(url);
  });

  describe('begins with what it is about and what is asked for', () => {
    const open = incidentAt(at('24 10:00'), {
      impact: { businessImpact: 'stopped', affectedCustomerCount: 6 },
      emergency: {
        since: at('24 10:00'),
        rule: 'many-customers-stopped',
        inputs: { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 6, area: null },
        policyVersion: 'pol_1',
        endedAt: null,
      },
    });
    const waiting = { ...contactOf(open), name: '渋谷店' };
    const page = 'https://m.example/console/incidents/inc_1';
    it.each<[NoticeKind, Partial<PlannedNotice>, ja: string, en: string, hasDraft: boolean]>([
      ['incident-filed', {}, `担当する: ${page}`, `Acknowledge: ${page}`, false],
      [
        'update-due',
        { told: [{ contact: waiting, dueAt: at('24 10:15') }] },
        `店舗に連絡する: ${page}#update`,
        `Send an update: ${page}#update`,
        true,
      ],
      [
        'escalation',
        { escalated: [waiting] },
        `店舗に連絡する: ${page}#update`,
        `Send an update: ${page}#update`,
        true,
      ],
      [
        'update-failed',
        { unreached: [waiting] },
        `店舗に連絡し直す: ${page}#update`,
        `Send the update again: ${page}#update`,
        true,
      ],
      ['scope-due', { scopeDueAt: at('24 10:15') }, `影響範囲を記録する: ${page}`, `Record the scope: ${page}`, false],
      ['customer-wrote', {}, `店舗に返信する: ${page}`, `Reply to the customer: ${page}`, false],
      ['reported-worse', {}, `状況を確認して記録する: ${page}`, `Check and record the facts: ${page}`, false],
      ['reopened', {}, `担当する: ${page}`, `Acknowledge: ${page}`, false],
      ['recovery-questioned', {}, `確認して返信する: ${page}`, `Investigate and reply: ${page}`, false],
      [
        'emergency-begun',
        { roles: ['lead'] },
        `役割を担当する: ${page}/situation`,
        `Take a role: ${page}/situation`,
        false,
      ],
      ['role-due', { roles: ['record'] }, `役割を担当する: ${page}/situation`, `Take a role: ${page}/situation`, false],
    ])('%s', (kind, of, ja, en, hasDraft) => {
      const nothing = { told: [], escalated: [], questioned: [], worse: [], unreached: [], roles: [], idParts: [] };
      const { text, subject } = writeNotice(
        open,
        { ...nothing, kind, kinds: [kind], ...of },
        { policy, now: at('24 10:10'), consoleUrl: 'https://m.example/console' },
      );
      const [[firstJa, glanceJa, actionJa], [firstEn, glanceEn, actionEn]] = [text.ja, text.en].map((each) =>
        each.split('\n'),
      ) as [string[], string[]];
      expect([firstJa, firstEn]).toEqual([subject.ja, subject.en]);
      expect(glanceJa).toMatch(/^業務停止・6店舗 \| 緊急性 /);
      expect(glanceEn).toMatch(/^stopped · 6 customers \| /);
      expect([actionJa, actionEn]).toEqual([ja, en]);
      // One draft, in the customers' language, for every reader of the notice.
      for (const each of [text.ja, text.en]) {
        expect(each.split('\n').filter((line) => /^> 渋谷店 ご担当者様$/.test(line))).toHaveLength(hasDraft ? 1 : 0);
      }
    });
  });

  it('tells what has happened since the first of those whom it names was told, and all where one never was', () => {
    const known = (id: string, when?: string): Contact =>
      when ? update(contactOf(incident, id), incident, when) : contactOf(incident, id);
    const confirmed = '- 10:05 発生を確認';
    const tells = (...contacts: Contact[]) => write(contacts, at('24 10:32')).text.ja.includes(confirmed);
    expect(tells(known('a', '24 10:06'), known('b', '24 10:07'))).toBe(false);
    expect(tells(known('a', '24 10:05'))).toBe(false);
    expect(tells(known('a', '24 10:06'), known('b', '24 10:04'))).toBe(true);
    expect(tells(known('a', '24 10:06'), known('b'))).toBe(true);
  });

  it('quotes a report to whoever reported it alone', () => {
    const quoted = /^> 「注文が通らない」の件で/m;
    expect(write([contactOf(incident)]).text.ja).toMatch(quoted);
    expect(write([contactOf(incident, 'store-13')]).text.ja).not.toMatch(quoted);
  });

  it('of an update that failed names whom it did not reach, where and why, and reminds of them again', () => {
    const reminded = (id: string, name: string): Contact =>
      remind(contactOf(incident, id, at('24 10:00'), [{ id, name }]), incident, '24 10:05');
    const [told, other] = [reminded('store-12', '渋谷店'), reminded('store-13', '新宿店')];
    const why = 'The tool refused the credentials (401). Check them on the connections page.';
    const when = at('24 10:06');
    const failure = { type: 'unreached' as const, id: '00000009', at: when, recordedAt: when, updateId: 'upd_1', why };
    const ticket = { tool: 'zendesk', id: '5158' };
    const facts = told.facts.map((each) => (each.type === 'known' ? { ...each, ticket } : each));
    const failed: Contact = { ...told, facts: [...facts, failure] };
    const of = { ...incident, failedUpdates: 1 };
    const pending = [{ kind: 'update-failed', key: 'upd_1', since: at('24 10:07') }];
    const { notice } = decideNotices(of, [failed, other], { pending }, at('24 10:07'), policy);
    if (!notice) throw new Error('There is nothing to tell.');
    const { text, url } = writeNotice(of, notice, {
      policy,
      now: at('24 10:07'),
      consoleUrl: 'https://m.example/console',
    });
    expect(notice.unreached.map((each) => each.id)).toEqual([told.id]);
    expect(url).toBe('https://m.example/console/incidents/inc_1#update');
    expect(text.en).toContain('\nUpdates not sent\n- 渋谷店 (Zendesk 5158): The tool rejected the credentials (401).');
    expect(text.ja).toMatch(/^- 渋谷店: .*10:15/m);
    expect(text.ja).toMatch(/^文面案\(.+\) 宛先: 渋谷店$/m);
    expect(text.ja).not.toContain('新宿店');
  });

  it('of forty customers is still short enough to read', () => {
    const contacts = Array.from({ length: 400 }, (_, n) => contactOf(incident, `store-${n}`));
    const { text } = write(contacts);
    expect(text.ja.split('\n').length).toBeLessThan(80);
    expect(text.ja).toContain('ほか380店舗');
  });

  it('of a recovery that is questioned names who wrote, quotes them, and carries an answer', () => {
    const recovered = incidentAt(at('24 10:00'), { status: 'recovered', recoveredAt: at('24 11:00') });
    const named = contactOf(recovered, 'store-12', at('24 10:00'), [{ id: 'store-12', name: '渋谷店' }]);
    const contact = update(named, recovered, '24 11:10', true);
    const word = {
      customers: ['store-12'],
      ticket: { tool: 'generic', id: 'T-1001' },
      message: 'まだ\n注文できません',
    };
    const pending = (of: object) => [
      { kind: 'recovery-questioned', key: 'sig_2', since: at('24 12:00'), word: { ...word, ...of } },
    ];
    const write = (of: object) => {
      const { notice } = decideNotices(recovered, [contact], { pending: pending(of) }, at('24 12:01'), policy);
      return writeNotice(recovered, notice as NonNullable<typeof notice>, {
        policy,
        now: at('24 12:01'),
        consoleUrl: undefined,
      }).text;
    };
    const { ja, en } = write({});
    expect(ja).toContain('\n店舗からの連絡\n- 渋谷店: 「まだ 注文できません」\n');
    expect(en).toContain('\nMessage from the customer\n- 渋谷店: “まだ 注文できません”\n');
    expect(ja).toContain('文面案(回復後の申告への返信) 宛先: 渋谷店\n> 渋谷店 ご担当者様');
    expect(ja).toContain('> 復旧のご連絡後も不具合が続いているとのこと、誠に申し訳ございません。');
    // Found by the ticket where the tool names no customer; and where the ticket is nobody's, nobody is answered.
    expect(write({ customers: [], message: undefined }).ja).toContain('\n- 渋谷店: 本文なし\n');
    const stranger = write({ customers: [], ticket: { tool: 'generic', id: 'T-9' } }).ja;
    expect(stranger).toContain('\n- チケット T-9: 「まだ 注文できません」');
    expect(stranger).not.toContain('文面案');
  });

  it('tells times in the zone', () => {
    const [then, aYearLater] = [at('24 10:15'), new Date('2027-01-05T01:00:00Z')];
    expect([clock(then, 'ja', policy, then), clock(then, 'en', policy, then)]).toEqual([
      '11月24日(火) 10:15',
      'Tue, Nov 24, 10:15 (Asia/Tokyo)',
    ]);
    expect([clock(then, 'ja', policy, aYearLater), clock(then, 'en', policy, aYearLater)]).toEqual([
      '2026年11月24日(火) 10:15',
      'Tue, Nov 24, 2026, 10:15 (Asia/Tokyo)',
    ]);
  });
});
