import { describe, expect, it } from 'vitest';
import { decideNotices, type PlannedNotice } from '../../functions/customer-updates/decide-notices.ts';
import { writeNotice } from '../../functions/customer-updates/notice.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import type { NoticeKind } from '../../functions/platform/notice-schemas.ts';
import { policy } from '../../functions/policy.ts';
import { clock } from '../../functions/words/clock.ts';
import { at, contactOf, incidentAt, update } from '../incidents/rhythm/rhythm.ts';

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

  it('tells what has happened since the first of those that it names was told, and all where one never was', () => {
    const known = (id: string, when?: string): Contact =>
      when ? update(contactOf(incident, id), incident, when) : contactOf(incident, id);
    const confirmed = '- 10:05 発生を確認';
    const tells = (...contacts: Contact[]) => write(contacts, at('24 10:32')).text.ja.includes(confirmed);
    expect(tells(known('a', '24 10:06'), known('b', '24 10:07'))).toBe(false);
    expect(tells(known('a', '24 10:05'))).toBe(false);
    expect(tells(known('a', '24 10:06'), known('b', '24 10:04'))).toBe(true);
    expect(tells(known('a', '24 10:06'), known('b'))).toBe(true);
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
