/** Reads a Cloud Build message as the facts that the review needs of a release. Pure. */
import type { ReleaseFacts } from '../incidents/facts/release-facts.ts';
import { readableText } from '../incidents/signals/signal.ts';
import { isPlausibleTime } from '../incidents/signals/times.ts';
import { defined } from '../platform/defined.ts';
import { listAt, objectAt } from '../platform/loose.ts';
import { buildAccount, checkAccount, deployAccount } from '../topology.ts';
import { linkIn, NotARelease, type Release, releaseOf, textIn } from './release-source.ts';

const mostSteps = 100;
const mostImages = 50;

/** `receivedAt` counts where the message states no start. @throws NotARelease if there is no id, or no status */
export function readBuild(body: unknown, receivedAt: Date): Release {
  const build = objectAt(body);
  const id = text(build.id);
  const status = text(build.status)?.toUpperCase();
  if (!id || !/^[\w-]{1,200}$/.test(id)) throw new NotARelease('The message has no build id.');
  if (!status) throw new NotARelease('The message has no build status.');
  const substitutions = objectAt(build.substitutions);
  const triggerId = text(build.buildTriggerId);
  // A build by hand has no trigger, whatever its substitutions say.
  const trigger = triggerId && (text(substitutions.TRIGGER_NAME) ?? triggerId);
  const source = objectAt(build, 'source', 'gitSource');
  const images = listAt(build, 'results', 'images').slice(0, mostImages);
  const tags = listAt(build.tags).slice(0, mostImages);
  return releaseOf({
    id,
    status,
    url: linkIn(build.logUrl),
    trigger,
    branch: text(substitutions.BRANCH_NAME),
    project: text(build.projectId),
    commit: text(substitutions.COMMIT_SHA) ?? text(source.revision),
    repository: text(substitutions.REPO_FULL_NAME) ?? text(substitutions.REPO_NAME) ?? linkIn(source.url),
    steps: listAt(build.steps).slice(0, mostSteps).map(readStep),
    images: images.flatMap((image) => text(objectAt(image).digest) ?? text(objectAt(image).name) ?? []),
    tags: tags.flatMap((tag) => text(tag) ?? []),
    startedAt: time(build.startTime) ?? time(build.createTime) ?? receivedAt,
    finishedAt: time(build.finishTime),
  });
}

const ownBuilder = new RegExp(`(?:^|/)(?:${buildAccount}|${checkAccount}|${deployAccount})@`);

/**
 * Whether Metronome made this build: its checks and deployments run as accounts that nothing else runs as; the tag is for a
 * trigger that runs as another account.
 */
export function isOwnBuild(body: unknown): boolean {
  const { serviceAccount, tags } = objectAt(body);
  return ownBuilder.test(text(serviceAccount) ?? '') || listAt(tags).includes('metronome-deployment');
}

/** Shell syntax that hides the command's failure. */
const swallows = /\|\|\s*(?:true|:|exit\s+0|echo\b)|\bset\s+\+(?:[a-df-z]*e|o\s+errexit\b)|;\s*(?:true|exit\s+0)\s*$/;

function readStep(value: unknown, index: number): ReleaseFacts['steps'][number] {
  const step = objectAt(value);
  const args = listAt(step.args).flatMap((arg) => text(arg) ?? []);
  const script = text(step.script) ?? (args[0] === '-c' || args[0] === '-ec' ? args[1] : undefined);
  const tool = text(step.entrypoint) ?? text(step.name)?.replace(/^.*\/|[:@].*$/g, '') ?? `step ${index}`;
  // `npm run test` needs its second word; a later one may be anything, the name of an image for instance.
  const words = script ?? args.slice(0, args[0] === 'run' ? 2 : 1).join(' ');
  const isAllowed = step.allowFailure === true || listAt(step.allowExitCodes).length > 0;
  return {
    name: readableText(text(step.id) ?? `${tool} ${words}`.trim(), 300),
    ...defined({ status: text(step.status) }),
    mayFail: isAllowed || swallows.test(script ?? ''),
  };
}

const text = (value: unknown): string | undefined => textIn(value, 2_000);

function time(value: unknown): Date | undefined {
  const at = new Date(text(value) ?? Number.NaN);
  return isPlausibleTime(at) ? at : undefined;
}
