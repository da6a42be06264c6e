/** `npm run erase`: one customer's personal data, out of every record. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Firestore } from '@google-cloud/firestore';
import { environment } from '../functions/platform/environment.ts';
import { connectFirestore } from '../functions/platform/firestore.ts';
import { publicDatabaseOf } from '../functions/topology.ts';
import { commandOf, runTyped, sharedUsage, type Typed, type ValuesOf, WrongCall } from './command-line.ts';
import { counted } from './counted.ts';
import { eraseCustomer } from './erase/erase-customer.ts';
import { onRecords, recordsOptions } from './lacks-firestore.ts';
import { customersFile, readCustomersFile } from './own-settings/customers-file.ts';
import { typed } from './provision/gcloud.ts';
import { reasonOf } from './reason-of.ts';
import { settingsFolder } from './settings-folder.ts';

const usage = `npm run erase -- --customer ID [--project P] [--name NAME]… [--as PSEUDONYM] [--database NAME] [--settings DIR] [--dry-run]

  --customer  the customer's ID at its source
${sharedUsage}
              with FIRESTORE_EMULATOR_HOST set, that Firestore is used
  --name      another name of the customer in texts (may be repeated)
  --as        the pseudonym from an interrupted run, to resume it; that run printed the names to pass as well
  --database  a database other than the one that your settings remember
  --dry-run   count what would change, and change nothing
`;

/** The most remaining documents that are listed. */
const mostShown = 20;

/** Tickets, and whatever was sent to them, are their tool's. */
function outOfReach(tickets: readonly string[]): string {
  const named = tickets.length > 0 ? `: ${tickets.join(', ')}` : '';
  return `Notices stay in Slack, Teams, Google Chat, mail and PagerDuty, and tickets with their comments and notes in the ticket tools. Erase them there${named}.`;
}

function notionToo(pages: number): string {
  if (pages === 0) return '';
  return `
${counted(pages, 'page')} in Notion ${pages === 1 ? 'is' : 'are'} rewritten by the running functions within minutes. Notion's page history, its trash, and what people
have written there themselves are not reached: erase that there.`;
}

const cardsToo = (cards: number): string =>
  cards === 0
    ? ''
    : `
${counted(cards, 'card')} in Slack ${cards === 1 ? 'is' : 'are'} edited by the running functions within minutes. GET /api/deliveries lists what Slack refuses.`;

const options = {
  ...recordsOptions,
  customer: { type: 'string' },
  name: { type: 'string', multiple: true, default: [] as string[] },
  as: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

export const erase = commandOf(usage, options, (values, typed) => {
  const { customer } = values;
  if (!customer) throw new WrongCall();
  return onRecords(values, typed, 'Nothing was changed.', (db) => eraseFrom(db, customer, values, typed));
});

async function eraseFrom(
  db: Firestore,
  customerId: string,
  values: ValuesOf<typeof options>,
  { out, err }: Typed,
): Promise<number> {
  const pseudonym = values.as ?? `erased-${randomBytes(6).toString('hex')}`;
  let known: readonly string[] = values.name;
  const pages = connectFirestore({
    ...environment(),
    FIRESTORE_DATABASE: publicDatabaseOf(environment().FIRESTORE_DATABASE),
  });
  const again = (): string =>
    `Run it again with ${typed('--as', [pseudonym, ...known.flatMap((name) => ['--name', name])])}. Finished work is kept.`;
  try {
    const isDryRun = values['dry-run'];
    const report = await eraseCustomer(db, {
      customerId,
      pages,
      pseudonym,
      names: values.name,
      isDryRun,
      tell: (names) => {
        known = names;
      },
    });
    const changed = Object.entries(report.changed).map(([name, count]) => `  ${name}: ${count}`);
    if (changed.length === 0 && report.left.length === 0 && values.as === undefined && !isInFile(customerId, values)) {
      out(`There is no customer ${customerId}: none of ${report.read} documents names it. Nothing was changed.
Use the customer's ID at its source, as incidents show it. A customer who was erased before no longer has that ID.
`);
      return 1;
    }
    out(`${isDryRun ? 'Would change' : 'Changed'}, of ${report.read} documents:
${changed.join('\n') || '  nothing'}
The customer was known as: ${report.names.join(', ') || 'its id alone'}. ${isDryRun ? '' : `Its pseudonym is ${pseudonym}.`}
Deleted data stays readable for 7 days in point-in-time recovery, for 14 in backups, and for up to 7 in undelivered
messages. ${outOfReach(report.tickets)}${notionToo(report.notionPages)}${cardsToo(report.cards)}
`);
    if (report.left.length === 0) return stillListed(customerId, values, err);
    const named = report.left.slice(0, mostShown).map(({ path, why }) => `  ${path}: ${why}`);
    err(`${counted(report.left.length, 'document')} could not be changed and still ${report.left.length === 1 ? 'names' : 'name'} the customer:
${named.join('\n')}
The contacts were kept, because the next run finds the rest by them. ${again()}
`);
    return 1;
  } catch (error) {
    err(`${reasonOf(error)}
It was interrupted. ${again()}
`);
    return 1;
  } finally {
    await pages.terminate();
  }
}

const isInFile = (customerId: string, { settings }: Pick<ValuesOf<typeof options>, 'settings'>): boolean =>
  readCustomersFile(settingsFolder(settings))?.rows.some(({ id }) => id === customerId) ?? false;

/** Loaded again, the file would bring the customer back. */
function stillListed(customerId: string, values: ValuesOf<typeof options>, err: Typed['err']): number {
  if (!isInFile(customerId, values)) return 0;
  const file = join(settingsFolder(values.settings), customersFile);
  err(
    `${file} still has the row of ${customerId}: delete it, and run this again. The file's history keeps what it held.\n`,
  );
  return 1;
}

if (import.meta.main) await runTyped(erase);
