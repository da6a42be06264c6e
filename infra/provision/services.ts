/** The existing Cloud Run services and their owners: a deployment labels its own. */
import { functions } from '../topology.ts';
import type { Gcloud } from './gcloud.ts';

export interface Service {
  metadata: { name: string; labels?: Record<string, string> };
  status?: { traffic?: { revisionName?: string; percent?: number; tag?: string }[] };
}

export const ownLabel = { app: 'metronome' } as const;

export const isOurs = (found: Service | undefined): boolean => found?.metadata.labels?.app === ownLabel.app;

/** By name. */
export async function servicesOf(gcloud: Gcloud, region: string): Promise<Map<string, Service>> {
  const found = await gcloud.json<Service[]>(['run', 'services', 'list', `--region=${region}`]);
  return new Map(found.map((each) => [each.metadata.name, each]));
}

/** @throws Error if a service of a name of ours is somebody else's: a deployment would take it over */
export function refuseStrangers(found: ReadonlyMap<string, Service>): void {
  const theirs = functions.filter(({ service }) => found.has(service) && !isOurs(found.get(service)));
  if (theirs.length === 0) return;
  const names = theirs.map((each) => each.service).join(', ');
  throw new Error(
    `Not deployed. These existing services have one of Metronome’s names but lack its label app=metronome, so they belong to another system: ${names}. Choose another project or region.`,
  );
}
