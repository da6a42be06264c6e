/**
 * Notion, once it is quiet: each incident, week and action that is real has one page, which says what the record says and is
 * related to the others as they are. What is a drill, a question, or was kept outside has none.
 */
import { minuteMs, weekOf } from '../calendar.ts';
import type { NotionPage, Stage } from '../stage.ts';
import { canonical, type Doc, date, type Records } from './records.ts';

const oneLine = (text: unknown): string => String(text).replace(/\s+/g, ' ').trim();

/** What was written last a moment ago is on its way. */
const onItsWayMs = 3 * minuteMs;

const statuses: Record<string, string> = {
  open: '対応中',
  recovered: '業務回復',
  'not-occurring': '発生を確認できず',
  linked: '統合済み',
};
const impacts: Record<string, string> = {
  stopped: '業務停止',
  degraded: '一部支障',
  inconvenient: '軽微',
  none: '影響なし',
};

export function checkNotion(records: Records, stage: Stage): string[] {
  const pages = stage.remote().notionPages?.();
  if (!pages) return [];
  const byId = Map.groupBy(pages, (page) => String(page.properties['Metronome ID']));
  const found: string[] = [];
  const known = new Set<string>();
  /** @returns its page; undefined where it has none, or several */
  const pageOf = (id: string): NotionPage | undefined => {
    known.add(id);
    const [page, ...others] = byId.get(id) ?? [];
    if (page && others.length === 0 && !page.inTrash) return page;
    found.push(`${id} should have one page in Notion, and has ${others.length + (page ? 1 : 0)}.`);
    return undefined;
  };
  const compare = (page: NotionPage, expected: Record<string, unknown>): void => {
    for (const [name, value] of Object.entries(expected)) {
      const told = page.properties[name];
      if (canonical(told) === canonical(value)) continue;
      const id = page.properties['Metronome ID'];
      found.push(`${name} of ${id} is ${canonical(told)} in Notion, and the record says ${canonical(value)}.`);
    }
  };
  const isOnItsWay = (changedAt: number): boolean => changedAt > stage.now() - onItsWayMs;
  /** Any of a week's pages: one takes a hundred. */
  const checkWeek = (page: NotionPage, week: string): void => {
    const [related, ...others] = page.properties.ポストモーテム as string[];
    const of = pages.find((each) => each.id === related)?.properties['Metronome ID'];
    if (others.length === 0 && String(of).split('#')[0] === week) return;
    found.push(`${page.properties['Metronome ID']} belongs to ${week}, and in Notion to ${of}.`);
  };

  for (const [id, incident] of records.incidents) {
    if (incident.kind !== 'incident' || incident.isDrill || isOnItsWay(incident.changedAt)) continue;
    const page = pageOf(id);
    if (!page) continue;
    compare(page, {
      名前: oneLine(incident.title) || page.title,
      状態: statuses[incident.status],
      業務影響度: impacts[incident.impact.businessImpact] ?? '不明',
      影響店舗数: incident.impact.affectedCustomerCount ?? null,
      参考値: incident.score.reference.value,
      確定値: incident.score.confirmed?.value ?? null,
      原因: incident.cause?.summary ?? '',
      恒久対応: incident.permanentFix ?? '',
      再発防止: incident.prevention ?? '',
    });
    checkWeek(page, weekOf(incident.filedAt).id);
  }
  for (const action of records.actions) {
    if (isOnItsWay(action.changedAt)) continue;
    const page = pageOf(action.id);
    if (!page) continue;
    const about = records.incidents.get(action.incidentId);
    const isThere = about?.kind === 'incident' && !about.isDrill;
    const related = isThere ? (byId.get(action.incidentId) ?? []).map((each) => each.id) : [];
    compare(page, { 名前: oneLine(action.description), インシデント: related, 担当: action.owner ?? '' });
    checkWeek(page, action.bundleId);
  }
  for (const [id, bundle] of records.bundles) {
    if (!bundle.aggregates || isOnItsWay(Math.max(bundle.assembledAt, bundle.heldAt ?? 0))) continue;
    const page = pageOf(id);
    if (!page) continue;
    compare(page, {
      状態: bundle.state === 'held' ? '実施済み' : '準備中',
      件数: bundle.aggregates.total.incidents,
      '定期連絡(要改善)': countOf(bundle, 'customers-updated'),
    });
  }
  return [...found, ...checkOthers(byId, known, records)];
}

const countOf = (bundle: Doc, id: string): number =>
  bundle.aggregates.checkpoints.find((each: Doc) => each.id === id).fail;

/** Whatever else has a page must be one that could: of a record that is there and real, or of a week. */
function checkOthers(
  byId: ReadonlyMap<string, readonly NotionPage[]>,
  known: ReadonlySet<string>,
  records: Records,
): string[] {
  return [...byId].flatMap(([id, pages]) => {
    if (pages.length > 1) return [`${id} has ${pages.length} pages in Notion.`];
    if (known.has(id) || /^\d{4}-W\d\d(#\d+)?$/.test(id)) return [];
    const incident = records.incidents.get(id);
    if (incident?.kind === 'incident' && !incident.isDrill) return [];
    if (records.actions.some((each) => each.id === id)) return [];
    const what = incident
      ? `${incident.isDrill ? 'a drill' : incident.kind}, filed ${date(incident.filedAt)}`
      : 'nothing';
    return [`${id} is ${what}, and has a page in Notion.`];
  });
}
