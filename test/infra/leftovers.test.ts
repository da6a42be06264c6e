import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Gcloud } from '../../infra/provision/gcloud.ts';
import { leftoverPart } from '../../infra/provision/leftovers.ts';
import { applySteps, type Step } from '../../infra/provision/step.ts';

const place = { projectNumber: '424242', region: 'asia-northeast1' };
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  delete process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE;
});

/** What Cloud Storage and gcloud were asked. */
let asked: { call: string; authorization?: string | undefined; body?: unknown }[];
beforeEach(() => {
  asked = [];
});

/** The plan where the repository and the bucket are so; a bucket's number is the status of its answer. */
async function planOf(repository: object | undefined, bucket: object | number, project = 'shop', refused = 0) {
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await textOf(request);
    const { method, url, headers } = request;
    asked.push({
      call: `${method} ${url}`,
      authorization: headers.authorization,
      ...(body && { body: JSON.parse(body) }),
    });
    if (method !== 'GET' && refused) return void response.writeHead(refused).end('changed meanwhile');
    if (typeof bucket === 'number' && method === 'GET') return void response.writeHead(bucket).end('{}');
    response.end(JSON.stringify(bucket));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE = `http://127.0.0.1:${port}/`;
  const gcloud: Gcloud = {
    project,
    run: async (args) => {
      const file = args.find((each) => each.startsWith('--policy='))?.slice('--policy='.length);
      const call = args.filter((each) => !each.startsWith('--policy=')).join(' ');
      asked.push({ call, ...(file && { body: JSON.parse(readFileSync(file, 'utf8')) }) });
      return '';
    },
    json: async <T>(args: readonly string[]) => {
      if (args.join(' ') !== 'artifacts repositories describe cloud-run-source-deploy --location=asia-northeast1')
        throw new Error(`Nobody should ask for ${args.join(' ')}`);
      if (!repository) throw new Error('NOT_FOUND: it is not there');
      return repository as T;
    },
  };
  const steps = await leftoverPart(gcloud, place, async () => 'token').read();
  return Object.fromEntries(steps.map((each) => [each.kind, each]));
}

const theirs = { id: 'theirs', action: 'DELETE', condition: { tagState: 'ANY', olderThan: '86400s' } };

