/** What each customer of one outage is told, when several tickets and an alert report it: a row for each variant. */
import { describe, expect, test } from 'vitest';
import { allDraftGroups, dueOf, isToldLately, needsOf, writeDraft } from '../../functions/customer-updates/draft.ts';
import type { TicketReport } from '../../functions/customer-updates/ticket-reports.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { policy } from '../../functions/policy.ts';
import { at, contactOf, incidentAt } from '../incidents/rhythm/rhythm.ts';

const now = at('24 18:20');
const reported = (customer: string, sourceId: string, title: string, minute: number): TicketReport => ({
  tool: 'freshdesk',
  sourceId,
  title,
  customer: { id: customer },
  receivedAt: at(`24 18:${String(minute).padStart(2, '0')}`),
});
const reports = [
  reported('shibuya', '400', '注文が通らない', 7),
  reported('shinjuku', '401', 'オーダーがキッチンに飛ばない', 9),
  reported('omiya', '402', 'ハンディ使えません', 11),
];
const {
  occurredAt: _,
  verifiedAt: __,
  ...base
} = incidentAt(at('24 18:07'), { title: '注文が通らない', status: 'open' });
const outage = {
  ...base,
  source: 'ticket',
  reporter: { id: 'shibuya' },
  reportedAt: at('24 18:07'),
} as Incident;

function waits(id: string, more: Partial<Contact> = {}, ticket?: string): Contact {
  const contact = { ...contactOf(outage, id), nextUpdateDueAt: at('24 18:24'), ...more };
  return { ...contact, ...(ticket ? { ticket: { tool: 'freshdesk', id: ticket } } : {}) };
}
const shibuya = waits('shibuya', {}, '400');
const shinjuku = waits('shinjuku', {}, '401');

const by = { policy, now, reports };
const draftsFor = (contacts: Contact[], facts: Partial<Incident> = {}, of = by) => {
  const incident = { ...outage, ...facts };
  return allDraftGroups(incident, contacts, [], of).map((group) => ({
    names: group.told.map(({ contact }) => contact.customers[0]?.id).join(' '),
    lines: writeDraft(incident, group, of, 'ja').split('\n'),
    needs: needsOf(incident, group, of),
    isDue: dueOf(group, of).isDue,
    isToldLately: isToldLately(incident, group, of),
  }));
};

interface Row {
  of: string;
  facts?: Partial<Incident>;
  to?: Contact;
  says: RegExp;
  never?: RegExp;
}
const rows: Row[] = [
  {
    of: 'a late alert: its start is after the first report',
    facts: { occurredAt: at('24 18:11') },
    says: /^・発生：11月24日\(火\) 18:07以前$/m,
    never: /18:11/,
  },
  {
    of: 'an occurrence after the first report, once they have recovered',
    facts: { occurredAt: at('24 18:11') },
    to: waits('shibuya', { recoveredAt: at('24 18:16'), endsWith: 'recovery' }, '400'),
    says: /あわせて、11月24日\(火\) 18:07から18:16までの/,
    never: /18:11/,
  },
  {
    of: 'a late statement of when it began',
    facts: { occurredAt: at('24 17:50') },
    says: /^・発生：11月24日\(火\) 17:50ごろ$/m,
    never: /18:07/,
  },
  { of: 'an unknown start', says: /「注文が通らない」の件で/, never: /発生：/ },
  {
    of: 'an unknown start, once they have recovered',
    to: waits('shibuya', { recoveredAt: at('24 18:16'), endsWith: 'recovery' }, '400'),
    says: /あわせて、影響のあった時間帯の/,
  },
  {
    of: 'a member of a merged outage, by their own ticket',
    to: shinjuku,
    says: /^ご連絡いただき、ありがとうございます。(?:.|\n)*「オーダーがキッチンに飛ばない」の件で/m,
    never: /注文が通らない|【要記入/,
  },
  {
    of: 'a customer named by others: quoted by nobody’s ticket',
    to: waits('ueno'),
    says: /【要記入/,
    never: /注文が通らない|オーダー|ありがとうございます/,
  },
  {
    of: 'a customer named by others, once the trouble is described',
    facts: { described: '注文がキッチンに届かない' },
    to: waits('ueno'),
    says: /「注文がキッチンに届かない」の件で/,
    never: /【要記入|ありがとうございます/,
  },
  {
    of: 'trouble that nobody has taken',
    says: /ご不便をおかけしており/,
    never: /確認しております|対応を続けて|原因は/,
  },
  { of: 'trouble that somebody has taken', facts: { assignee: 'local' }, says: /^現在、状況を確認しております。$/m },
  {
    of: 'trouble that somebody has verified, of an unknown start',
    facts: { happened: 'yes', verifiedAt: at('24 18:15') },
    says: /^弊社でも同じ事象を確認しております。$/m,
  },
  {
    of: 'trouble that stops a shop',
    facts: { impact: { ...outage.impact, businessImpact: 'stopped' } },
    says: /ご迷惑をおかけして/,
    never: /ご不便/,
  },
];

describe('a draft of one outage', () => {
  test.each(rows)('$of', ({ facts, to = shibuya, says, never }) => {
    const [draft] = draftsFor([to], facts);
    const text = draft?.lines.join('\n');
    expect(text).toMatch(says);
    if (never) expect(text).not.toMatch(never);
  });

  test('quotes of several reporters each by their own ticket, and nobody has to fill in anything', () => {
    const drafts = draftsFor([shibuya, shinjuku, waits('omiya', {}, '402')]);
    expect(drafts.map(({ names, needs }) => [names, needs])).toEqual([
      ['shibuya', []],
      ['shinjuku', []],
      ['omiya', []],
    ]);
    for (const [index, { title = '' }] of reports.entries()) expect(drafts[index]?.lines.join()).toContain(title);
  });

  test('comes first where it is due, of these first where something has to be filled in, and last where they have just heard', () => {
    const later = at('24 18:40');
    const drafts = draftsFor([
      waits('shibuya', { lastUpdateAt: at('24 18:19'), nextUpdateDueAt: later }, '400'),
      waits('omiya', { nextUpdateDueAt: later }, '402'),
      shinjuku,
      waits('ueno', { nextUpdateDueAt: at('24 18:29') }),
    ]);
    expect(drafts.map(({ names, isDue, isToldLately, needs }) => [names, isDue, isToldLately, needs])).toEqual([
      ['ueno', true, false, ['described']],
      ['shinjuku', true, false, []],
      ['omiya', false, false, []],
      ['shibuya', false, true, []],
    ]);
  });

  test('is no second one of two just told for the one who has written since', () => {
    const told = { lastUpdateAt: at('24 18:19'), nextUpdateDueAt: at('24 18:40') };
    const ofBoth = [waits('shibuya', told, '400'), waits('omiya', told, '402')];
    const wrote = [{ customers: ['omiya'], ticket: { tool: 'freshdesk', id: '402' }, at: at('24 18:20') }];
    const drafts = draftsFor(ofBoth, { unanswered: wrote } as Partial<Incident>);
    expect(drafts.map(({ names, isDue, isToldLately }) => [names, isDue, isToldLately])).toEqual([
      ['omiya', false, false],
      ['shibuya', false, true],
    ]);
  });
});
