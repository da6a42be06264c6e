/** `npm run provision`: the topology applied to a Google Cloud project. Safe to repeat; `--dry-run` changes nothing. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { commandLine, lineTo, runTyped, type Typed } from './command-line.ts';
import { applyParts } from './provision/apply.ts';
import { usualDatabase } from './provision/database.ts';
import { destroyParts, stays, takeDown } from './provision/destroy.ts';
import { enable } from './provision/enable.ts';
import { type Gcloud, gcloudOf } from './provision/gcloud.ts';
import { inRealTime } from './provision/patience.ts';
import { partsOf, readParts, renderPlan } from './provision/plan.ts';
import { activeAccount, NotReady, preflight } from './provision/preflight.ts';
import { enabledApis } from './provision/project.ts';
import { terraformOf } from './provision/terraform.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run provision -- --project P --region R [--operator EMAIL] [--cloud-build]
  [--database NAME] [--take-database] [--move-region] [--keep-in-region] [--dry-run] [--all] [--enable] [--destroy]
  [--copy-to REGION] [--export terraform]

  --dry-run   show the plan and change nothing; without an account, the plan for an empty project
  --all       also show what does not change
  --operator  email address for alerts about Metronome itself
  --cloud-build     also create the account that deploys from Cloud Build; it has almost an owner's rights
  --database        a database other than (default), for a project whose (default) belongs to another system;
                    FIRESTORE_DATABASE sets it too
  --take-database   take over a database that lacks Metronome's rules or is in another location:
                    its rules are replaced, and its documents with expireAt expire
  --move-region     point callers of Metronome in another region to this one
  --keep-in-region  store messages and secrets in this region only
  --enable    start the schedules and the alert policies; npm run deploy does so after its smoke test
  --copy-to   a second region, to which the database is exported each week
  --export    print the plan as Terraform configuration (main.tf.json) and change nothing
  --destroy   take Metronome down; asks for the project's name, and deletes no data
`;

const read = (args: string[]) =>
  parseArgs({
    args,
    options: {
      project: { type: 'string' },
      region: { type: 'string' },
      operator: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      'cloud-build': { type: 'boolean', default: false },
      'take-database': { type: 'boolean', default: false },
      'move-region': { type: 'boolean', default: false },
      'keep-in-region': { type: 'boolean', default: false },
      database: { type: 'string', default: usualDatabase() },
      enable: { type: 'boolean', default: false },
      destroy: { type: 'boolean', default: false },
      'copy-to': { type: 'string' },
      export: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;

const legend = `Lines with $ run that command; all others use Google's client libraries.`;

export const provision = commandLine(usage, async (typed) => {
  const values = read(typed.args);
  try {
    return await bring(values, typed);
  } catch (error) {
    typed.err(
      error instanceof NotReady
        ? `Nothing was changed.\n${error.reasons.map((each) => `  - ${each}`).join('\n')}\n`
        : `${reasonOf(error)}\n`,
    );
    return 1;
  }
});

async function bring(values: ReturnType<typeof read>, typed: Typed): Promise<number> {
  const { project, region } = values;
  if (values.help || !project || !region) {
    typed.out(usage);
    return values.help ? 0 : 2;
  }
  const say = lineTo(typed);
  const gcloud = gcloudOf(project);
  const choices = {
    operatorEmail: values.operator,
    hasCloudBuild: values['cloud-build'],
    takesDatabase: values['take-database'],
    movesRegion: values['move-region'],
    staysInRegion: values['keep-in-region'],
    database: values.database,
    copyTo: values['copy-to'],
  };
  if (values.export !== undefined) {
    if (values.export !== 'terraform') throw new NotReady([`--export takes terraform, not ${values.export}.`]);
    typed.out(terraformOf({ project, region, ...choices }));
    return 0;
  }
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
  if (values.destroy) return destroy(gcloud, region, values['dry-run'], typed);
  const { projectNumber, auth, reasons } = await preflight(gcloud, account);
  if (reasons.length > 0 && !values['dry-run']) throw new NotReady(reasons);
  if (reasons.length > 0) say(`Before this can be applied:\n${reasons.map((each) => `  - ${each}`).join('\n')}\n`);
  if (values.enable && !values['dry-run']) {
    await enable(gcloud, region, inRealTime(say));
    say('The schedules and the alert policies are on.');
    return 0;
  }
  const planned = await partsOf({ project, region, projectNumber, gcloud, auth, ...choices });
  try {
    const apis = await enabledApis(gcloud);
    say(`${legend}\n`);
    const steps = await readParts(planned.parts, apis);
    say(renderPlan(planned.parts, steps, values.all));
    if (values['dry-run']) say('Nothing was changed. Run it without --dry-run to apply the plan.');
    else {
      await applyParts(planned.parts, steps, inRealTime(say));
      say('The project matches the topology.');
    }
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

/** @returns the line that was typed, or was piped in; nothing where the input ends */
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
