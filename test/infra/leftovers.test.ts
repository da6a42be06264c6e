import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { leftoverPart } from '../../infra/provision/leftovers.ts';

const place = { projectNumber: '424242', region: 'asia-northeast1' };
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  delete process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE;
});

/** The plan where the repository and the bucket are so; a bucket's number is the status of its answer. */
async function planOf(repository: object, bucket: object | number, project = 'shop') {
  const server = createServer((_, response) => {
    if (typeof bucket === 'number') return void response.writeHead(bucket).end('{}');
    response.end(JSON.stringify(bucket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE = `http://127.0.0.1:${port}/`;
  const gcloud = { project, run: async () => '', json: async <T>() => repository as T };
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
    const project = 'a-project-with-thirty-letters-x';
    expect((await planOf({}, 404, project)).bucket).toMatchObject({ action: 'create' });
    expect((await planOf({}, 404, `${project}-and-more-letters`)).bucket).toMatchObject({ action: 'leave' });
  });
});
