import { describe, expect, it } from 'vitest';
import { decideNotices, type PlannedNotice } from '../../functions/customer-updates/decide-notices.ts';
import { writeNotice } from '../../functions/customer-updates/notice.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import type { NoticeKind } from '../../functions/platform/notice-schemas.ts';
import { policy } from '../../functions/policy.ts';
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

  it('begins with what it is about and what is asked for, and drafts what is to be said', async () => {
    const inputs = { level: 'high', businessImpact: 'stopped', affectedCustomerCount: 6, area: null } as const;
    const emergency = {
      since: at('24 10:00'),
      rule: 'many-customers-stopped',
      inputs,
      policyVersion: 'pol_1',
    } as const;
    const open = incidentAt(at('24 10:00'), {
      impact: { businessImpact: 'stopped', affectedCustomerCount: 6 },
      emergency: { ...emergency, endedAt: null },
    });
    const waiting = { ...contactOf(open), name: '渋谷店' };
    const cases: [NoticeKind, Partial<PlannedNotice>][] = [
      ['incident-filed', {}],
      ['update-due', { told: [{ contact: waiting, dueAt: at('24 10:15') }] }],
      ['escalation', { escalated: [waiting] }],
      ['update-failed', { unreached: [waiting] }],
      ['scope-due', { scopeDueAt: at('24 10:15') }],
      ['customer-wrote', {}],
      ['reported-worse', {}],
      ['reopened', {}],
      ['recovery-questioned', {}],
      ['emergency-begun', { roles: ['lead'] }],
      ['role-due', { roles: ['record'] }],
    ];
    const nothing = { told: [], escalated: [], questioned: [], worse: [], unreached: [], roles: [], idParts: [] };
    const by = { policy, now: at('24 10:10'), consoleUrl: 'https://m.example/console' };
    const rows = cases.map(([kind, of]) => {
      const { text, subject } = writeNotice(open, { ...nothing, kind, kinds: [kind], ...of }, by);
      const said = (['ja', 'en'] as const).map((language) => {
        const [first, ...lines] = text[language].split('\n');
        expect(first).toBe(subject[language]);
        // One draft, in the customers' language, for every reader of the notice.
        const drafts = lines.filter((line) => /^> 渋谷店 ご担当者様$/.test(line));
        return [...lines.slice(0, 2), `${drafts.length} drafts`].join(' ⏎ ');
      });
      return `${kind} ⇒ ${said.join(' ⏎ ')}\n`;
    });
    await expect(rows.join('')).toMatchFileSnapshot('asked-whole.txt');
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
});
