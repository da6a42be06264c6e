/** `npm run erase`: one customer's personal data, out of every record. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { commandLine, runTyped, usualProject } from './command-line.ts';
import { counted } from './counted.ts';
import { eraseCustomer } from './erase/erase-customer.ts';
import { lacksFirestore, recordsOf } from './lacks-firestore.ts';
import { usualDatabase } from './provision/database.ts';
import { typed } from './provision/gcloud.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run erase -- --customer ID [--project P] [--name NAME]… [--as PSEUDONYM] [--database NAME] [--dry-run]

  --customer  the customer's ID at its source
  --project   the Google Cloud project; with FIRESTORE_EMULATOR_HOST set, that Firestore is used
  --name      another name of the customer in texts (may be repeated)
  --as        the pseudonym from an interrupted run, to resume it; that run printed the names to pass as well
  --database  a database other than (default)
  --dry-run   count what would change, and change nothing
`;

/** Tickets, and whatever was sent to them, are their tool's. */
function outOfReach(tickets: readonly string[]): string {
  const named = tickets.length > 0 ? `: ${tickets.join(', ')}` : '';
  return `Notices and cards stay in Slack, Teams, Google Chat, mail and PagerDuty, and tickets with their comments and notes in the ticket tools. Erase them there${named}.`;
}

function notionToo(pages: number): string {
  if (pages === 0) return '';
  return `
${counted(pages, 'page')} in Notion ${pages === 1 ? 'is' : 'are'} rewritten by the running functions within minutes. Notion's page history, its trash, and what people
have written there themselves are not reached: erase that there.`;
}

export const erase = commandLine(usage, async ({ args, out, err }) => {
  const { values } = parseArgs({
    args,
    options: {
      customer: { type: 'string' },
      project: { type: 'string' },
      name: { type: 'string', multiple: true, default: [] },
      as: { type: 'string' },
      database: { type: 'string', default: usualDatabase() },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || !values.customer) {
    out(usage);
    return values.help ? 0 : 2;
  }
  const project = usualProject(values.project);
  const lacks = await lacksFirestore(project);
  if (lacks) {
    err(`${lacks} Nothing was changed.\n`);
    return 2;
  }
  const db = recordsOf(project, values.database);
  const pseudonym = values.as ?? `erased-${randomBytes(6).toString('hex')}`;
  let known: readonly string[] = values.name;
  try {
    const isDryRun = values['dry-run'];
    const report = await eraseCustomer(db, {
      customerId: values.customer,
      pseudonym,
      names: values.name,
      isDryRun,
      tell: (names) => {
        known = names;
      },
    });
    const changed = Object.entries(report.changed).map(([name, count]) => `  ${name}: ${count}`);
    if (changed.length === 0 && values.as === undefined) {
      out(`There is no customer ${values.customer}: none of ${report.read} documents names it. Nothing was changed.
Use the customer's ID at its source, as incidents show it. A customer who was erased before no longer has that ID.
`);
      return 1;
    }
    out(`${isDryRun ? 'Would change' : 'Changed'}, of ${report.read} documents:
${changed.join('\n') || '  nothing'}
The customer was known as: ${report.names.join(', ') || 'its id alone'}. ${isDryRun ? '' : `Its pseudonym is ${pseudonym}.`}
Deleted data stays readable for 7 days in point-in-time recovery, for 14 in backups, and for up to 7 in undelivered
messages. ${outOfReach(report.tickets)}${notionToo(report.notionPages)}
`);
    return 0;
  } catch (error) {
    err(`${reasonOf(error)}
It was interrupted. Run it again with ${typed('--as', [pseudonym, ...known.flatMap((name) => ['--name', name])])}. Finished work is kept.
`);
    return 1;
  } finally {
    await db.terminate();
  }
});

if (import.meta.main) await runTyped(erase);
