/** GitHub's webhooks: deployments, and the workflow runs that the policy names. */
import { isFinished } from '../incidents/facts/release-facts.ts';
import { headerOf, isSignedBy } from '../intake/sources/proof.ts';
import { stableId } from '../platform/ids.ts';
import { isObject, objectAt } from '../platform/loose.ts';
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

export const github: ReleaseSource = {
  tool: 'github',
  secretNames: ['GITHUB_WEBHOOK_SECRET'],
  challenge: 'Signature realm="metronome", headers="x-hub-signature-256"',
  needsBody: () => true,
  refuse({ headers }, bytes, config) {
    const [, given] = /^sha256=([\da-f]{64})$/.exec(headerOf(headers, 'x-hub-signature-256') ?? '') ?? [];
    if (!given) return 'It needs X-Hub-Signature-256, once: sha256= and 64 hex digits.';
    const scheme = { algorithm: 'sha256', encoding: 'hex', parts: [bytes] } as const;
    if (isSignedBy(config.GITHUB_WEBHOOK_SECRET, given, scheme)) return undefined;
    return 'X-Hub-Signature-256 is not that of this body under GITHUB_WEBHOOK_SECRET.';
  },
  read(body, receivedAt, policy) {
    if (!isObject(body)) throw new NotARelease('The body is not one JSON object.');
    if (isObject(body.deployment_status)) return readDeployment(body, receivedAt, policy);
    if (isObject(body.workflow_run)) return readRun(body, receivedAt, policy);
    return {
      ignored:
        typeof body.zen === 'string' ? 'ping' : 'an event that is neither a deployment status nor a workflow run',
    };
  },
};

/** `inactive` comes for every older deployment of the environment: it is no release. */
const states: Record<string, string | undefined> = {
  queued: 'QUEUED',
  pending: 'PENDING',
  in_progress: 'WORKING',
  success: 'SUCCESS',
  failure: 'FAILURE',
  error: 'FAILURE',
};

function readDeployment(body: Record<string, unknown>, receivedAt: Date, policy: Policy): ReleaseReading {
  const [news, deployment] = [objectAt(body, 'deployment_status'), objectAt(body, 'deployment')];
  const repository = textIn(objectAt(body, 'repository').full_name);
  const environment = textIn(deployment.environment) ?? textIn(news.environment) ?? '';
  const [id, state] = [deployment.id, textIn(news.state) ?? ''];
  if (!Number.isSafeInteger(id) || !repository) throw new NotARelease('The deployment has no id, or no repository.');
  const status = Object.hasOwn(states, state) ? states[state] : undefined;
  if (!status) return { ignored: `a deployment that is ${state || 'in no state'}` };
  if (!isProduction(environment, policy)) return { ignored: 'a deployment to another environment than production' };
  const toldAt = timeIn(news.updated_at, news.created_at) ?? receivedAt;
  return {
    release: releaseOf({
      id: stableId('rel', 'github', repository, String(id)),
      source: 'github',
      status,
      repository,
      environment,
      startedAt: timeIn(deployment.created_at) ?? toldAt,
      finishedAt: isFinished(status) ? toldAt : undefined,
      toldAt,
      commit: textIn(deployment.sha),
      branch: textIn(objectAt(body, 'workflow_run').head_branch) ?? textIn(deployment.ref),
      trigger: textIn(objectAt(body, 'workflow').name) ?? textIn(deployment.task),
      url: linkIn(news.log_url, news.target_url),
    }),
  };
}

const conclusions: Record<string, string | undefined> = {
  success: 'SUCCESS',
  failure: 'FAILURE',
  timed_out: 'FAILURE',
  startup_failure: 'FAILURE',
  cancelled: 'CANCELLED',
};

/** A workflow tests as often as it deploys: only the policy knows which are releases. Its name is the step that ran. */
function readRun(body: Record<string, unknown>, receivedAt: Date, policy: Policy): ReleaseReading {
  const run = objectAt(body, 'workflow_run');
  const repository = textIn(objectAt(body, 'repository').full_name);
  const [name, conclusion] = [textIn(run.name) ?? '', textIn(run.conclusion) ?? ''];
  if (!Number.isSafeInteger(run.id) || !repository)
    throw new NotARelease('The workflow run has no id, or no repository.');
  if (!policy.evidence.workflows.includes(name))
    return { ignored: 'a run of a workflow that the policy does not name' };
  const status = Object.hasOwn(conclusions, conclusion) ? conclusions[conclusion] : undefined;
  if (!status) return { ignored: 'a workflow run that has not ended, or did nothing' };
  const toldAt = timeIn(run.updated_at) ?? receivedAt;
  return {
    release: releaseOf({
      id: stableId('rel', 'github-run', repository, String(run.id)),
      source: 'github',
      status,
      repository,
      trigger: name,
      steps: [{ name, status, mayFail: false }],
      startedAt: timeIn(run.run_started_at, run.created_at) ?? toldAt,
      finishedAt: toldAt,
      toldAt,
      commit: textIn(run.head_sha),
      branch: textIn(run.head_branch),
      url: linkIn(run.html_url),
    }),
  };
}
