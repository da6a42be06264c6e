/**
 * How records look where a company keeps its documents: each as a page of a kind, with fields by name, text, and what it
 * belongs to. Rooms that know a record say so in these terms; rooms that know a tool write them there. Pure.
 */
import { policy } from '../../policy.ts';

export const exportKinds = ['postmortems', 'incidents', 'actions'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** `links`: addresses, one a line. `minutes` are numbers, to two digits. */
export type FieldType = 'text' | 'number' | 'choice' | 'date' | 'link' | 'links';

const customer = policy.customerLabel.ja;

/** The checkpoints of the review, and the results that an incident may have: a week's page counts them. */
export const checkpointNames = {
  'release-flow': 'リリースフロー',
  'tests-run': 'テスト',
  'first-response': '初動',
  'scope-confirmed': '影響範囲の確認',
  'customers-updated': '定期連絡',
} as const;
export const checkpointResults = {
  pass: '適切',
  fail: '要改善',
  notApplicable: '該当なし',
  noData: '記録なし',
} as const;
export type CheckpointResult = keyof typeof checkpointResults;
export type CheckpointField = `${keyof typeof checkpointNames}.${CheckpointResult}`;

const checkpointFields = Object.fromEntries(
  Object.entries(checkpointNames).flatMap(([id, name]) =>
    Object.entries(checkpointResults).map(([result, said]) => [`${id}.${result}`, [`${name}(${said})`, 'number']]),
  ),
) as unknown as Record<CheckpointField, readonly [string, 'number']>;

/** The names of all pages of a kind, and the name and type of each field. */
export const exportSpecs = {
  postmortems: {
    title: 'ポストモーテム',
    fields: {
      period: ['期間', 'date'],
      number: ['回', 'number'],
      status: ['状態', 'choice'],
      heldAt: ['実施日', 'date'],
      incidents: ['件数', 'number'],
      referenceSum: ['参考値の合計', 'number'],
      confirmedSum: ['確定値の合計', 'number'],
      scoreMedian: ['参考値の中央値', 'number'],
      stopped: ['業務停止の件数', 'number'],
      customers: [`影響${customer}数の合計`, 'number'],
      responseMedian: ['初動の中央値(分)', 'number'],
      mitigationMedian: ['一次対応の中央値(分)', 'number'],
      recoveryMedian: ['業務回復の中央値(分)', 'number'],
      slotsMet: ['定期連絡(予定どおり)', 'number'],
      slotsFailed: ['定期連絡(遅れ・漏れ)', 'number'],
      carried: ['持ち越したインシデント', 'number'],
      questions: ['仕様質問の件数', 'number'],
      alarms: ['件数の減少の警告', 'number'],
      ...checkpointFields,
      link: ['Metronome', 'link'],
    },
  },
  incidents: {
    title: 'インシデント',
    fields: {
      code: ['コード', 'text'],
      status: ['状態', 'choice'],
      urgency: ['緊急性', 'choice'],
      impact: ['業務影響度', 'choice'],
      customers: [`影響${customer}数`, 'number'],
      cause: ['原因カテゴリ', 'choice'],
      reference: ['参考値', 'number'],
      confirmed: ['確定値', 'number'],
      source: ['起票元', 'choice'],
      area: ['製品領域', 'text'],
      occurredAt: ['発生日時', 'date'],
      reportedAt: ['第一報', 'date'],
      respondedAt: ['初動', 'date'],
      mitigatedAt: ['一次対応日時', 'date'],
      recoveredAt: ['業務回復日時', 'date'],
      reviewedAt: ['振り返り', 'date'],
      responseMinutes: ['初動まで(分)', 'number'],
      mitigationMinutes: ['一次対応まで(分)', 'number'],
      recoveryMinutes: ['業務回復まで(分)', 'number'],
      assignee: ['担当', 'text'],
      responders: ['対応者', 'text'],
      causeSummary: ['原因', 'text'],
      mitigation: ['一次対応', 'text'],
      permanentFix: ['恒久対応', 'text'],
      prevention: ['再発防止', 'text'],
      tickets: ['対応チケット', 'links'],
      missing: ['記録のない項目', 'text'],
      linkedTo: ['統合先', 'text'],
      link: ['Metronome', 'link'],
    },
  },
  actions: {
    title: 'ネクストアクション',
    fields: {
      status: ['状態', 'choice'],
      kind: ['種類', 'choice'],
      owner: ['担当', 'text'],
      dueAt: ['期限', 'date'],
      doneWhen: ['完了条件', 'text'],
      ticket: ['対応チケット', 'link'],
      evidence: ['証跡', 'link'],
      droppedReason: ['見送りの理由', 'text'],
      createdAt: ['提案日', 'date'],
      closedAt: ['完了日', 'date'],
      link: ['Metronome', 'link'],
    },
  },
} as const satisfies Record<ExportKind, { title: string; fields: Record<string, readonly [string, FieldType]> }>;

/** Unknown values are null. */
export type FieldValue = string | number | Date | { from: Date; to: Date } | readonly string[] | null;

export interface Line {
  is: 'heading' | 'item' | 'text';
  text: string;
}

export interface Exported<K extends ExportKind = ExportKind> {
  kind: K;
  id: string;
  title: string;
  fields: Readonly<Record<keyof (typeof exportSpecs)[K]['fields'], FieldValue>>;
  lines: readonly Line[];
  /** The incident that an action is about. */
  incidentId?: string;
  /** The week of the meeting that first reviews it. */
  weekId?: string;
}

/** A record, and when it was last written for something that was said or decided. */
export interface ChangedRecord {
  kind: ExportKind;
  id: string;
  changedAt: Date;
  /** The document's version: every write changes it. */
  version: string;
}

/** The reader of records that are exported. */
export interface ExportSource {
  /** All records changed since the given instant, page by page, oldest first. */
  changedSince(kind: ExportKind, from: Date): AsyncIterable<ChangedRecord[]>;
  /** The current record; undefined if it is not exported: a drill, a question, or missing. */
  read(kind: ExportKind, id: string, now: Date): Promise<Exported | undefined>;
}
