/** `npm run migrate`: brings the records of an older version to the form that this one writes. */
import { parseArgs } from 'node:util';
import { Firestore } from '@google-cloud/firestore';
import { counted } from './counted.ts';
import { lacksFirestore } from './lacks-firestore.ts';
import { migrateActions, migrateContacts, migrateRecords } from './migrate-records.ts';
import { usualDatabase } from './provision/database.ts';

const usage = `npm run migrate -- [--project P] [--database NAME] [--dry-run]

  --project  the Google Cloud project; with FIRESTORE_EMULATOR_HOST set, that Firestore is used
  --database another database than (default)
  --dry-run  count what would change, and change nothing

Records of older versions are read as they are; this makes them findable by what newer versions look for. It may be run
as often as one likes, also beside running functions, and goes on where it was broken off.
`;

const { values } = parseArgs({
  options: {
    project: { type: 'string' },
    database: { type: 'string', default: usualDatabase() },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const project = values.project ?? process.env.GOOGLE_CLOUD_PROJECT;
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const lacks = await lacksFirestore({ project, emulator: process.env.FIRESTORE_EMULATOR_HOST });
if (lacks || !project) {
  process.stderr.write(`${lacks ?? ''} Nothing was changed.\n`);
  process.exit(2);
}
const db = new Firestore({ projectId: project, databaseId: values.database, ignoreUndefinedProperties: true });
try {
  const isDryRun = values['dry-run'];
  const { total, changed } = await migrateRecords(db, {
    isDryRun,
    tell: ({ read, total: of, changed: so }) => process.stdout.write(`${read} of ${of} read, ${so} to change\n`),
  });
  const contacts = await migrateContacts(db, { isDryRun });
  const actions = await migrateActions(db, { isDryRun });
  const would = isDryRun ? 'would be' : 'were';
  process.stdout.write(
    `${changed} of ${total} records, ${counted(contacts, 'contact')} and ${counted(actions, 'next action')} ${would} brought up to date.\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}
It was broken off. Run it again: what is done stays done.
`);
  process.exitCode = 1;
} finally {
  await db.terminate();
}
