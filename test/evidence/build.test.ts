import { describe, expect, test } from 'vitest';
import { isOwnBuild, NotABuild, readBuild } from '../../functions/evidence/build.ts';

const receivedAt = new Date('2026-11-24T00:00:00Z');
/** In the shape of a real message, of a build that was triggered and has ended. */
const build = {
  id: '0d97c63e-a349-4bf7-80d0-8f6e21786d87',
  status: 'SUCCESS',
  projectId: 'shop-production',
  buildTriggerId: '33f60a9c-3d79-4941-bfb1-fccbdd9cf38c',
  createTime: '2026-11-23T16:56:35.560619Z',
  startTime: '2026-11-23T16:56:36.1Z',
  finishTime: '2026-11-23T17:01:00Z',
  logUrl: 'https://console.cloud.google.com/cloud-build/builds/0d97c63e',
  substitutions: {
    TRIGGER_NAME: 'deploy-shop',
    BRANCH_NAME: 'main',
    COMMIT_SHA: 'a017b5e',
    REPO_FULL_NAME: 'shop/web',
  },
  steps: [
    { name: 'node:24', entrypoint: 'npm', args: ['ci'], status: 'SUCCESS' },
    { name: 'node:24', entrypoint: 'npm', args: ['run', 'test'], status: 'SUCCESS' },
    { id: 'deploy', name: 'gcr.io/google.com/cloudsdktool/cloud-sdk', args: ['run', 'deploy'], status: 'SUCCESS' },
  ],
  results: { images: [{ name: 'shop/web', digest: 'sha256:1f2e' }] },
  tags: ['trigger-33f60a9c'],
};

describe('a build', () => {
  test('is read with its trigger, branch, steps and times', () => {
    expect(readBuild(build, receivedAt)).toEqual({
      id: build.id,
      status: 'SUCCESS',
      url: build.logUrl,
      trigger: 'deploy-shop',
      branch: 'main',
      project: 'shop-production',
      commit: 'a017b5e',
      repository: 'shop/web',
      steps: [
        { name: 'npm ci', status: 'SUCCESS', mayFail: false },
        { name: 'npm run test', status: 'SUCCESS', mayFail: false },
        { name: 'deploy', status: 'SUCCESS', mayFail: false },
      ],
      images: ['sha256:1f2e'],
      tags: ['trigger-33f60a9c'],
      startedAt: new Date('2026-11-23T16:56:36.1Z'),
      finishedAt: new Date('2026-11-23T17:01:00Z'),
    });
  });

  test('without a trigger was started by hand, whatever its substitutions say', () => {
    const { buildTriggerId: _, ...byHand } = build;
    expect(readBuild(byHand, receivedAt).trigger).toBeUndefined();
  });

  test('has a trigger even where the trigger has no name', () => {
    expect(readBuild({ ...build, substitutions: {} }, receivedAt).trigger).toBe(build.buildTriggerId);
  });

  test.each([
    ['allowFailure', { allowFailure: true }, true],
    ['allowExitCodes', { allowExitCodes: [1] }, true],
    ['a script that swallows failure', { script: 'npm test || true' }, true],
    ['a shell that ignores errors', { entrypoint: 'bash', args: ['-c', 'set +e; npm test'] }, true],
    ['an ordinary script', { script: 'set -e\nnpm test' }, false],
  ])('a test step may fail: %s', (_, step, mayFail) => {
    const read = readBuild({ ...build, steps: [{ name: 'node', ...step }] }, receivedAt);
    expect(read.steps[0]?.mayFail).toBe(mayFail);
  });

  test('that pushes an image called test has run no tests', () => {
    const steps = [{ name: 'gcr.io/cloud-builders/docker', args: ['push', 'shop/test:1'], status: 'SUCCESS' }];
    expect(readBuild({ ...build, steps }, receivedAt).steps[0]?.name).toBe('docker push');
  });

  test('that waits began when it was asked for, and one that says no time when it was heard of', () => {
    const { startTime: _, ...waiting } = build;
    expect(readBuild(waiting, receivedAt).startedAt).toEqual(new Date(build.createTime));
    expect(readBuild({ id: 'b1', status: 'QUEUED' }, receivedAt).startedAt).toEqual(receivedAt);
  });

  test.each([
    ['before there were builds', '0001-01-01T00:00:00Z'],
    ['after all of them', '9999-12-31T23:59:59Z'],
    ['no time', 'soon'],
    ['a number', 1_795_000_000_000],
  ])('that says it began at what cannot be, %s, began when it was asked for', (_, startTime) => {
    expect(readBuild({ ...build, startTime }, receivedAt).startedAt).toEqual(new Date(build.createTime));
    const unasked = { ...build, startTime, createTime: startTime, finishTime: startTime };
    const read = readBuild(unasked, receivedAt);
    expect([read.startedAt, read.finishedAt]).toEqual([receivedAt, undefined]);
  });

  test.each([
    ['nothing', null],
    ['a list', [build]],
    ['no id', { status: 'SUCCESS' }],
    ['an id that is a path', { id: '../x', status: 'SUCCESS' }],
    ['no status', { id: 'b1' }],
  ])('is none: %s', (_, body) => {
    expect(() => readBuild(body, receivedAt)).toThrow(NotABuild);
  });
});

describe('a build of a deployment of Metronome', () => {
  const account = (name: string) => `projects/shop/serviceAccounts/${name}@shop.iam.gserviceaccount.com`;

  test('is known by the accounts that nothing else runs as, and by its tag', () => {
    expect(isOwnBuild({ ...build, serviceAccount: account('metronome-build') })).toBe(true);
    expect(isOwnBuild({ ...build, serviceAccount: account('metronome-deploy') })).toBe(true);
    expect(isOwnBuild({ ...build, tags: [...build.tags, 'metronome-deployment'] })).toBe(true);
  });

  test('is not what only sounds like it', () => {
    expect(isOwnBuild(build)).toBe(false);
    for (const name of ['their-metronome-build', 'metronome-build-2', 'shop']) {
      expect(isOwnBuild({ ...build, serviceAccount: account(name) })).toBe(false);
    }
    expect(isOwnBuild({ ...build, tags: ['metronome'] })).toBe(false);
    expect(isOwnBuild('no build')).toBe(false);
  });
});
