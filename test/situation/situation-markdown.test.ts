/** The situation as Markdown: people's texts are in it as they wrote them, and marks nothing up. */
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import type { Situation, SituationCustomer } from '../../functions/situation/compose-situation.ts';
import { situationMarkdown } from '../../functions/situation/situation-markdown.ts';
import { at } from '../postmortems/facts.ts';

const now = at('2026-11-24T01:30:00Z');
const customer: SituationCustomer = {
  id: 'con_1',
  name: '渋谷店',
  count: 1,
  nextUpdateDueAt: null,
  lastUpdateAt: now,
  lastMessage: null,
  recoveredAt: null,
};
const situation: Situation = {
  incidentId: 'inc_1',
  code: 'M-NGWGM4',
  title: '会計できない',
  isDrill: false,
  asOf: now,
  status: 'open',
  urgency: 'high',
  emergency: null,
  known: {
    occurredAt: null,
    reportedAt: now,
    area: null,
    happened: null,
    ongoing: 'yes',
    businessImpact: null,
    affectedCustomerCount: null,
    scopeMethod: null,
    cause: null,
    recoveredAt: null,
    from: {},
    missing: [],
  },
  customers: [],
  moreCustomers: 0,
  tried: [],
  roles: [],
  assignee: null,
  nextUpdate: null,
  checklist: [],
  latest: [],
  candidates: [],
};
const { known } = situation;
const tried = { at: now, kind: 'workaround' as const, note: null, lighterWayTried: null, who: 'local' };
const latest = { at: now, type: 'commented' as const, who: 'local', text: null };

const written = '[ここ](https://a.example) <b>a|b</b> **c**';
const plain = '\\[ここ\\](https://a.example) \\<b\\>a\\|b\\</b\\> \\*\\*c\\*\\*';

test.each<[string, Partial<Situation>]>([
  ['the title', { title: written }],
  ['the report', { description: `会計\n${written}` }],
  ['the holder of a role', { roles: [{ role: 'lead', who: written, at: now }] }],
  ['the area', { known: { ...known, area: written } }],
  ['how the scope was confirmed', { known: { ...known, scopeMethod: written } }],
  ['the cause', { known: { ...known, cause: { category: 'release', summary: written } } }],
  ['a customer', { customers: [{ ...customer, name: written }] }],
  ['what they were told last', { customers: [{ ...customer, lastMessage: written }] }],
  ['who is due next', { nextUpdate: { dueAt: now, isOverdue: false, customers: [{ ...customer, name: written }] } }],
  ['what was tried', { tried: [{ ...tried, note: written }] }],
  ['what was tried before it', { tried: [{ ...tried, lighterWayTried: written }] }],
  ['what was recorded', { latest: [{ ...latest, text: written }] }],
  ['its recorder', { latest: [{ ...latest, who: written }] }],
  ['a customer who reports the same', { candidates: [{ incidentId: 'inc_2', code: 'M-2', customerId: written }] }],
])('no link, no tag and no emphasis in %s is one of ours', (_, stated) => {
  const text = situationMarkdown({ ...situation, ...stated }, 'ja', policy);
  expect(text).toContain(plain);
  expect(text).not.toContain(written);
});

test.each<[string, Partial<Situation>, string]>([
  ['the report', { description: '会計\n# できない' }, '> \\# できない'],
  ['a customer', { customers: [{ ...customer, name: '# 渋谷店' }] }, '- \\# 渋谷店'],
])('no heading begins with %s', (_, stated, line) => {
  expect(situationMarkdown({ ...situation, ...stated }, 'ja', policy)).toContain(`\n${line}`);
});

test.each([
  ['ja', '(渋谷店) — **期限超過**'],
  ['en', ' (渋谷店) — **overdue**'],
] as const)('that an update is overdue is marked, in %s', (language, marked) => {
  const nextUpdate = { dueAt: now, isOverdue: true, customers: [customer] };
  expect(situationMarkdown({ ...situation, nextUpdate }, language, policy)).toContain(marked);
});
