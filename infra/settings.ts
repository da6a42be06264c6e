/** `npm run settings`: what a team has set in place of the defaults, and whether it can be. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openIn } from '../functions/console/to-set-up.ts';
import type { ListedCustomer } from '../functions/find/customer-list.ts';
import { now, pause } from '../functions/platform/clock.ts';
import { readConfig } from '../functions/platform/config.ts';
import { environment } from '../functions/platform/environment.ts';
import { withOwn } from '../functions/policy/own.ts';
import { defaults, type OwnPolicy, type Policy, policyVersion } from '../functions/policy.ts';
import { type Fill, fillIn, type Language } from '../functions/words/language.ts';
import { speak } from '../functions/words/speech.ts';
import { type CommandLine, commandLine, runTyped, type Typed } from './command-line.ts';
import { fileName as deploymentFile, projectsIn } from './deployment-file.ts';
import { onRecords, recordsOptions } from './lacks-firestore.ts';
import { machineLanguage } from './machine-language.ts';
import {
  customersFile,
  readCustomersFile,
  requireCustomers,
  sayWrongCustomers,
  writeCustomers,
} from './own-settings/customers-file.ts';
import { type Change, changesIn } from './own-settings/difference.ts';
import { changedInPolicy } from './own-settings/from-policy.ts';
import { listOrganisations, organisationsAt, propose, toolsWithOrganisations } from './own-settings/organisations.ts';
import { policyFile, readPolicyFile, refuseWrong } from './own-settings/policy-file.ts';
import { apiOf, ring } from './own-settings/ring.ts';
import { described } from './own-settings/schema.ts';
import { settingsTexts } from './own-settings/words.ts';
import { replaceList } from './own-settings/write-customers.ts';
import { reasonOf } from './reason-of.ts';
import { settingsFolder } from './settings-folder.ts';

const usage = `npm run settings [-- --check] [--settings DIR] [--language en|ja]
npm run settings -- --load-customers [--project P] [--database NAME]
npm run settings -- --customers-from zendesk|freshdesk|intercom
npm run settings -- --ring [--project P]
npm run settings -- --from-policy [--ours COMMIT] [--upstream COMMIT]

Says what ${policyFile} of your settings has otherwise than the defaults, what each value is for, and what is wrong with it,
with ${customersFile} or with ${deploymentFile}.

  --settings        the folder of your own settings, if it is not infra/settings (METRONOME_SETTINGS sets it too)
  --check           only says what is wrong, and ends with 1 then: for a check of your own settings before they are merged
  --load-customers  loads ${customersFile} into Firestore, in place of the list that was loaded before; no deployment is needed
  --customers-from  adds the organisations of your ticket tool to ${customersFile}, for you to look through: what is there stays, and a
                    row of the same name gets the organisation's id as an alias. Its credentials are those of this shell, such as
                    ZENDESK_SUBDOMAIN, ZENDESK_OAUTH_CLIENT_ID and ZENDESK_OAUTH_CLIENT_SECRET
  --ring            sends a test notice to every channel and shows what became of each: of npm start (PORT), or of a project; ends
                    with 1 where one has not taken it
  --project         the Google Cloud project (or GOOGLE_CLOUD_PROJECT); with FIRESTORE_EMULATOR_HOST set, that Firestore is used
  --database        a database other than the one that your settings remember
  --from-policy     writes ${policyFile} and ${customersFile} from what you have changed in functions/policy.ts itself
  --ours            the commit that has your changes: HEAD by default
  --upstream        a commit of upstream: the one that is being merged, else upstream/main
  --language        en or ja, if not as your machine has it
`;

const options = {
  check: { type: 'boolean', default: false },
  'load-customers': { type: 'boolean', default: false },
  'customers-from': { type: 'string' },
  ring: { type: 'boolean', default: false },
  project: { type: 'string' },
  ...recordsOptions,
  'from-policy': { type: 'boolean', default: false },
  ours: { type: 'string' },
  upstream: { type: 'string' },
  settings: { type: 'string' },
  language: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

type Say = (key: keyof typeof settingsTexts, given?: Fill) => string;
const sayIn =
  (language: Language): Say =>
  (key, given = {}) =>
    fillIn(settingsTexts[key][language], given);

/** @param repository where Git has the policy's history */
export const settingsFrom = (repository: string): CommandLine =>
  commandLine(usage, async (typed) => {
    const { values } = parseArgs({ args: typed.args, options });
    if (values.help) {
      typed.out(usage);
      return 0;
    }
    try {
      return await reportOrWrite(repository, values, typed);
    } catch (error) {
      typed.err(`${reasonOf(error)}\n`);
      return 1;
    }
  });

