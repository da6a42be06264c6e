/** The real tools on a stand-in of one project, and what `npm run provision` does there. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { OAuth2Client } from 'google-auth-library';
import { applyParts } from '../../infra/provision/apply.ts';
import { gcloudOf } from '../../infra/provision/gcloud.ts';
import { partsOf, readParts, type Target } from '../../infra/provision/plan.ts';
import { enabledApis } from '../../infra/provision/project.ts';
import type { Step } from '../../infra/provision/step.ts';
import { loadGcloud } from './gcloud.ts';
import type { Google } from './google/google.ts';
import { type Project, projectId, projectNumber, region } from './google/project.ts';
import { serveProject } from './google/whole.ts';
import { toolEnvironment } from './tools.ts';

export const gcloud = gcloudOf(projectId);

/** Sets this process's variables, which the tools inherit. */
export async function startTools(project: Project): Promise<{ google: Google; stop(): Promise<void> }> {
  const google = await serveProject(project);
  Object.assign(process.env, toolEnvironment(google.url));
  const loaded = await loadGcloud(process.env);
  Object.assign(process.env, loaded.environment);
  process.env.PATH = `${loaded.bin}:${process.env.PATH}`;
  return {
    google,
    async stop() {
      loaded.stop();
      await google.stop();
      rmSync(dirname(process.env.CLOUDSDK_CONFIG ?? ''), { recursive: true, force: true });
    },
  };
}

export interface Choices extends Partial<Pick<Target, 'region' | 'database' | 'takesDatabase' | 'movesRegion'>> {
  /** The titles of the parts that are looked at; absent: all. */
  only?: readonly string[];
}

/** What `npm run provision` does, on the stand-in's clock. @returns the plan */
export async function provision(project: Project, { only, ...choices }: Choices = {}): Promise<Step[]> {
  const auth = new OAuth2Client();
  auth.setCredentials({ access_token: 'token' });
  const planned = await partsOf({
    project: projectId,
    projectNumber,
    region,
    operators: ['operator@shop.example'],
    hasCloudBuild: false,
    takesDatabase: false,
    staysInRegion: false,
    database: '(default)',
    gcloud,
    auth,
    ...choices,
  });
  try {
    const parts = planned.parts.filter(({ title }) => only?.includes(title) ?? true);
    const steps = await readParts(parts, await enabledApis(gcloud));
    await applyParts(parts, steps, { say: () => undefined, pause: async (ms) => project.advance(ms) });
    return steps.flat();
  } finally {
    await planned.close();
  }
}

export const changed = (steps: Step[]): string[] =>
  steps.filter(({ action }) => action !== 'keep').map(({ action, kind, name }) => `${action} ${kind} ${name}`);

/** Calls that change something, since then. */
export const changes = (google: Google, since: number): string[] =>
  google.calls
    .slice(since)
    .filter(
      ({ method, path }) =>
        method !== 'GET' &&
        !/:(?:getIamPolicy|testIamPermissions|getEffectiveOrgPolicy|listCollectionIds)\b|^\/oauth2/.test(path),
    )
    .map(({ method, path }) => `${method} ${path}`);
