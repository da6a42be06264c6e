/**
 * One release: its revisions are deployed beside the serving ones, tested there, and only then get all traffic. If a second
 * test fails, traffic returns to the last good release.
 */

import { explainLost, lostVariables } from '../deployment-file.ts';
import { type Gcloud, runTool, typed } from '../provision/gcloud.ts';
import { refuseStrangers } from '../provision/services.ts';
import { defaultDatabase } from '../provision/whose.ts';
import { reasonOf } from '../reason-of.ts';
import { type FunctionSpec, functions } from '../topology.ts';
import {
  builder,
  type Code,
  type Command,
  candidateCommands,
  candidateTag,
  type DeployTarget,
  goodCommand,
  inOrder,
  revisionOf,
  trafficCommand,
  variablesOf,
} from './commands.ts';
import { waitForIndexes } from './indexes.ts';
import type { Time } from './smoke.ts';
import {
  goodRelease,
  imageOf,
  originOfImage,
  type Revision,
  readState,
  releases,
  revisionsIn,
  type State,
  serving,
  servingRevisions,
} from './state.ts';

export interface Releasing {
  target: DeployTarget;
  gcloud: Gcloud;
  time: Time;
  /** @throws Error if what is under this tag, or what serves, does not do its work */
  smokeTest(tag?: string): Promise<void>;
}

export async function release(releasing: Releasing, code: Code): Promise<void> {
  const { gcloud, time } = releasing;
  const before = await readState(gcloud, releasing.target.region);
  const origin = 'image' in code ? originOfImage(before, code.image) : releasing.target.origin;
  const target = { ...releasing.target, origin };
  refuseStrangers(before.services);
  refuseLoss(target, before);
  const image = await deployCandidates({ ...releasing, target }, code, before);
  await waitForIndexes(gcloud, target.configuration.database ?? defaultDatabase, time);
  try {
    await releasing.smokeTest(candidateTag);
  } catch (error) {
    time.say(`The smoke test failed: ${reasonOf(error)}`);
    const served = servingRevisions(before).size;
    const others = served < functions.length ? ', and the others are new' : '';
    const isAsBefore = `No traffic was moved: ${served} of ${functions.length} services still serve the previous release${others}.`;
    throw new Error(`${isAsBefore} What was tried is at the tag ${candidateTag}.`, { cause: error });
  }
  try {
    for (const group of inOrder) {
      await forAll(group, (spec) => [trafficCommand(spec, revisionOf(spec, target.release), target)], releasing);
    }
    await releasing.smokeTest();
  } catch (error) {
    time.say(`${target.release} failed: ${reasonOf(error)}`);
    await rollBack(releasing, undefined, servingRevisions(before));
    throw new Error('The deployment was rolled back.', { cause: error });
  }
  await forAll(functions, (spec) => [goodCommand(spec, target.release, target)], releasing);
  time.say(`${target.release} serves, and is good: --image ${image} deploys the same elsewhere.`);
}

/** @throws Error naming each variable that serves and would be lost */
function refuseLoss(target: DeployTarget, before: State): void {
  const next = new Map(functions.map((spec) => [spec.service, variablesOf(spec, target)]));
  const lost = lostVariables(serving(before), next, target.configuration);
  if (lost.length > 0) throw new Error(explainLost(lost, target.project));
}

/** @returns the image of all of them, by its digest */
async function deployCandidates(releasing: Releasing, code: Code, before: State): Promise<string> {
  const { target, gcloud } = releasing;
  const commandsFor = (from: Code) => (spec: FunctionSpec) =>
    candidateCommands(spec, from, !before.services.has(spec.service), target);
  if ('image' in code) {
    await forAll(functions, commandsFor(code), releasing);
    return code.image;
  }
  await forAll([builder], commandsFor(code), releasing);
  const revision = revisionOf(builder, target.release);
  const describe = ['run', 'revisions', 'describe', revision, `--region=${target.region}`];
  const image = imageOf(await gcloud.json<Revision>(describe));
  if (!image) throw new Error(`${revision} does not say by its digest which image it is.`);
  await forAll(
    functions.filter((spec) => spec !== builder),
    commandsFor({ image }),
    releasing,
  );
  return image;
}

/**
 * All traffic to the last good release, or to a named one.
 * @param before what each service served, where no release is known to be good yet
 * @throws Error naming each that did not go back
 */
export async function rollBack(
  releasing: Pick<Releasing, 'target' | 'gcloud' | 'time'>,
  named: string | undefined,
  before: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const { target, gcloud, time } = releasing;
  const state = await readState(gcloud, target.region);
  const wanted = named ?? goodRelease(state);
  const revisions = wanted ? revisionsIn(state, wanted) : before;
  const known = `There are ${releases(state).join(', ') || 'none'}: --only rollback --release NAME goes back to one.`;
  if (revisions.size === 0) {
    const why = wanted ? `nothing is left of ${wanted}` : 'no release is known to be good';
    throw new Error(`Nothing to go back to: ${why}. ${known}`);
  }
  const now = servingRevisions(state);
  const stays = functions.filter(({ service }) => !revisions.has(service) && now.has(service));
  if (stays.length > 0)
    time.say(`Not in ${wanted}, and not changed: ${stays.map(({ service }) => service).join(', ')}`);
  const moved = functions.filter(
    ({ service }) => revisions.has(service) && revisions.get(service) !== now.get(service),
  );
  if (moved.length === 0) time.say(`All services already serve ${wanted}. ${known}`);
  await forAll(moved, (spec) => [trafficCommand(spec, revisions.get(spec.service) ?? '', target)], releasing);
  if (!named) return;
  // A release that somebody rolled back is no longer good: a deployment that fails later must not restore it.
  const there = functions.filter(({ service }) => state.services.has(service));
  const goodOf = (spec: FunctionSpec) => (revisions.has(spec.service) ? named : undefined);
  await forAll(there, (spec) => [goodCommand(spec, goodOf(spec), target)], releasing);
}

/** Runs the commands of all services at once, those of one service in order. @throws Error naming each that failed */
async function forAll(
  specs: readonly FunctionSpec[],
  commandsFor: (spec: FunctionSpec) => readonly Command[],
  { time }: Pick<Releasing, 'time'>,
): Promise<void> {
  // A failure does not stop the others.
  const failures: string[] = [];
  const work = async (spec: FunctionSpec) => {
    for (const { tool, args, does } of commandsFor(spec)) {
      time.say(does);
      await runTool(tool, args).catch((error: unknown) => {
        failures.push(`${does}: ${reasonOf(error)}`);
        throw error;
      });
    }
  };
  await Promise.allSettled(specs.map(work));
  if (failures.length > 0) throw new Error(`Not all of it was done:\n${failures.join('\n')}`);
}

/** For a dry run: the commands as one would type them. */
export function renderCommands(target: DeployTarget, code: Code): string {
  const image = 'image' in code ? code.image : 'IMAGE@sha256:DIGEST';
  const rest = functions.filter((spec) => spec !== builder);
  const all = [
    ...candidateCommands(builder, code, false, target),
    ...rest.flatMap((spec) => candidateCommands(spec, { image }, false, target)),
    ...inOrder.flat().map((spec) => trafficCommand(spec, revisionOf(spec, target.release), target)),
    ...functions.map((spec) => goodCommand(spec, target.release, target)),
  ];
  return all.map(({ tool, args, does }) => `# ${does}\n${typed(tool, args)}`).join('\n');
}
