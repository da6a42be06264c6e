/** `npm run import -- file.csv --map map.json [--dry-run]`: past incidents, so that trends have a past on day one. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { incidentIdOf } from '../functions/incidents/record/records.ts';
import { closeFirestore } from '../functions/platform/firestore.ts';
import { policy } from '../functions/policy.ts';
import { weekOf } from '../functions/postmortems/week.ts';
import { type CommandLine, runTyped, sharedOptions, type Typed } from './command-line.ts';
import { counted } from './counted.ts';
import { type Imported, importIncidents } from './import/import-incidents.ts';
import { importFields, importMapSchema, type Understood, understandRows } from './import/import-rows.ts';
import { onRecords, recordsOptions } from './lacks-firestore.ts';
import { readTable, rowsOf } from './read-table.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run import -- file.csv --map map.json [--encoding NAME] [--dry-run]
  [--project P] [--database NAME] [--settings DIR]

  --map      maps columns to fields: {"columns": {"title": "Name", "filedAt": "Date"},
             "values": {"source": {"サポート": "ticket"}}, "constants": {"source": "ticket"}}
             fields: ${importFields.join(', ')}
  --encoding the table's encoding: utf-8, shift_jis or utf-16le; detected by default
  --dry-run  show what was parsed, and write nothing

Rejected rows are listed by line; the others are imported. Importing again changes nothing.
A date without a time is read as the end of that day.
It writes to the project of --project or GOOGLE_CLOUD_PROJECT, or to FIRESTORE_EMULATOR_HOST (npm start: 127.0.0.1:8081,
project metronome-local), and to the database that its settings remember.
`;

/** @throws SyntaxError or ZodError for a map or a table that cannot be read at all */
export function readImport(csv: string, mapText: string, now: Date): Understood {
  const map = importMapSchema.parse(JSON.parse(mapText));
  const { columns, rows } = rowsOf(csv);
  return understandRows(columns, rows, map, {
    policy,
    now,
    before: weekOf(now, policy.zone).start,
    incidentId: (sourceId) => incidentIdOf('import', sourceId, 0),
  });
}

/** What was understood, for a person to check before anything is written. */
export function describeImport(understood: Understood): string {
  const { incidents, rejected, unknownColumns, unusedColumns } = understood;
  const times = incidents.map((each) => each.filedAt.toISOString()).sort();
  const tally = (of: (incident: (typeof incidents)[number]) => string): string => {
    const counts = new Map<string, number>();
    for (const each of incidents) counts.set(of(each), (counts.get(of(each)) ?? 0) + 1);
    return [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
  };
  return [
    `${counted(incidents.length, 'row')} understood${times.length > 0 ? `, filed ${times[0]} to ${times.at(-1)}` : ''}`,
    `  kind: ${tally((each) => each.kind)}; source: ${tally((each) => each.source)}`,
    `  impact: ${tally((each) => each.impact.businessImpact ?? 'unknown')}; score: ${tally((each) => (each.score.reference.value === null ? 'unknown' : 'known'))}`,
    `  cause: ${tally((each) => each.cause?.category ?? 'not stated')}`,
    ...incidents.slice(0, 3).map((each) => `  for example: ${each.filedAt.toISOString()} ${each.title.slice(0, 80)}`),
    ...(unknownColumns.length > 0 ? [`the table has no column ${unknownColumns.join(', ')}`] : []),
    ...(unusedColumns.length > 0 ? [`left out: ${unusedColumns.join(', ')}`] : []),
    ...(rejected.length > 0 ? [`${counted(rejected.length, 'row')} rejected`] : []),
    ...rejected.map(
      ({ line, errors }) => `  line ${line}: ${errors.map(({ path, message }) => `${path}: ${message}`).join(' ')}`,
    ),
  ].join('\n');
}

export function describeImported({ created, known, weeks, heldWeeks, awaitedWeeks }: Imported): string {
  return [
    `${created} imported, ${known} ${known === 1 ? 'was' : 'were'} there already, ${weeks === 1 ? '1 week has its' : `${weeks} weeks have their`} bundle.`,
    ...(heldWeeks.length > 0 ? [`Already closed, and not changed: ${heldWeeks.join(', ')}`] : []),
    ...(awaitedWeeks.length > 0
      ? [`Metronome ran in these weeks, so its weekly tick generates their bundles: ${awaitedWeeks.join(', ')}`]
      : []),
  ].join('\n');
}

export const importTable: CommandLine = async (typed) => {
  try {
    return await understandAndImport(typed);
  } catch (error) {
    typed.err(`${reasonOf(error)}\n\n${usage}`);
    return 2;
  }
};

async function understandAndImport(typed: Typed): Promise<number> {
  const { args, out } = typed;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...sharedOptions,
      ...recordsOptions,
      map: { type: 'string' },
      encoding: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (values.help || !file || !values.map) {
    out(usage);
    return values.help ? 0 : 2;
  }
  const now = new Date();
  const { text, encoding } = readTable(readFileSync(file), values.encoding);
  const understood = readImport(text, readFileSync(values.map, 'utf8'), now);
  out(`${encoding === 'utf-8' ? '' : `read as ${encoding}\n`}${describeImport(understood)}\n`);
  const found = understood.rejected.length > 0 ? 1 : 0;
  if (values['dry-run']) {
    out('Nothing was written: --dry-run.\n');
    return found;
  }
  return onRecords(values, typed, 'Nothing was written.', async () => {
    out(`${describeImported(await importIncidents(understood.incidents, policy, now))}\n`);
    await closeFirestore();
    return found;
  });
}

if (import.meta.main) await runTyped(importTable);
