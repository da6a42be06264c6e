/** `npm run deploy` on the stand-in and its clock, with the real gcloud. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployFrom } from '../../infra/deploy.ts';
import { typed } from '../infra/command.ts';
import { type Project, projectId, region } from './google/project.ts';
import { type Ran, top } from './tools.ts';

/** Where all bundles of this process are made; within the repository, as those of a deployment are. */
export const dist = join(top, 'dist', `tools-${process.pid}`);

/** @param configuration what deployment.json says of the project */
export async function deploy(project: Project, configuration: object, ...args: string[]): Promise<Ran> {
  const settings = process.env.CLOUDSDK_CONFIG ?? '';
  writeFileSync(join(settings, 'deployment.json'), JSON.stringify({ [projectId]: { region, ...configuration } }));
  // Two releases of one second would have one name.
  project.advance(1_000);
  const clock = { now: () => project.now, pause: async (ms: number) => project.advance(ms) };
  const place = ['--project', projectId, '--settings', settings];
  const environment = { ...process.env, SMOKE_ACCOUNT: `metronome-deploy@${projectId}.iam.gserviceaccount.com` };
  const { code, out, err } = await typed(deployFrom(dist, clock), [...place, ...args], environment);
  return { code, output: out + err };
}