async function reportOrWrite(repository: string, values: Values, typed: Typed): Promise<number> {
  const { out } = typed;
  const language = machineLanguage(environment(), values.language);
  const say = sayIn(language);
  const folder = settingsFolder(values.settings);
  const file = join(folder, policyFile);
  if (values['from-policy'] && existsSync(file)) throw new Error(say('exists', { file }));
  if (values['from-policy']) {
    const own = await changedInPolicy(repository, values);
    if (Object.keys(own).length === 0) {
      out(`${say('unchanged')}\n`);
      return 0;
    }
    // These entries had no file of their own.
    const { customers, ...policy } = own;
    const list = join(folder, customersFile);
    if (customers && existsSync(list)) throw new Error(say('exists', { file: list }));
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${JSON.stringify(policy, null, 2)}\n`);
    out(`${say('written', { file })}\n${JSON.stringify(policy, null, 2)}\n`);
    if (customers) out(`${say('written', { file: writeCustomers(folder, customers as ListedCustomer[]) })}\n`);
    out(`${say('restore', { upstream: values.upstream ?? 'upstream/main' })}\n\n`);
  }
  const own = readPolicyFile(folder, language);
  if (own !== undefined) await refuseWrong(folder, own, language);
  if (values.ring) return ringAll(folder, values, typed, say);
  if (values['customers-from'] !== undefined)
    return proposeCustomers(values['customers-from'], folder, typed, language);
  const customers = requireCustomers(folder, language);
  const projects = projectsIn(folder, language);
  if (values['load-customers']) return loadCustomers(customers, folder, values, typed, say);
  if (values.check) out(`${say(own === undefined ? 'none' : 'right', { file })}\n`);
  else out(`${reportOn(own as OwnPolicy | undefined, file, language)}\n`);
  if (customers) out(`${say('customers', { file: join(folder, customersFile), n: customers.length })}\n`);
  if (projects) {
    const names = speak({ language, policy: defaults }).row(projects);
    out(`${say('deployment', { file: join(folder, deploymentFile), projects: names })}\n`);
  }
  return 0;
}

async function loadCustomers(
  rows: ListedCustomer[] | undefined,
  folder: string,
  values: Values,
  typed: Typed,
  say: Say,
): Promise<number> {
  const file = join(folder, customersFile);
  if (!rows) throw new Error(say('noCustomers', { file }));
  return onRecords(values, typed, say('notLoaded'), async (db, project) => {
    const before = await replaceList(db, rows, now());
    typed.out(`${say('loaded', { file, project, n: rows.length, before })}\n`);
    return 0;
  });
}

async function proposeCustomers(
  asked: string,
  folder: string,
  { out, err }: Typed,
  language: Language,
): Promise<number> {
  const say = sayIn(language);
  const tool = toolsWithOrganisations.find((each) => each === asked);
  if (!tool) throw new Error(say('noSuchTool', { asked, tools: toolsWithOrganisations.join(', ') }));
  const before = requireCustomers(folder, language) ?? [];
  const found = await listOrganisations(tool, organisationsAt(tool, readConfig()), pause);
  const { rows, added, aliased } = propose(before, found);
  mkdirSync(folder, { recursive: true });
  const file = writeCustomers(folder, rows);
  out(`${say('proposed', { file, tool, n: found.length, added, aliased })}\n`);
  const wrong = readCustomersFile(folder)?.wrong ?? [];
  if (wrong.length === 0) return 0;
  err(`${sayWrongCustomers(folder, wrong, language)}\n`);
  return 1;
}

async function ringAll(folder: string, { project }: Values, { out }: Typed, say: Say): Promise<number> {
  const receipts = await ring(await apiOf(folder, project, environment().PORT), () => pause(1_000));
  const lines = receipts.map(({ channel, state, error }) =>
    [`  ${channel}:`, state ?? say('notRung'), ...(error ? [error] : [])].join(' '),
  );
  out(`${[say(receipts.length > 0 ? 'rung' : 'noChannels'), ...lines].join('\n')}\n`);
  return receipts.length > 0 && receipts.every(({ state }) => state === 'delivered') ? 0 : 1;
}

function reportOn(own: OwnPolicy | undefined, file: string, language: Language): string {
  const say = sayIn(language);
  const policy = withOwn(defaults, own ?? {});
  const open = sayOpen(policy, language, say);
  if (own === undefined) return [say('none', { file }), ...open].join('\n');
  const changes = changesIn(defaults, policy);
  const said = changes.length > 0 ? changes.map((each) => sayChange(each, language, say)) : ['', say('same')];
  const version = say('version', { version: policyVersion(policy), defaults: policyVersion(defaults) });
  return [file, ...said, '', version, ...open].join('\n');
}

function sayOpen(policy: Policy, language: Language, say: Say): string[] {
  const speech = speak({ language, policy });
  const all = openIn(policy).map(
    ({ entry, why, names }) => `  ${entry}: ${speech.t(why, { names: speech.row(names) })}`,
  );
  return all.length > 0 ? ['', say('open'), ...all] : [];
}

function sayChange({ path, before, after }: Change, language: Language, say: Say): string {
  const shown = (value: unknown): string =>
    value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
      ? say('none_')
      : JSON.stringify(value);
  const what = described(path, language) ?? described(path.split('.').slice(0, -1).join('.'), language);
  return `\n${path} = ${shown(after)} (${say('byDefault', { before: shown(before) })})\n${what ? `  ${what}` : ''}`.trimEnd();
}

if (import.meta.main) await runTyped(settingsFrom(join(import.meta.dirname, '..')));
