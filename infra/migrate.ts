/** `npm run migrate`: brings the records of an older version to the form that this one writes. */
import { commandOf, runTyped, sharedUsage } from './command-line.ts';
import { onRecords, recordsOptions } from './lacks-firestore.ts';
import { migrateRecords } from './migrate-records.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run migrate -- [--project P] [--database NAME] [--settings DIR] [--dry-run]

${sharedUsage}
              with FIRESTORE_EMULATOR_HOST set, that Firestore is used
  --database  a database other than the one that your settings remember
  --dry-run   count what would change, and change nothing

When a release adds a field to the records, this command writes it into the records that lack it.
You can run it at any time, also while the functions run. It continues after an interruption.
`;

const options = { ...recordsOptions, 'dry-run': { type: 'boolean', default: false } } as const;

export const migrate = commandOf(usage, options, (values, typed) =>
  onRecords(values, typed, 'Nothing was changed.', async (db) => {
    try {
      const isDryRun = values['dry-run'];
      const { total, changed } = await migrateRecords(db, {
        isDryRun,
        tell: ({ read, total: of, changed: so }) => typed.out(`${read} of ${of} read, ${so} to change\n`),
      });
      const would = isDryRun ? 'would be' : 'were';
      typed.out(`${changed} of ${total} records ${would} brought up to date.\n`);
      return 0;
    } catch (error) {
      const again = 'The command was interrupted. Run it again: what is done stays done.';
      throw new Error(`${reasonOf(error)}\n${again}`, { cause: error });
    }
  }),
);

if (import.meta.main) await runTyped(migrate);
