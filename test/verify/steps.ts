/** The steps of `npm run verify`: those of `.ci/run` first, then all that takes longer. */
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Step {
  name: string;
  /** An npm script, and what it is given. */
  script: string;
  options?: readonly string[];
  /** The Vitest project whose result is counted; a step without one counts as one. */
  project?: string;
  /** What the step needs of the machine: why it cannot run here, or folders to put in front of the path. */
  needs?: () => { lacks: string } | { path: readonly string[] };
  /** Whether `.ci/run` has the step as well. */
  decides?: true;
}

export const steps: readonly Step[] = [
  { name: 'tests', script: 'test', project: 'main', decides: true },
  { name: 'cloud', script: 'test:cloud', project: 'cloud', decides: true },
  { name: 'lint', script: 'lint', decides: true },
  { name: 'samples', script: 'samples', decides: true },
  { name: 'browser', script: 'test:browser', project: 'browser', needs: chromium },
  { name: 'long', script: 'test:long', project: 'long' },
  { name: 'figures', script: 'bench', options: ['--check', '--quick'] },
  { name: 'alertmanager', script: 'test:alertmanager', project: 'alertmanager', needs: alertmanager },
  { name: 'tools', script: 'test:tools', project: 'tools', needs: gcloud },
  { name: 'planted', script: 'test:planted', project: 'planted' },
  // `main.ts` adds since when.
  { name: 'mutants', script: 'test:mutants' },
];

const onPath = (...names: string[]): boolean =>
  names.some((name) => globSync((process.env.PATH ?? '').split(':').map((folder) => join(folder, name))).length > 0);

function chromium(): ReturnType<NonNullable<Step['needs']>> {
  if (process.env.CHROMIUM_PATH || onPath('chromium', 'google-chrome', 'google-chrome-stable')) return { path: [] };
  return { lacks: 'there is no Chromium: apt-get install chromium fonts-noto-cjk, or set CHROMIUM_PATH' };
}

function alertmanager(): ReturnType<NonNullable<Step['needs']>> {
  if (onPath('prometheus-alertmanager')) return { path: [] };
  return { lacks: 'there is no Alertmanager: apt-get install prometheus-alertmanager' };
}

function gcloud(): ReturnType<NonNullable<Step['needs']>> {
  if (onPath('gcloud')) return { path: [] };
  const unpacked = join(homedir(), 'google-cloud-sdk/bin');
  if (globSync(join(unpacked, 'gcloud')).length > 0) return { path: [unpacked] };
  return { lacks: `there is no gcloud on the path or in ${unpacked}` };
}
