/** `npm run provision`: the topology applied to a Google Cloud project. Safe to repeat; `--dry-run` changes nothing. */
import { createInterface } from 'node:readline';
import {
  type CommandLine,
  commandOf,
  lineTo,
  runTyped,
  sharedUsage,
  type Typed,
  type ValuesOf,
  WrongCall,
} from './command-line.ts';
import { databaseOf, fileName, optionsOf, readConfiguration, regionOf, remember } from './deployment-file.ts';
import { applyParts, refuseRefused } from './provision/apply.ts';
import { destroyParts, stays, takeDown } from './provision/destroy.ts';
import { enable } from './provision/enable.ts';
import { type Gcloud, gcloudOf } from './provision/gcloud.ts';
import { inRealTime, type Patience } from './provision/patience.ts';
import { partsOf, readParts, renderPlan } from './provision/plan.ts';
import { activeAccount, NotReady, preflight } from './provision/preflight.ts';
import { enabledApis } from './provision/project.ts';
import { settingsFolder } from './settings-folder.ts';

const usage = `npm run provision -- --project P [--region R] [--operator EMAIL …] [--pager CHANNEL]
  [--cloud-build] [--database NAME] [--take-database] [--move-region] [--keep-in-region] [--dry-run] [--all] [--enable] [--destroy]
  [--copy-to REGION] [--settings DIR]

${sharedUsage}
  --dry-run   show the plan and change nothing; without an account, the plan for an empty project
  --all       also show what does not change
  --enable    start the schedules and the alert policies; npm run deploy does so after its smoke test
  --destroy   take Metronome down; asks for the project's name, and deletes no data
  --take-database   take over a database that lacks Metronome's rules or is in another location:
                    its rules are replaced, and its documents with expireAt expire
  --move-region     move Metronome from another region to this one; a deployment has to follow

Remembered in ${fileName} of your settings for all commands, so you give them once:
  --region    the region of the functions and the database
  --operator  email address for alerts about Metronome itself; several people: once for each
  --pager     a notification channel of this project that pages (projects/P/notificationChannels/N): critical alerts
              about Metronome go to it as well. Make it in Cloud Monitoring: PagerDuty, SMS or the mobile app
  --cloud-build     also create the account that deploys from Cloud Build; it has almost an owner's rights
  --database        a database other than (default), for a project whose (default) belongs to another system
  --keep-in-region  store messages and secrets in this region only
  --copy-to   a second region, to which the database is exported each week
`;

const options = {
  region: { type: 'string' },
  operator: { type: 'string', multiple: true },
  pager: { type: 'string' },
  database: { type: 'string' },
  'copy-to': { type: 'string' },
  'cloud-build': { type: 'boolean' },
  'keep-in-region': { type: 'boolean' },
  'take-database': { type: 'boolean', default: false },
  'move-region': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  enable: { type: 'boolean', default: false },
  destroy: { type: 'boolean', default: false },
} as const;
type Values = ValuesOf<typeof options>;

const legend = `Lines with $ run that command; all others use Google's client libraries.`;

/** @param pause other than in real time */
export const provisionIn = (pause = inRealTime(() => undefined).pause): CommandLine =>
  commandOf(usage, options, async (values, typed) => {
    const { project } = values;
    if (!project) throw new WrongCall();
    try {
      return await bring(project, values, typed, { say: lineTo(typed), pause });
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      typed.err(`Nothing was changed.\n${error.reasons.map((each) => `  - ${each}`).join('\n')}\n`);
      return 1;
    }
  });

export const provision = provisionIn();

async function bring(project: string, values: Values, typed: Typed, patience: Patience): Promise<number> {
  const folder = settingsFolder(values.settings);
  const known = readConfiguration(folder, project);
  const region = values.region ?? known.region;
  if (!region) throw new WrongCall();
  const { say } = patience;
  const gcloud = gcloudOf(project);
  const database = databaseOf(known, values.database);
  // Metronome is moving to the region of its copy, which is then no second region any more.
  const isCopyHere = values['copy-to'] === undefined && known.copyTo === region;
  const given = {
    operator: values.operator,
    pager: values.pager,
    cloudBuild: values['cloud-build'],
    keepInRegion: values['keep-in-region'],
    copyTo: isCopyHere ? null : values['copy-to'],
  };
  const choices = {
    ...optionsOf(known, given),
    database,
    isRemembered: known.region === region && known.database === database,
    takesDatabase: values['take-database'],
    movesRegion: values['move-region'],
  };
  const account = await activeAccount(gcloud);
  if (!account) {
    if (!values['dry-run'] || values.destroy)
      throw new NotReady(['No account. Install gcloud, then: gcloud auth login']);
    // Without credentials a client asks a metadata server that only Google's machines have.
    process.env.METADATA_SERVER_DETECTION ??= 'none';
    say(`There is no account to look with, so this is the plan for a project that has nothing yet.
PROJECT_NUMBER stands for the number that Google gave the project.
${legend}\n`);
    const planned = await partsOf({ project, region, projectNumber: 'PROJECT_NUMBER', gcloud, ...choices });
    say(renderPlan(planned.parts, await readParts(planned.parts, undefined), values.all));
    await planned.close();
    return 0;
  }
  if (values.destroy) return destroy(gcloud, regionOf(known, project, region), values['dry-run'], typed);
  const { projectNumber, auth, reasons } = await preflight(gcloud, account);
  if (reasons.length > 0 && !values['dry-run']) throw new NotReady(reasons);
  if (reasons.length > 0) say(`Before this can be applied:\n${reasons.map((each) => `  - ${each}`).join('\n')}\n`);
  if (values.enable && !values['dry-run']) {
    await enable(gcloud, regionOf(known, project, region), patience);
    say('The schedules and the alert policies are on.');
    return 0;
  }
  const planned = await partsOf({ project, region, projectNumber, gcloud, auth, ...choices });
  try {
    const apis = await enabledApis(gcloud);
    say(`${legend}\n`);
    const steps = await readParts(planned.parts, apis);
    say(renderPlan(planned.parts, steps, values.all));
    if (values['dry-run']) {
      say('Nothing was changed. Run it without --dry-run to apply the plan.');
      return 0;
    }
    refuseRefused(steps);
    // Before the first change: one that ends halfway is continued with the same options.
    const remembered = remember(folder, project, { region, database, ...given });
    if (isCopyHere) say(`No copy in a second region any more: it was in ${region}. Name another by --copy-to.`);
    if (remembered.length > 0) say(`Remembered in ${folder}/${fileName}, to be committed: ${remembered.join(', ')}.`);
    await applyParts(planned.parts, steps, patience);
    say('The project matches the topology.');
    return 0;
  } finally {
    await planned.close();
  }
}

async function destroy(gcloud: Gcloud, region: string, isDryRun: boolean, typed: Typed): Promise<number> {
  const say = lineTo(typed);
  if (isDryRun) {
    const parts = destroyParts(gcloud, region);
    say(renderPlan(parts, await readParts(parts, new Set())));
    say(`${stays}\nNothing was changed.`);
    return 0;
  }
  const isDown = await takeDown(gcloud, region, { say, ask: (question) => ask(question, typed) });
  return isDown ? 0 : 1;
}

/** @returns the line that was typed, or was piped in; nothing if the input ends */
async function ask(question: string, { input, out }: Typed): Promise<string> {
  out(question);
  const lines = createInterface({ input });
  for await (const line of lines) {
    lines.close();
    // What is piped in is not seen as it is read.
    if (!input.isTTY) out('\n');
    return line;
  }
  return '';
}

if (import.meta.main) await runTyped(provision);
