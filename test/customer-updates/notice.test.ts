import { describe, expect, it } from 'vitest';
import { decideNotices } from '../../functions/customer-updates/decide-notices.ts';
import { clock, draftKindOf, writeNotice } from '../../functions/customer-updates/notice.ts';
import { type DraftKind, drafts } from '../../functions/customer-updates/wording.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { recordRecovery } from '../../functions/incidents/rhythm/ends.ts';
import { policy } from '../../functions/policy.ts';
import { at, contactOf, incidentAt } from '../incidents/rhythm/rhythm.ts';

const facts = {
  title: '注文が通らない',
  occurredAt: '11月24日(火) 09:50',
  isVerified: true,
  isScoped: true,
  nextUpdateAt: '11月24日(火) 10:40',
};
const kinds: DraftKind[] = ['first', 'progress', 'late', 'recovery', 'not-occurring'];

describe('a draft', () => {
  it.each(kinds)('%s promises no time to fix, and says when the next update comes or that they end', (kind) => {
    for (const language of ['ja', 'en'] as const) {
      const text = drafts[kind][language](facts).join('\n');
      const times = text.match(/\d\d:\d\d/g) ?? [];
      expect(times.every((each) => each === '09:50' || each === '10:40')).toBe(true);
      expect(text).not.toMatch(/復旧予定|復旧見込|までに復旧|までに解消|will be fixed|fixed by|resolved by/);
      expect(text).toMatch(/10:40|定期のご連絡は本連絡をもちまして終了|regular updates end with this message/);
    }
    expect(drafts[kind].ja(facts).join('')).toMatch(/申し訳ございません|お詫び申し上げます/);
  });
});

describe('a notice', () => {
  const incident = incidentAt(at('24 10:00'), { verifiedAt: at('24 10:05'), isDrill: true });
  const write = (contacts: Contact[], now = at('24 10:10'), of: Incident = incident) => {
    const { notice } = decideNotices(of, contacts, { pending: [] }, now, policy);
    if (!notice) throw new Error('There is nothing to tell.');
    return writeNotice(of, notice, { policy, now, consoleUrl: 'https://m.example/console' });
  };

  it('says who waits, since when, what they know, what has happened, what to say, and where to record it', () => {
    const told = { ...contactOf(incident), lastUpdateAt: at('24 10:02'), lastMessage: '確認中です' };
    const { text, subject, url } = write([told]);
    expect(subject.ja.startsWith('【訓練】')).toBe(true);
    expect(url).toBe('https://m.example/console/incidents/inc_1#customer-updated');
    for (const words of [
      '10:02から',
      '前回の連絡 11月24日(火) 10:02「確認中です」',
      '10:05 事実を確認',
      '文面案 (経過',
    ]) {
      expect(text.ja).toContain(words);
    }
    for (const words of ['since Tue', '[DRILL]', 'it was verified', 'Draft (progress']) {
      expect(text.en).toContain(words);
    }
    expect(text.ja).toContain(url);
  });

  it('drafts what is due: late after its time, recovery after recovery', () => {
    const contact = contactOf(incident);
    expect(draftKindOf({ contact, dueAt: at('24 10:15') }, at('24 10:10'))).toBe('first');
    expect(draftKindOf({ contact, dueAt: at('24 10:45') }, at('24 10:40'))).toBe('late');
    const recovered = recordRecovery(contact, incident, at('24 10:08'), policy);
    expect(draftKindOf({ contact: recovered, dueAt: at('24 10:15') }, at('24 10:10'))).toBe('recovery');
    expect(
      draftKindOf({ contact: { ...contact, endsWith: 'not-occurring' }, dueAt: at('24 10:15') }, at('24 10:10')),
    ).toBe('not-occurring');
  });

  it('quotes a report to whoever reported it alone', () => {
    const quoted = /「注文が通らない」の件/;
    expect(write([contactOf(incident)]).text.ja).toMatch(quoted);
    expect(write([contactOf(incident, 'store-13')]).text.ja).not.toMatch(quoted);
  });

  it('of forty customers is still short enough to read', () => {
    const contacts = Array.from({ length: 400 }, (_, n) => contactOf(incident, `store-${n}`));
    const { text } = write(contacts);
    expect(text.ja.split('\n').length).toBeLessThan(80);
    expect(text.ja).toContain('ほか380件');
  });

  it('tells times in the zone', () => {
    expect([clock(at('24 10:15'), 'ja', policy), clock(at('24 10:15'), 'en', policy)]).toEqual([
      '11月24日(火) 10:15',
      'Tue, Nov 24, 10:15 (Asia/Tokyo)',
    ]);
  });
});
