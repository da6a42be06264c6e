/** Records in Notion's terms: properties and blocks, within the limits that Notion sets. Pure. */
import { hash } from 'node:crypto';
import type { Exported, ExportKind, FieldType, FieldValue, Line } from '../../incidents/views/exported.ts';
import { exportSpecs } from '../../incidents/views/exported.ts';

/** The properties of a data source by our own keys: the record's fields and its relations. */
export type NotionType = 'title' | 'rich_text' | 'number' | 'select' | 'date' | 'url' | 'relation';

export interface PropertySpec {
  key: string;
  name: string;
  type: NotionType;
  /** For a relation: the target database, and the name of its opposite property. */
  to?: { kind: ExportKind; backwards: string };
}

/** The property that identifies a record's page. */
export const idKey = 'id';

const types: Record<FieldType, [NotionType, (value: FieldValue) => NotionValue]> = {
  text: ['rich_text', (value) => ({ rich_text: typeof value === 'string' ? piecesOf(value) : [] })],
  number: ['number', (value) => ({ number: typeof value === 'number' ? value : null })],
  choice: ['select', (value) => ({ select: typeof value === 'string' && value ? { name: choiceOf(value) } : null })],
  date: ['date', (value) => ({ date: dateOf(value) })],
  link: ['url', (value) => ({ url: (typeof value === 'string' && urlOf(value)) || null })],
  links: ['rich_text', (value) => ({ rich_text: linksOf(Array.isArray(value) ? (value as string[]) : []) })],
};

const relationTo = (key: string, kind: ExportKind, from: ExportKind): PropertySpec => ({
  key,
  name: exportSpecs[kind].title,
  type: 'relation',
  to: { kind, backwards: exportSpecs[from].title },
});

const relations: Record<ExportKind, PropertySpec[]> = {
  postmortems: [],
  incidents: [relationTo('week', 'postmortems', 'incidents')],
  actions: [relationTo('incident', 'incidents', 'actions'), relationTo('week', 'postmortems', 'actions')],
};

const fieldsOf = (kind: ExportKind) =>
  Object.entries<readonly [name: string, type: FieldType]>(exportSpecs[kind].fields);

export const propertiesOf = (kind: ExportKind): PropertySpec[] => [
  { key: 'title', name: '名前', type: 'title' },
  { key: idKey, name: 'Metronome ID', type: 'rich_text' },
  ...fieldsOf(kind).map(([key, [name, type]]) => ({ key, name, type: types[type][0] })),
  ...relations[kind],
];

interface Piece {
  text: { content: string; link: { url: string } | null };
}

export type NotionValue =
  | { title: Piece[] }
  | { rich_text: Piece[] }
  | { number: number | null }
  | { select: { name: string } | null }
  | { date: ReturnType<typeof dateOf> }
  | { url: string | null }
  | { relation: { id: string }[] };

/** Notion's limits for the length and number of text pieces; a record's texts are cut long before that. */
const longestPiece = 2_000;
const mostPieces = 10;
const longestUrl = 2_000;
const longestChoice = 100;

/** A text in pieces that never split a character. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = text.toWellFormed();
  while (rest !== '' && pieces.length < mostPieces) {
    let end = Math.min(longestPiece, rest.length);
    if (isHighSurrogate(rest, end - 1)) end -= 1;
    const isCut = pieces.length === mostPieces - 1 && end < rest.length;
    if (isCut && isHighSurrogate(rest, end - 2)) end -= 1;
    pieces.push({ text: { content: isCut ? `${rest.slice(0, end - 1)}…` : rest.slice(0, end), link: null } });
    rest = rest.slice(end);
  }
  return pieces;
}

const isHighSurrogate = (text: string, at: number): boolean => /[\uD800-\uDBFF]/.test(text.charAt(at));

const urlOf = (text: string): string | undefined =>
  text.length <= longestUrl && /^https?:\/\/\S+$/i.test(text) ? text : undefined;

/** @param related pages that it belongs to, by the relation's key */
export function valuesOf(record: Exported, id: string, related: Record<string, string[]>): Record<string, NotionValue> {
  const fields = record.fields as Record<string, FieldValue>;
  const own = fieldsOf(record.kind).map(([key, [, type]]) => [key, types[type][1](fields[key] ?? null)] as const);
  const relating = Object.entries(related).map(([key, all]) => [key, { relation: all.map((each) => ({ id: each })) }]);
  return {
    title: { title: piecesOf(record.title.replace(/\s+/g, ' ').trim() || record.id) },
    [idKey]: { rich_text: piecesOf(id) },
    ...Object.fromEntries([...own, ...relating]),
  };
}

/** An option's name holds no comma. */
const choiceOf = (text: string): string => text.replaceAll(',', '、').slice(0, longestChoice).toWellFormed();

function dateOf(value: FieldValue) {
  if (value instanceof Date) return { start: value.toISOString(), end: null };
  if (value === null || typeof value !== 'object' || !('from' in value)) return null;
  return { start: value.from.toISOString(), end: value.to.toISOString() };
}

function linksOf(links: readonly string[]): Piece[] {
  const urls = links.flatMap((each) => urlOf(each) ?? []).slice(0, mostPieces);
  return urls.map((url, index) => ({
    text: { content: index < urls.length - 1 && url.length < longestPiece ? `${url}\n` : url, link: { url } },
  }));
}

type BlockType = 'heading_2' | 'bulleted_list_item' | 'paragraph';
export type NotionBlock = { type: BlockType } & { [K in BlockType]?: { rich_text: Piece[] } };

const blockTypes: Record<Line['is'], BlockType> = {
  heading: 'heading_2',
  item: 'bulleted_list_item',
  text: 'paragraph',
};

/** One request takes a hundred blocks. */
const mostBlocks = 100;

export const blocksOf = (lines: readonly Line[]): NotionBlock[] =>
  lines.slice(0, mostBlocks).map(({ is, text }) => {
    const type = blockTypes[is];
    return { type, [type]: { rich_text: piecesOf(text) } };
  });

/** A block's mark, which distinguishes it from others. */
export const blockMark = (type: string, text: string): string => digest(`${type}:${text}`);

export const markOf = (block: NotionBlock): string =>
  blockMark(block.type, (block[block.type]?.rich_text ?? []).map((each) => each.text.content).join(''));

/** Tells a value from another of the same property. */
export const valueMark = (value: NotionValue): string => digest(JSON.stringify(value));

const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, 12);
