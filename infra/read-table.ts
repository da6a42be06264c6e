/** Tables that people keep in spreadsheets: their text, whatever wrote it, and their rows with the lines that they are on. */
import { parse } from 'csv-parse/sync';

/** Shift_JIS is what spreadsheets write in Japan. What is right in UTF-8 is hardly ever anything else. */
const encodings = ['utf-8', 'shift_jis', 'utf-16le'] as const;

/**
 * The text of a table, and in what it was written: as said, by its byte order mark, or the first that it is right in.
 * @throws Error naming what it can be told
 */
export function readTable(bytes: Uint8Array, said?: string): { text: string; encoding: string } {
  const name = said?.toLowerCase().replace(/^(sjis|cp932|windows-31j|ms932|shift-jis)$/, 'shift_jis');
  if (name !== undefined && !encodings.some((each) => each === name)) {
    throw new Error(`--encoding ${said} is not known. It can be ${encodings.join(', ')}.`);
  }
  const isMarked = bytes[0] === 0xff && bytes[1] === 0xfe;
  for (const encoding of name === undefined ? (isMarked ? ['utf-16le'] : ['utf-8', 'shift_jis']) : [name]) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  const tried = name ?? 'UTF-8 or Shift_JIS';
  throw new Error(`The table is not in ${tried}. Name its encoding with --encoding, or save it as UTF-8.`);
}

export interface TableRow {
  /** Line numbers as in an editor: the header is line 1. */
  line: number;
  cells: Record<string, string>;
}

/** @throws Error if the text is no table at all */
export function rowsOf(csv: string): { columns: string[]; rows: TableRow[] } {
  const records = parse(csv, {
    bom: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
  }) as unknown as {
    record: string[];
    /** Includes the blank lines before the row. */
    raw: string;
  }[];
  const [header, ...rest] = records;
  const columns = header?.record.map((each) => each.trim()) ?? [];
  let nextLine = 1 + lineBreaksIn(header?.raw);
  const rows = rest.map(({ record, raw }): TableRow => {
    // Cells may hold line breaks; the parser counts Windows' line breaks twice.
    const line = nextLine + lineBreaksIn(/^[\r\n]*/.exec(raw)?.[0]);
    nextLine += lineBreaksIn(raw);
    return { line, cells: Object.fromEntries(columns.map((column, index) => [column, record[index] ?? ''])) };
  });
  return { columns, rows };
}

const lineBreaksIn = (text = ''): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;
