/** `npm run provision`: the topology applied to a Google Cloud project. Safe to repeat; `--dry-run` changes nothing. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { applyParts } from './provision/apply.ts';
import { usualDatabase } from './provision/database.ts';
import { destroyParts, stays, takeDown } from './provision/destroy.ts';
import { type Gcloud, gcloudOf } from './provision/gcloud.ts';
import { inRealTime } from './provision/patience.ts';
import { partsOf, readParts, renderPlan } from './provision/plan.ts';
import { activeAccount, NotReady, preflight } from './provision/preflight.ts';
import { enabledApis } from './provision/project.ts';

const usage = `npm run provision -- --project P --region R [--operator EMAIL] [--cloud-build] [--take-rules]
  [--database NAME] [--keep-in-region] [--dry-run] [--all] [--destroy]

  --dry-run   show the plan and change nothing; without an account, the plan for an empty project
  --all       show what is kept as well
  --operator  who is told by mail when Metronome itself is unwell
  --cloud-build     also the account that deploys from Cloud Build; it may do almost what an owner may
  --take-rules      replace the rules of somebody else that (default) has
  --database        another database than (default), for a project whose (default) is somebody else's;
                    FIRESTORE_DATABASE says it as well
  --keep-in-region  messages and secrets are stored in the region alone
  --destroy   take it down; the project's name has to be typed, and no data is deleted
`;

const { values } = parseArgs({
  options: {
    project: { type: 'string' },
    region: { type: 'string' },
    operator: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    'cloud-build': { type: 'boolean', default: false },
    'take-rules': { type: 'boolean', default: false },
    'keep-in-region': { type: 'boolean', default: false },
    database: { type: 'string', default: usualDatabase() },
    destroy: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const choices = () => ({
  operatorEmail: values.operator,
  hasCloudBuild: values['cloud-build'],
  takesRules: values['take-rules'],
  staysInRegion: values['keep-in-region'],
  database: values.database,
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const legend = `A line with $ is done by that command, every other by Google's client libraries.`;

try {
  await main();
} catch (error) {
  if (error instanceof NotReady) {
    process.stderr.write(`Nothing was changed.\n${error.reasons.map((each) => `  - ${each}`).join('\n')}\n`);
  } else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { project, region } = values;
  if (values.help || !project || !region) {
    process.stdout.write(usage);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const gcloud = gcloudOf(project);
  const account = await activeAccount(gcloud);
  if (!account) {
    if (!values['dry-run'] || values.destroy)
      throw new NotReady(['There is no account. Install gcloud, then: gcloud auth login']);
    // Without credentials a client asks a metadata server that only Google's machines have.
    process.env.METADATA_SERVER_DETECTION ??= 'none';
    say(`There is no account to look with, so this is the plan for a project that has nothing yet.
PROJECT_NUMBER stands for the number that Google gave the project.
${legend}\n`);
    const planned = await partsOf({
      project,
      region,
      projectNumber: 'PROJECT_NUMBER',
      gcloud,
      ...choices(),
    });
    say(renderPlan(planned.parts, await readParts(planned.parts, undefined), values.all));
    return planned.close();
  }
  if (values.destroy) return destroy(gcloud, region);
  const { projectNumber, auth, reasons } = await preflight(gcloud, account);
  if (reasons.length > 0 && !values['dry-run']) throw new NotReady(reasons);
  if (reasons.length > 0) say(`Before this can be applied:\n${reasons.map((each) => `  - ${each}`).join('\n')}\n`);
  const planned = await partsOf({ project, region, projectNumber, gcloud, auth, ...choices() });
  try {
    const apis = await enabledApis(gcloud);
    say(`${legend}\n`);
    const steps = await readParts(planned.parts, apis);
    say(renderPlan(planned.parts, steps, values.all));
    if (values['dry-run']) return say('Nothing was changed. The same without --dry-run does it.');
    await applyParts(planned.parts, steps, inRealTime(say));
    say('It is as the topology says.');
  } finally {
    await planned.close();
  }
}

async function destroy(gcloud: Gcloud, region: string): Promise<void> {
  if (values['dry-run']) {
    const parts = destroyParts(gcloud, region);
    say(renderPlan(parts, await readParts(parts, new Set())));
    return say(`${stays}\nNothing was changed.`);
  }
  if (!(await takeDown(gcloud, region, { say, ask }))) process.exitCode = 1;
}

/** @returns the line that was typed, or was piped in; nothing where the input ends */
async function ask(question: string): Promise<string> {
  process.stdout.write(question);
  const input = createInterface({ input: process.stdin });
  for await (const line of input) {
    input.close();
    // What is piped in is not seen as it is read.
    if (!process.stdin.isTTY) process.stdout.write('\n');
    return line;
  }
  return '';
}
