/**
 * What `gcloud run deploy` makes by itself and never empties: the repository of images and the bucket of sources. Made before
 * it, and Metronome's part gets a retention. Others may keep theirs in both, and set rules of their own: those stay.
 */
import { endpointOf } from './endpoints.ts';
import { byCommand, type Gcloud, unlessAbsent, withFile } from './gcloud.ts';
import { bring, compare, create, leave, type Part, type Step } from './step.ts';

/** The name that gcloud gives to the repository of every service that is deployed from source. */
const repository = 'cloud-run-source-deploy';
const ours = 'metronome-';
const keptDays = 30;
/** However old: a rollback may go back so far. One image is all functions, under the name of the service that built it. */
const keptImages = 5;

interface Repository {
  cleanupPolicies?: Record<string, CleanupPolicy>;
  cleanupPolicyDryRun?: boolean;
}

interface CleanupPolicy {
  id: string;
  action: string;
  condition?: Record<string, unknown>;
  mostRecentVersions?: Record<string, unknown>;
}

const cleanup: Record<string, CleanupPolicy> = {
  'metronome-newest': {
    id: 'metronome-newest',
    action: 'KEEP',
    mostRecentVersions: { packageNamePrefixes: [ours], keepCount: keptImages },
  },
  'metronome-old': {
    id: 'metronome-old',
    action: 'DELETE',
    condition: { tagState: 'ANY', olderThan: `${keptDays * 86_400}s`, packageNamePrefixes: [ours] },
  },
};

interface Bucket {
  projectNumber: string;
  metageneration: string;
  lifecycle?: { rule?: LifecycleRule[] };
}

interface LifecycleRule {
  action: { type: string };
  condition: { age?: number; matchesPrefix?: string[] } & Record<string, unknown>;
}

const oldSources: LifecycleRule = {
  action: { type: 'Delete' },
  condition: { age: keptDays, matchesPrefix: [`services/${ours}`] },
};

/** The longest name that a bucket may have; gcloud shortens a longer one in a way of its own. */
const longestBucketName = 63;

export interface Place {
  projectNumber: string;
  region: string;
}

/** @param accessToken for Cloud Storage, whose rules are changed as they were read: not by gcloud, which replaces them */
export function leftoverPart(gcloud: Gcloud, place: Place, accessToken: () => Promise<string>): Part {
  const { region } = place;
  const bucket = bucketOf(gcloud.project, region);
  const ask: Ask = async (method, path, body) =>
    fetch(`${endpointOf('STORAGE', '/storage/v1')}/b${path}`, {
      method,
      headers: { authorization: `Bearer ${await accessToken()}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const plan = (images: Repository | undefined, sources: Bucket | undefined): Step[] => [
    images
      ? bring('repository', repository, [], async () => undefined)
      : byCommand(gcloud, { kind: 'repository', name: repository, action: 'create', note: 'of the images' }, [
          'artifacts',
          'repositories',
          'create',
          repository,
          `--location=${region}`,
          '--repository-format=docker',
        ]),
    planCleanup(gcloud, region, images),
    planBucket(bucket, gcloud.project, place, sources, ask),
  ];
  return {
    title: 'Images and sources',
    api: 'artifactregistry.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan(undefined, undefined),
    read: async () => {
      const describe = ['artifacts', 'repositories', 'describe', repository, `--location=${region}`];
      const images = await unlessAbsent<Repository | undefined>(gcloud.json<Repository>(describe), undefined);
      const response = await ask('GET', `/${bucket}`);
      // Bucket names are global: a stranger's bucket may be unreadable.
      if (response.status === 403) return plan(images, { projectNumber: '', metageneration: '' });
      if (!response.ok && response.status !== 404) throw await failure(response);
      return plan(images, response.ok ? ((await response.json()) as Bucket) : undefined);
    },
  };
}

type Ask = (method: string, path: string, body?: object) => Promise<Response>;

const failure = async (response: Response): Promise<Error> =>
  new Error(`Cloud Storage answered ${response.status}: ${(await response.text()).slice(0, 500)}`);

/** In the form that gcloud derives. */
const bucketOf = (project: string, region: string): string =>
  `run-sources-${project.replaceAll(/[:.]/g, '_').replaceAll('google', 'elgoog')}-${region}`;

function planCleanup(gcloud: Gcloud, region: string, images: Repository | undefined): Step {
  const name = `of images after ${keptDays} days`;
  const found = images?.cleanupPolicies ?? {};
  const others = Object.values(found).filter(({ id }) => !(id in cleanup));
  const isDryRun = images?.cleanupPolicyDryRun ?? false;
  if (isDryRun && others.length > 0) {
    return leave(
      'cleanup',
      name,
      'the repository has cleanup policies of others that only try: ours would set them going',
    );
  }
  const differences = [
    ...compare(cleanup, found),
    ...(isDryRun ? [{ field: 'dry run', is: true, shouldBe: false }] : []),
  ];
  const args = ['artifacts', 'repositories', 'set-cleanup-policies', repository, `--location=${region}`];
  const apply = () =>
    withFile([...others, ...Object.values(cleanup)].map(inFile), (path) =>
      gcloud.run([...args, `--policy=${path}`, '--no-dry-run']),
    );
  const note = `the newest ${keptImages} of each function stay`;
  return Object.keys(found).length === 0
    ? create('cleanup', name, apply, note)
    : bring('cleanup', name, differences, apply);
}

const inFile = ({ id, action, condition, mostRecentVersions }: CleanupPolicy) => ({
  name: id,
  action: { type: action },
  ...(condition ? { condition } : {}),
  ...(mostRecentVersions ? { mostRecentVersions } : {}),
});

function planBucket(name: string, project: string, place: Place, found: Bucket | undefined, ask: Ask): Step {
  if (name.length > longestBucketName) return leave('bucket', name, 'the name is too long: gcloud takes another');
  if (found && found.projectNumber !== place.projectNumber) {
    return leave('bucket', name, 'it is another project’s: gcloud takes another name, and sources stay in that one');
  }
  const change = async (method: string, path: string, body: object) => {
    const response = await ask(method, path, body);
    if (!response.ok) throw await failure(response);
  };
  if (!found) {
    const body = {
      name,
      location: place.region,
      labels: { 'used-by': 'cloudrun' },
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
      lifecycle: { rule: [oldSources] },
    };
    const note = `of the sources, each for ${keptDays} days`;
    return create('bucket', name, () => change('POST', `?project=${project}`, body), note);
  }
  const rules = found.lifecycle?.rule ?? [];
  const isThere = rules.some((rule) => compare(oldSources, rule).length === 0);
  const differences = isThere ? [] : [{ field: 'lifecycle', is: rules, shouldBe: `sources go after ${keptDays} days` }];
  const lifecycle = { rule: [...rules.filter(isOfOthers), oldSources] };
  return bring('bucket', name, differences, () =>
    // Refused if it was changed after reading.
    change('PATCH', `/${name}?ifMetagenerationMatch=${found.metageneration}`, { lifecycle }),
  );
}

/** A rule that also covers others' resources belongs to somebody else: it stays beside ours. */
const isOfOthers = ({ condition }: LifecycleRule): boolean =>
  !condition.matchesPrefix?.every((prefix) => prefix.startsWith(`services/${ours}`));
