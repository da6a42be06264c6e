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

  --customer  the customer's id at its source
  --project   the Google Cloud project; with FIRESTORE_EMULATOR_HOST set, that Firestore is used
  --name      another name by which the customer stands in texts (may be repeated)
  --as        what stands for the customer, from an earlier run that was broken off; it has said by which names to go on
  --database  another database than (default)
  --dry-run   count what would change, and change nothing
`;

/** Tickets, and whatever was sent to them, are their tool's. */
function outOfReach(tickets: readonly string[]): string {
  const named = tickets.length > 0 ? `: ${tickets.join(', ')}` : '';
  return `What was sent as notices stays where it went: chats, mail, PagerDuty. The ticket tools keep the tickets and what was said on them, updates and internal notes too. Erase it there${named}.`;
}

/** What was told is where it was told. */
const whereItWasTold =
  'What notices and cards have said stays in Slack, Teams, Google Chat, mail and PagerDuty. Erase it there.';

function notionToo(pages: number): string {
  if (pages === 0) return '';
  return `
${counted(pages, 'page')} in Notion ${pages === 1 ? 'is' : 'are'} written anew by the running functions, within minutes. Notion's page history, its trash, and what people
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
Its id is the one at its source, as incidents show it. One that was erased before is not known by it any more.
`);
      return 1;
    }
    out(`${isDryRun ? 'Would change' : 'Changed'}, of ${report.read} documents:
${changed.join('\n') || '  nothing'}
The customer was known as: ${report.names.join(', ') || 'its id alone'}. ${isDryRun ? '' : `It is ${pseudonym} from now on.`}
What was deleted stays readable for 7 days in point-in-time recovery and for 14 in backups, and up to 7 in messages that
nobody has taken. ${outOfReach(report.tickets)} ${whereItWasTold}${notionToo(report.notionPages)}
`);
    return 0;
  } catch (error) {
    err(`${reasonOf(error)}
It was broken off. Run it again with ${typed('--as', [pseudonym, ...known.flatMap((name) => ['--name', name])])}: what is done stays done.
`);
    return 1;
  } finally {
    await db.terminate();
  }
});

if (import.meta.main) await runTyped(erase);
