/**
 * Metronome's state on Cloud Run: which revision serves, which ones are good, and what each was deployed with. The decisions
 * are pure.
 */

import type { Serving } from '../deployment-file.ts';
import type { Gcloud } from '../provision/gcloud.ts';
import { type Service, servicesOf } from '../provision/services.ts';
import { functions } from '../topology.ts';
import { goodTag, revisionOf } from './commands.ts';
import { type Origin, unknownOrigin } from './origin.ts';

export interface Revision {
  metadata: { name: string; creationTimestamp?: string; labels?: Record<string, string> };
  spec: { containers: { image: string; env?: Variable[] }[] };
  status?: { imageDigest?: string };
}

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string } };
}

export interface State {
  services: ReadonlyMap<string, Service>;
  revisions: ReadonlyMap<string, Revision>;
}

export async function readState(gcloud: Gcloud, region: string): Promise<State> {
  const [services, found] = await Promise.all([
    servicesOf(gcloud, region),
    gcloud.json<Revision[]>(['run', 'revisions', 'list', `--region=${region}`]),
  ]);
  return { services, revisions: new Map(found.map((each) => [each.metadata.name, each])) };
}

/** @returns the revision that has most of the traffic of each service */
export function servingRevisions({ services }: State): Map<string, string> {
  return new Map(
    functions.flatMap(({ service }) => {
      const traffic = services.get(service)?.status?.traffic ?? [];
      const most = traffic.toSorted((one, other) => (other.percent ?? 0) - (one.percent ?? 0))[0];
      return most?.percent && most.revisionName ? [[service, most.revisionName] as const] : [];
    }),
  );
}

/** If the serving revision is not in the list, its variables are unknown and are not compared. */
export function serving(state: State): Serving[] {
  return [...servingRevisions(state)].map(([service, name]) => {
    const revision = state.revisions.get(name);
    if (!revision) throw new Error(`${service} serves ${name}, which is not among its revisions.`);
    const plain = (revision.spec.containers[0]?.env ?? []).filter((each) => each.valueFrom === undefined);
    return { service, variables: new Map(plain.map(({ name: variable, value = '' }) => [variable, value])) };
  });
}

/**
 * The newest release with a revision that is tagged as good. One is enough: they are tagged once all have passed the smoke
 * test together, and tagging may have stopped halfway.
 */
export function goodRelease({ services }: State): string | undefined {
  const good = functions.flatMap((spec) =>
    (services.get(spec.service)?.status?.traffic ?? []).flatMap(({ tag, revisionName }) =>
      tag === goodTag ? (releaseOf(spec.service, revisionName) ?? []) : [],
    ),
  );
  return good.toSorted().at(-1);
}

/** Releases sort by the time they began at. */
export const releaseName = (nowMs: number): string =>
  `r${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`;

export const releaseOf = (service: string, revision = ''): string | undefined =>
  revision.startsWith(`${service}-r`) ? revision.slice(service.length + 1) : undefined;

/** All releases that still have revisions, newest first. */
export function releases({ revisions }: State): string[] {
  const found = functions.flatMap(({ service }) =>
    [...revisions.keys()].flatMap((name) => releaseOf(service, name) ?? []),
  );
  return [...new Set(found)]
    .filter((each) => /^r\d{8}-\d{6}$/.test(each))
    .toSorted()
    .toReversed();
}

/** The revision of each service in that release; a service that is newer has none. */
export function revisionsIn({ revisions }: State, release: string): Map<string, string> {
  return new Map(
    functions.flatMap((spec) => {
      const name = revisionOf(spec, release);
      return revisions.has(name) ? [[spec.service, name] as const] : [];
    }),
  );
}

/** @returns undefined if it does not name its image by a digest, as Cloud Run does */
export const imageOf = ({ spec, status }: Revision): string | undefined =>
  [status?.imageDigest, spec.containers[0]?.image].find((each) => each?.includes('@sha256:'));

export const originOf = ({ metadata: { labels } }: Revision): Origin => ({
  version: labels?.version?.replaceAll('_', '.') ?? unknownOrigin.version,
  commit: labels?.commit ?? unknownOrigin.commit,
});

/** Finds the code of an image, which is named by its digest, by the revisions that run the same digest. */
export function originOfImage({ revisions }: State, image: string): Origin {
  const digestOf = (name: string | undefined) => name?.slice(name.indexOf('@'));
  const same = [...revisions.values()].filter((each) => digestOf(imageOf(each)) === digestOf(image)).map(originOf);
  return same.find(({ commit }) => commit !== unknownOrigin.commit) ?? unknownOrigin;
}
