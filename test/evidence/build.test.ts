import { describe, expect, test } from 'vitest';
import { isOwnBuild, readBuild } from '../../functions/evidence/build.ts';
import { NotARelease } from '../../functions/evidence/release-source.ts';
import { isFinished } from '../../functions/incidents/facts/release-facts.ts';
import { rowsOf } from '../in-a-line.ts';

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
  test('is read with its trigger, branch, steps and times', async () => {
    const read = rowsOf({ 'a build that was triggered and has ended': readBuild(build, receivedAt) });
    await expect(read).toMatchFileSnapshot('build-whole.txt');
  });

  test('without a trigger was started by hand, whatever its substitutions say', () => {
    const { buildTriggerId: _, ...byHand } = build;
    expect(readBuild(byHand, receivedAt).trigger).toBeUndefined();
  });

  test('has a trigger even where the trigger has no name', () => {
    expect(readBuild({ ...build, substitutions: {} }, receivedAt).trigger).toBe(build.buildTriggerId);
  });

  test.each([
    ['a status in small letters', { status: 'Failure' }, { status: 'FAILURE' }],
    ['a link that is none', { logUrl: 'javascript:alert(1)//https://x' }, { url: undefined }],
    ['a link that begins elsewhere', { logUrl: 'see https://x' }, { url: undefined }],
    ['a link without encryption', { logUrl: 'HTTP://x' }, { url: 'HTTP://x' }],
    ['a project of blanks', { projectId: ' ' }, { project: undefined }],
    ['a project of what cannot be shown', { projectId: '\0' }, { project: undefined }],
    ['a project by number', { projectId: 7 }, { project: undefined }],
    ['substitutions that are a list', { substitutions: ['x'] }, { trigger: build.buildTriggerId, branch: undefined }],
    ['substitutions that are null', { substitutions: null }, { trigger: build.buildTriggerId, branch: undefined }],
    ['a repository without its owner', { substitutions: { REPO_NAME: 'web' } }, { repository: 'web' }],
    [
      'a source instead of substitutions',
      { substitutions: {}, source: { gitSource: { revision: 'b2', url: 'https://git/web' } } },
      { commit: 'b2', repository: 'https://git/web' },
    ],
    [
      'a source beside substitutions',
      { source: { gitSource: { revision: 'b2', url: 'https://git/web' } } },
      { commit: 'a017b5e', repository: 'shop/web' },
    ],
    ['no link of one', { substitutions: {}, source: { gitSource: { url: 'git@web' } } }, { repository: undefined }],
    ['steps that are none', { steps: 'x' }, { steps: [] }],
    [
      'images by digest, else by name, else not at all',
      { results: { images: [{ name: 'a', digest: 'sha256:1' }, { name: 'b' }, {}, 'c'] } },
      { images: ['sha256:1', 'b'] },
    ],
    ['no results', { results: undefined }, { images: [] }],
    ['tags of text alone', { tags: ['a', 7, '', 'b'] }, { tags: ['a', 'b'] }],
  ])('is read with %s', (_, stated, expected) => {
    const absent = { url: undefined, trigger: undefined, branch: undefined, project: undefined, repository: undefined };
    expect({ ...absent, ...readBuild({ ...build, ...stated }, receivedAt) }).toMatchObject(expected);
  });

  test('is read up to a hundred steps, and fifty images and tags', () => {
    const many = <T>(make: (index: number) => T) => Array.from({ length: 101 }, (_, index) => make(index));
    const read = readBuild(
      {
        ...build,
        steps: many((index) => ({ id: `s${index}` })),
        results: { images: many((index) => ({ name: `i${index}` })) },
        tags: many((index) => `t${index}`),
      },
      receivedAt,
    );
    expect([read.steps.length, read.images.length, read.tags.length]).toEqual([100, 50, 50]);
    expect([read.steps[0]?.name, read.images[0], read.tags[0]]).toEqual(['s0', 'i0', 't0']);
  });

  test.each([
    ['by its own name, whatever it runs', { id: 'check', name: 'node', args: ['test'] }, 'check'],
    ['by an image without its registry and version', { name: 'gcr.io/a/node:24', args: ['test', 'x'] }, 'node test'],
    ['by an image at a digest', { name: 'a/node@sha256:1f', args: ['test'] }, 'node test'],
    ['by an image alone', { name: 'a/node' }, 'node'],
    ['by a script', { name: 'node', script: 'npm test', args: ['x'] }, 'node npm test'],
    ['by the command of a shell', { entrypoint: 'bash', args: ['-c', 'npm test', 'x'] }, 'bash npm test'],
    ['by the command of a strict shell', { entrypoint: 'bash', args: ['-ec', 'npm test'] }, 'bash npm test'],
    ['by the first argument, where it is no shell', { entrypoint: 'npm', args: ['-x', 'y'] }, 'npm -x'],
    ['by arguments that are text', { entrypoint: 'npm', args: [7, 'run', null, 'test', 'x'] }, 'npm run test'],
    ['by its place', { args: ['x'] }, 'step 0 x'],
    ['by its place, where it is nothing', null, 'step 0'],
  ])('a step is called %s', (_, step, name) => {
    const [read] = readBuild({ ...build, steps: [step] }, receivedAt).steps;
    expect(read).toEqual({ name, mayFail: false });
  });

  test.each([
    ['npm test || :', true],
    ['npm test ||:', true],
    ['npm test ||  true', true],
    ['npm test || exit 0', true],
    ['npm test || exit  0', true],
    ['npm test || echo failed', true],
    ['npm test || exit 1', false],
    ['npm test || echoes', false],
    ['set  +e\nnpm test', true],
    ['set +eu; npm test', true],
    ['set +xe\nnpm test', true],
    ['set +o errexit; npm test', true],
    ...['a', 'd', 'f', 'z'].map((each): [string, boolean] => [`set +${each}e`, true]),
    ['set +u; npm test', false],
    ['set +o pipefail; npm test', false],
    ['offset +e', false],
    ['npm test; true', true],
    ['npm test ;true ', true],
    ['npm test;  exit  0\n', true],
    ['npm test; exit 1', false],
    ['npm test; true && npm run lint', false],
  ])('a step of %j may fail: %s', (script, mayFail) => {
    for (const step of [{ script }, { args: ['-c', script] }, { args: ['-ec', script] }]) {
      expect(readBuild({ ...build, steps: [step] }, receivedAt).steps[0]?.mayFail).toBe(mayFail);
    }
    expect(readBuild({ ...build, steps: [{ args: ['-x', script] }] }, receivedAt).steps[0]?.mayFail).toBe(false);
  });

  test.each([
    ['allowFailure', { allowFailure: true }, true],
    ['no failure', { allowFailure: 'no', allowExitCodes: [] }, false],
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
    expect(readBuild({ id: 'b1', status: 'QUEUED' }, receivedAt)).toStrictEqual({
      id: 'b1',
      status: 'QUEUED',
      steps: [],
      images: [],
      tags: [],
      startedAt: receivedAt,
    });
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
    ['nothing', null, 'id'],
    ['a list', [build], 'id'],
    ['text', 'b1', 'id'],
    ['no id', { status: 'SUCCESS' }, 'id'],
    ['an id by number', { id: 7, status: 'SUCCESS' }, 'id'],
    ['an id that is a path', { id: '../x', status: 'SUCCESS' }, 'id'],
    ['an id with a path after it', { id: 'x/..', status: 'SUCCESS' }, 'id'],
    ['an id that is too long', { id: 'x'.repeat(201), status: 'SUCCESS' }, 'id'],
    ['no status', { id: 'x'.repeat(200) }, 'status'],
    ['a status of blanks', { id: 'b-1', status: ' ' }, 'status'],
  ])('is none: %s', (_, body, lacks) => {
    expect(() => readBuild(body, receivedAt)).toThrow(NotARelease);
    expect(() => readBuild(body, receivedAt)).toThrow(`has no build ${lacks}`);
  });

  test.each([
    ['STATUS_UNKNOWN', false],
    ['PENDING', false],
    ['QUEUED', false],
    ['WORKING', false],
    ['SUCCESS', true],
    ['FAILURE', true],
    ['CANCELLED', true],
  ])('of status %s has ended: %s', (status, isEnded) => {
    expect(isFinished(status)).toBe(isEnded);
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