describe('what deployments leave behind', () => {
  test('cleanup policies of others that only try are not set going by ours', async () => {
    const { cleanup } = await planOf({ cleanupPolicies: { theirs }, cleanupPolicyDryRun: true }, 404);
    expect(cleanup).toMatchObject({ action: 'leave', note: expect.stringContaining('only try') });
    const { cleanup: beside } = await planOf({ cleanupPolicies: { theirs } }, 404);
    expect(beside?.action).toBe('update');
  });

  test('a bucket of another project is left alone, whether it may be looked at or not', async () => {
    expect((await planOf({}, 403)).bucket?.action).toBe('leave');
    expect((await planOf({}, { projectNumber: '1', metageneration: '1' })).bucket?.action).toBe('leave');
    expect((await planOf({}, 404)).bucket?.action).toBe('create');
  });

  test('where Cloud Storage does not answer, nothing is planned', async () => {
    await expect(planOf({}, 503)).rejects.toThrow('Cloud Storage answered 503');
  });

  test('a project whose bucket gcloud would call otherwise keeps its sources, and is told', async () => {
    // `run-sources-`, the project, and the region: 63 characters at most.
    const project = 'p'.repeat(63 - 'run-sources--asia-northeast1'.length);
    expect((await planOf({}, 404, project)).bucket).toMatchObject({ action: 'create' });
    expect((await planOf({}, 404, `${project}p`)).bucket).toMatchObject({ action: 'leave' });
  });

  const set =
    'artifacts repositories set-cleanup-policies cloud-run-source-deploy --location=asia-northeast1 --no-dry-run';
  const oldSources = { action: { type: 'Delete' }, condition: { age: 30, matchesPrefix: ['services/metronome-'] } };
  /** As Artifact Registry tells them, and as gcloud takes them. */
  const newest = { mostRecentVersions: { packageNamePrefixes: ['metronome-'], keepCount: 5 } };
  const old = { condition: { tagState: 'ANY', olderThan: '2592000s', packageNamePrefixes: ['metronome-'] } };
  const own = {
    'metronome-newest': { id: 'metronome-newest', action: 'KEEP', ...newest },
    'metronome-old': { id: 'metronome-old', action: 'DELETE', ...old },
  };
  const ownInFile = [
    { name: 'metronome-newest', action: { type: 'KEEP' }, ...newest },
    { name: 'metronome-old', action: { type: 'DELETE' }, ...old },
  ];
  const bucketOf = (...rule: object[]) => ({ projectNumber: '424242', metageneration: '12', lifecycle: { rule } });
  const apply = (steps: Record<string, Step>) => applySteps(Object.values(steps), true);

  test('is made beforehand where nothing is there: images stay 30 days and the newest five, sources 30 days', async () => {
    await apply(await planOf(undefined, 404, 'example.com:google-shop'));
    expect(asked).toEqual([
      { call: 'GET /b/run-sources-example_com_elgoog-shop-asia-northeast1', authorization: 'Bearer token' },
      {
        call: 'artifacts repositories create cloud-run-source-deploy --location=asia-northeast1 --repository-format=docker',
      },
      { call: set, body: ownInFile },
      {
        call: 'POST /b?project=example.com:google-shop',
        authorization: 'Bearer token',
        body: {
          name: 'run-sources-example_com_elgoog-shop-asia-northeast1',
          location: 'asia-northeast1',
          labels: { 'used-by': 'cloudrun' },
          iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
          lifecycle: { rule: [oldSources] },
        },
      },
    ]);
  });

  test('is kept where it has its end already, whatever others have set beside it', async () => {
    const anothers = { action: { type: 'Delete' }, condition: { age: 1, matchesPrefix: ['exports/'] } };
    const steps = await planOf({ cleanupPolicies: { ...own, theirs } }, bucketOf(anothers, oldSources));
    expect(Object.values(steps).map(({ action }) => action)).toEqual(['keep', 'keep', 'keep']);
  });

  test.each([
    ['that only tries', { cleanupPolicies: own, cleanupPolicyDryRun: true }, ['dry run']],
    [
      'that keeps fewer',
      {
        cleanupPolicies: {
          ...own,
          'metronome-newest': { ...own['metronome-newest'], mostRecentVersions: { keepCount: 1 } },
        },
      },
      ['metronome-newest.mostRecentVersions.packageNamePrefixes', 'metronome-newest.mostRecentVersions.keepCount'],
    ],
  ])('a cleanup of ours %s is set going again', async (_, repository, fields) => {
    const { cleanup } = await planOf(repository, 404);
    expect([cleanup?.action, cleanup?.differences.map(({ field }) => field)]).toEqual(['update', fields]);
    await apply({ cleanup: cleanup as Step });
    expect(asked.at(-1)).toEqual({ call: set, body: ownInFile });
  });

  test('rules of others stay, and ours comes again in the place of an earlier one of ours', async () => {
    const anothers = { action: { type: 'Delete' }, condition: { age: 1, matchesPrefix: ['exports/'] } };
    const shops = { action: { type: 'Delete' }, condition: { age: 3, matchesPrefix: ['services/their-shop'] } };
    const both = {
      action: { type: 'Delete' },
      condition: { age: 5, matchesPrefix: ['services/metronome-', 'services/their-shop'] },
    };
    const everybodys = { action: { type: 'Delete' }, condition: { age: 400 } };
    const earlier = { ...oldSources, condition: { ...oldSources.condition, age: 7 } };
    const one = { action: { type: 'Delete' }, condition: { age: 9, matchesPrefix: ['services/metronome-api'] } };
    const steps = await planOf(
      { cleanupPolicies: { theirs } },
      bucketOf(anothers, earlier, shops, one, both, everybodys),
    );
    await apply(steps);
    expect(asked.slice(1)).toEqual([
      { call: set, body: [{ name: 'theirs', action: { type: 'DELETE' }, condition: theirs.condition }, ...ownInFile] },
      {
        // Refused where somebody changed it since it was read.
        call: 'PATCH /b/run-sources-shop-asia-northeast1?ifMetagenerationMatch=12',
        authorization: 'Bearer token',
        body: { lifecycle: { rule: [anothers, shops, both, everybodys, oldSources] } },
      },
    ]);
    expect(steps.bucket?.differences.map(({ field, shouldBe }) => `${field}: ${shouldBe}`)).toEqual([
      'lifecycle: sources go after 30 days',
    ]);
  });

  test('a change that Cloud Storage refuses is no success, and says what it answered', async () => {
    const steps = await planOf({ cleanupPolicies: own }, bucketOf(), 'shop', 412);
    await expect(apply(steps)).rejects.toThrow('Cloud Storage answered 412: changed meanwhile');
  });

  test('where Artifact Registry fails otherwise than that it has nothing, nothing is planned', async () => {
    const failing = leftoverPart(
      { project: 'shop', run: async () => '', json: () => Promise.reject(new Error('PERMISSION_DENIED')) },
      place,
      async () => 'token',
    );
    await expect(failing.read()).rejects.toThrow('PERMISSION_DENIED');
  });
});
