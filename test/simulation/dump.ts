/** What Firestore held at the end of a run, and who was told what, as text: for people to read, and for the oracle to judge once more. */
import type { Delivered, Stage } from './stage.ts';

export type Held = Pick<Stage, 'now' | 'outages' | 'documents' | 'delivered'>;

/** The last moment of the run, and what was stopped; each document as its path and its JSON, on a line; and so each notice. */
export function writeDump(held: Held): string {
  const documents = [...held.documents()].sort(([one], [other]) => (one < other ? -1 : 1));
  const notices = held.delivered().map((each) => [noticeMark, each] as const);
  return [['@', { now: held.now(), outages: held.outages() }] as const, ...documents, ...notices]
    .map(([path, document]) => `${path} ${JSON.stringify(document, readable)}\n`)
    .join('');
}

/** @throws where it is no such text */
export function readDump(text: string): Held {
  const lines = text.split('\n').filter((each) => each !== '');
  const parts = lines.map((line): [string, string] => {
    const [path = ''] = line.split(' ', 1);
    return [path, line.slice(path.length)];
  });
  const isNotice = ([path]: [string, string]): boolean => path === noticeMark;
  const delivered = parts.filter(isNotice).map(([, json]): Delivered => JSON.parse(json));
  const others = parts.filter((each) => !isNotice(each));
  const read = new Map(
    others.map(([path, json]): [string, Record<string, unknown>] => [path, JSON.parse(json, machineReadable)]),
  );
  const ends = read.get('@') as { now: number; outages: ReturnType<Stage['outages']> } | undefined;
  if (!ends) throw new Error('it has no line “@ …” of when the run ended');
  read.delete('@');
  return { now: () => ends.now, outages: () => ends.outages, documents: () => read, delivered: () => delivered };
}

/** Before each notice: it is no document. */
const noticeMark = '@notice';

/** Names of times, which are epoch milliseconds in a run. */
const isTime = (key: string): boolean => /(?:At|Until)$/.test(key);
const isWritten = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const readable = (key: string, value: unknown): unknown =>
  typeof value === 'number' && isTime(key) ? new Date(value).toISOString() : value;

const machineReadable = (key: string, value: unknown): unknown =>
  typeof value === 'string' && isTime(key) && isWritten.test(value) ? Date.parse(value) : value;
