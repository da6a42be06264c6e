/** What Firestore held at the end of a run, as text: for people to read, and for the oracle to judge once more. */
import type { Stage } from './stage.ts';

export type Held = Pick<Stage, 'now' | 'outages' | 'documents'>;

/** The last moment of the run, and what stood still; each document as its path and its JSON, on a line. */
export function writeDump(held: Held): string {
  const documents = [...held.documents()].sort(([one], [other]) => (one < other ? -1 : 1));
  return [['@', { now: held.now(), outages: held.outages() }] as const, ...documents]
    .map(([path, document]) => `${path} ${JSON.stringify(document, readable)}\n`)
    .join('');
}

/** @throws where it is no such text */
export function readDump(text: string): Held {
  const lines = text.split('\n').filter((each) => each !== '');
  const read = new Map(
    lines.map((line): [string, Record<string, unknown>] => {
      const [path = ''] = line.split(' ', 1);
      return [path, JSON.parse(line.slice(path.length), machineReadable)];
    }),
  );
  const ends = read.get('@') as { now: number; outages: ReturnType<Stage['outages']> } | undefined;
  if (!ends) throw new Error('it has no line “@ …” of when the run ended');
  read.delete('@');
  return { now: () => ends.now, outages: () => ends.outages, documents: () => read };
}

/** Names of times, which are epoch milliseconds in a run. */
const isTime = (key: string): boolean => /(?:At|Until)$/.test(key);
const isWritten = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const readable = (key: string, value: unknown): unknown =>
  typeof value === 'number' && isTime(key) ? new Date(value).toISOString() : value;

const machineReadable = (key: string, value: unknown): unknown =>
  typeof value === 'string' && isTime(key) && isWritten.test(value) ? Date.parse(value) : value;
