/** GitLab's webhooks: deployments to production, and the pipelines that made them. Its signature is Standard Webhooks. */
import { isFinished } from '../incidents/facts/release-facts.ts';
import { headerOf } from '../intake/sources/proof.ts';
import { refuseSignature } from '../intake/sources/standard-webhooks.ts';
import { defined } from '../platform/defined.ts';
import { isOneOf } from '../platform/door.ts';
import { stableId } from '../platform/ids.ts';
import { isObject, objectAt, objectsAt } from '../platform/loose.ts';
import type { Policy } from '../policy.ts';
import {
  isProduction,
  linkIn,
  NotARelease,
  type ReleaseReading,
  type ReleaseSource,
  releaseOf,
  textIn,
  timeIn,
} from './release-source.ts';

const isSigningSecret = (secret: string): boolean => secret.startsWith('whsec_');

export const gitlab: ReleaseSource = {
  tool: 'gitlab',
  secretNames: ['GITLAB_WEBHOOK_TOKEN'],
  challenge: 'Token realm="metronome", headers="x-gitlab-token"',
  needsBody: ({ headers }) => headers['webhook-signature'] !== undefined,
  refuse(envelope, bytes, config, policy, now) {
    const secrets = config.GITLAB_WEBHOOK_TOKEN;
    // A signed request is judged by its signature only, never by the token beside it.
    if (envelope.headers['webhook-signature'] !== undefined)
      return refuseSignature(envelope, bytes, secrets.filter(isSigningSecret), policy, now, 'GITLAB_WEBHOOK_TOKEN');
    const tokens = secrets.filter((each) => !isSigningSecret(each));
    const given = headerOf(envelope.headers, 'x-gitlab-token');
    return isOneOf(given, tokens)
      ? undefined
      : 'X-Gitlab-Token is not GITLAB_WEBHOOK_TOKEN, and there is no signature.';
  },
  read(body, receivedAt, policy) {
    if (!isObject(body)) throw new NotARelease('The body is not one JSON object.');
    if (body.object_kind === 'deployment') return readDeployment(body, receivedAt, policy);
    if (body.object_kind === 'pipeline') return readPipeline(body, receivedAt, policy);
    return { ignored: 'an event that is neither a deployment nor a pipeline' };
  },
};

const statuses: Record<string, string | undefined> = {
  created: 'PENDING',
  pending: 'PENDING',
  running: 'WORKING',
  success: 'SUCCESS',
  failed: 'FAILURE',
  canceled: 'CANCELLED',
};
const statusOf = (status: unknown): string | undefined =>
  typeof status === 'string' && Object.hasOwn(statuses, status) ? statuses[status] : undefined;

function readDeployment(body: Record<string, unknown>, receivedAt: Date, policy: Policy): ReleaseReading {
  const repository = textIn(objectAt(body, 'project').path_with_namespace);
  const environment = textIn(body.environment) ?? '';
  if (!Number.isSafeInteger(body.deployment_id) || !repository)
    throw new NotARelease('The deployment has no id, or no project.');
  const status = statusOf(body.status);
  if (!status) return { ignored: 'a deployment that neither runs nor has ended' };
  if (body.environment_tier !== 'production' && !isProduction(environment, policy))
    return { ignored: 'a deployment to another environment than production' };
  const toldAt = timeIn(body.status_changed_at) ?? receivedAt;
  return {
    release: releaseOf({
      id: stableId('rel', 'gitlab', repository, String(body.deployment_id)),
      source: 'gitlab',
      status,
      repository,
      environment,
      trigger: 'deployment',
      startedAt: toldAt,
      finishedAt: isFinished(status) ? toldAt : undefined,
      toldAt,
      // The body has only the short hash; the commit's address ends with the full one.
      commit: /\/commit\/([\da-f]{40})$/.exec(textIn(body.commit_url, 2_000) ?? '')?.[1] ?? textIn(body.short_sha),
      branch: textIn(body.ref),
      title: textIn(body.commit_title),
      url: linkIn(body.deployable_url),
    }),
  };
}

const mostSteps = 100;

/** Most pipelines release nothing: one counts that has a job for production, and tells which of its tests ran. */
function readPipeline(body: Record<string, unknown>, receivedAt: Date, policy: Policy): ReleaseReading {
  const pipeline = objectAt(body, 'object_attributes');
  const repository = textIn(objectAt(body, 'project').path_with_namespace);
  if (!Number.isSafeInteger(pipeline.id) || !repository)
    throw new NotARelease('The pipeline has no id, or no project.');
  const status = statusOf(pipeline.status);
  const jobs = objectsAt(body, 'builds').slice(0, mostSteps);
  const isRelease = jobs.some(({ environment, status }) => {
    const { name, deployment_tier: tier } = objectAt(environment);
    return (
      status !== 'manual' && status !== 'skipped' && (tier === 'production' || isProduction(textIn(name) ?? '', policy))
    );
  });
  if (!status || !isRelease) return { ignored: 'a pipeline that releases nothing' };
  const toldAt = timeIn(pipeline.finished_at) ?? receivedAt;
  return {
    release: releaseOf({
      id: stableId('rel', 'gitlab-pipeline', repository, String(pipeline.id)),
      source: 'gitlab',
      status,
      repository,
      trigger: textIn(pipeline.source) ?? 'pipeline',
      steps: jobs.map((job) => ({
        name: [textIn(job.stage), textIn(job.name)].filter((each) => each).join(' ') || 'job',
        ...defined({ status: statusOf(job.status) }),
        mayFail: job.allow_failure === true,
      })),
      startedAt: timeIn(pipeline.created_at) ?? toldAt,
      finishedAt: isFinished(status) ? toldAt : undefined,
      toldAt,
      commit: textIn(pipeline.sha),
      branch: textIn(pipeline.ref),
      url: linkIn(pipeline.url),
    }),
  };
}
