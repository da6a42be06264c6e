/** `npm run migrate`: brings the records of an older version to the form that this one writes. */
import { parseArgs } from 'node:util';
import { commandLine, runTyped, usualProject } from './command-line.ts';
import { counted } from './counted.ts';
import { lacksFirestore, recordsOf } from './lacks-firestore.ts';
import { migrateActions, migrateContacts, migrateRecords } from './migrate-records.ts';
import { usualDatabase } from './provision/database.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run migrate -- [--project P] [--database NAME] [--dry-run]

  --project  the Google Cloud project; with FIRESTORE_EMULATOR_HOST set, that Firestore is used
  --database another database than (default)
  --dry-run  count what would change, and change nothing

Records of older versions are read as they are; this makes them findable by what newer versions look for. It may be run
as often as one likes, also beside running functions, and goes on where it was broken off.
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
    const contacts = await migrateContacts(db, { isDryRun });
    const actions = await migrateActions(db, { isDryRun });
    const would = isDryRun ? 'would be' : 'were';
    out(
      `${changed} of ${total} records, ${counted(contacts, 'contact')} and ${counted(actions, 'next action')} ${would} brought up to date.\n`,
    );
    return 0;
  } catch (error) {
    err(`${reasonOf(error)}
It was broken off. Run it again: what is done stays done.
`);
    return 1;
  } finally {
    await db.terminate();
  }
});

if (import.meta.main) await runTyped(migrate);
