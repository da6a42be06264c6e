/** What is promised of Notion is looked after: a table of spoiled truths that the oracle notices. */

import { expect, test } from 'vitest';
import { hourMs } from './calendar.ts';
import { checkNotion } from './oracle/notion.ts';
import { type Doc, sortRecords } from './oracle/records.ts';
import type { NotionPage, Stage } from './stage.ts';

const filedAt = Date.parse('2026-11-24T01:00:00Z');

interface Truth {
  incident: Doc;
  action: Doc;
  bundle: Doc;
  pages: NotionPage[];
}

const truth = (): Truth => ({
  incident: {
    kind: 'incident',
    title: '注文が\n通らない',
    status: 'open',
    filedAt,
    changedAt: filedAt,
    impact: { businessImpact: 'stopped', affectedCustomerCount: 3 },
    score: { reference: { value: 8 } },
    cause: { summary: '決済の変更' },
  },
  action: { id: 'act_1', description: '監視を足す', incidentId: 'inc_1', bundleId: '2026-W48', changedAt: filedAt },
  bundle: {
    state: 'draft',
    assembledAt: filedAt,
    aggregates: { total: { incidents: 1 }, checkpoints: [{ id: 'customers-updated', fail: 0 }] },
  },
  pages: [
    page('p1', 'inc_1', {
      名前: '注文が 通らない',
      状態: '対応中',
      業務影響度: '業務停止',
      影響店舗数: 3,
      参考値: 8,
      確定値: null,
      原因: '決済の変更',
      恒久対応: '',
      再発防止: '',
      ポストモーテム: ['p3'],
    }),
    page('p2', 'act_1', { 名前: '監視を足す', 担当: '', インシデント: ['p1'], ポストモーテム: ['p3'] }),
    page('p3', '2026-W48', { 状態: '準備中', 件数: 1, '定期連絡(要改善)': 0 }),
  ],
});

function page(id: string, recordId: string, properties: Record<string, unknown>): NotionPage {
  return { id, title: '', inTrash: false, properties: { 'Metronome ID': recordId, ...properties } };
}

function judge({ incident, action, bundle, pages }: Truth): string[] {
  const documents = new Map<string, Doc>([
    ['incidents/inc_1', incident],
    ['actions/act_1', action],
    ['postmortems/2026-W48', bundle],
  ]);
  const stage = { now: () => filedAt + hourMs, remote: () => ({ notionPages: () => pages }) } as unknown as Stage;
  return checkNotion(sortRecords(documents), stage);
}

const first = ({ pages }: Truth, index = 0): NotionPage => pages[index] as NotionPage;

test('nothing is said of what is there as it is recorded, nor of what is on its way', () => {
  expect(judge(truth())).toEqual([]);
  const recent = truth();
  Object.assign(recent.incident, { changedAt: filedAt + hourMs - 1_000, status: 'recovered' });
  expect(judge(recent)).toEqual([]);
});

test.each<[string, (of: Truth) => unknown, RegExp]>([
  ['a page that is not there', (of) => of.pages.splice(1, 1), /act_1 should have one page in Notion, and has 0/],
  ['a page made twice', (of) => of.pages.push({ ...first(of), id: 'p4' }), /inc_1 should have one .* and has 2/],
  ['a page in the trash', (of) => Object.assign(first(of), { inTrash: true }), /inc_1 should have one page/],
  ['an old value', (of) => Object.assign(of.incident, { status: 'recovered' }), /状態 of inc_1 is "対応中"/],
  ['a cause that never came', (of) => Object.assign(first(of).properties, { 原因: '' }), /原因 of inc_1 is ""/],
  ['another week', (of) => Object.assign(of.action, { bundleId: '2026-W49' }), /act_1 belongs to 2026-W49/],
  ['no relation', (of) => Object.assign(first(of, 1).properties, { インシデント: [] }), /インシデント of act_1/],
  ['a week that counts less', (of) => Object.assign(of.bundle.aggregates.total, { incidents: 2 }), /件数 of 2026-W48/],
  ['a drill that is there', (of) => Object.assign(of.incident, { isDrill: true }), /inc_1 is a drill/],
  ['a question that is there', (of) => Object.assign(of.incident, { kind: 'question' }), /inc_1 is question/],
  ['a page of nothing', (of) => of.pages.push(page('p4', 'inc_2', {})), /inc_2 is nothing/],
])('it notices %s', (_, spoil, sentence) => {
  const spoiled = truth();
  spoil(spoiled);
  expect(judge(spoiled).join('\n')).toMatch(sentence);
});
