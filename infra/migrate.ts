/** `npm run migrate`: brings the records of an older version to the form that this one writes. */
import { parseArgs } from 'node:util';
import { commandLine, runTyped, usualProject } from './command-line.ts';
import { lacksFirestore, recordsOf } from './lacks-firestore.ts';
import { migrateRecords } from './migrate-records.ts';
import { usualDatabase } from './provision/database.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run migrate -- [--project P] [--database NAME] [--dry-run]

  --project  the Google Cloud project; with FIRESTORE_EMULATOR_HOST set, that Firestore is used
  --database a database other than (default)
  --dry-run  count what would change, and change nothing

When a release adds a field to the records, this command writes it into the records that lack it.
You can run it at any time, also while the functions run. It continues after an interruption.
`;

export const migrate = commandLine(usage, async ({ args, out, err }) => {
  const { values } = parseArgs({
    args,
    options: {
      project: { type: 'string' },
      database: { type: 'string', default: usualDatabase() },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    out(usage);
    return 0;
  }
  const project = usualProject(values.project);
  const lacks = await lacksFirestore(project);
  if (lacks) {
    err(`${lacks} Nothing was changed.\n`);
    return 2;
  }
  const db = recordsOf(project, values.database);
  try {
    const isDryRun = values['dry-run'];
    const { total, changed } = await migrateRecords(db, {
      isDryRun,
      tell: ({ read, total: of, changed: so }) => out(`${read} of ${of} read, ${so} to change\n`),
    });
    const would = isDryRun ? 'would be' : 'were';
    out(`${changed} of ${total} records ${would} brought up to date.\n`);
    return 0;
  } catch (error) {
    err(`${reasonOf(error)}
The command was interrupted. Run it again: what is done stays done.
`);
    return 1;
  } finally {
    await db.terminate();
  }
});

if (import.meta.main) await runTyped(migrate);
