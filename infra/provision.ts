/** `npm run provision`: the topology applied to a Google Cloud project. Safe to repeat; `--dry-run` changes nothing. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { destroyParts, stays, takeDown } from './provision/destroy.ts';
import { type Gcloud, gcloudOf } from './provision/gcloud.ts';
import { partsOf, readParts, renderPlan, summary } from './provision/plan.ts';
import { activeAccount, NotReady, preflight } from './provision/preflight.ts';
import { enabledApis } from './provision/project.ts';
import { applySteps, type Part } from './provision/step.ts';

const usage = `npm run provision -- --project P --region R [--operator EMAIL] [--dry-run] [--all] [--destroy]

  --dry-run   show the plan and change nothing; without an account, the plan for an empty project
  --all       show what is kept as well
  --operator  who is told by mail when Metronome itself is unwell
  --destroy   take it down; the project's name has to be typed, and no data is deleted
`;

const { values } = parseArgs({
  options: {
    project: { type: 'string' },
    region: { type: 'string' },
    operator: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    destroy: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
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
    if (!values['dry-run']) throw new NotReady(['There is no account. Install gcloud, then: gcloud auth login']);
    // Without credentials a client asks a metadata server that only Google's machines have.
    process.env.METADATA_SERVER_DETECTION ??= 'none';
    say(`There is no account to look with, so this is the plan for a project that has nothing yet.
PROJECT_NUMBER stands for the number that Google gave the project.
${legend}\n`);
    const planned = await partsOf({
      project,
      region,
      projectNumber: 'PROJECT_NUMBER',
      operatorEmail: values.operator,
      gcloud,
    });
    say(renderPlan(planned.parts, await readParts(planned.parts, undefined), values.all));
    return planned.close();
  }
  if (values.destroy) return destroy(gcloud, region);
  const { projectNumber, auth, reasons } = await preflight(gcloud, account);
  if (reasons.length > 0 && !values['dry-run']) throw new NotReady(reasons);
  if (reasons.length > 0) say(`Before this can be applied:\n${reasons.map((each) => `  - ${each}`).join('\n')}\n`);
  const planned = await partsOf({ project, region, projectNumber, operatorEmail: values.operator, gcloud, auth });
  try {
    const apis = await enabledApis(gcloud);
    say(`${legend}\n`);
    say(renderPlan(planned.parts, await readParts(planned.parts, apis), values.all));
    if (values['dry-run']) say('Nothing was changed. The same without --dry-run does it.');
    else await apply(planned.parts);
  } finally {
    await planned.close();
  }
}

/** Each part is read again just before: what an earlier part made may be all that it lacked. */
async function apply(parts: readonly Part[]): Promise<void> {
  for (const part of parts) {
    const steps = await part.read();
    const changed = await applySteps(steps, part.isOneByOne);
    if (changed > 0) say(`${part.title}: ${summary([steps])}, done`);
  }
  say('It is as the topology says.');
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
