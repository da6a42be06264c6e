import { expect, test } from 'vitest';
import { allEnded, keepRunning, runInvocation } from '../../functions/platform/invocation.ts';

test('who ends the process waits for what runs, for what that has begun, and for what fails', async () => {
  const happened: string[] = [];
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const answered = runInvocation(undefined, async () => {
    const stored = keepRunning(
      (async () => {
        await first.promise;
        happened.push('first');
        await second.promise;
        happened.push('second');
        throw new Error('refused');
      })(),
    );
    stored.catch(() => happened.push('failed'));
    return 'late';
  });
  expect(await answered).toBe('late');
  const ended = allEnded().then(() => happened.push('ended'));
  first.resolve();
  await new Promise(setImmediate);
  expect(happened).toEqual(['first']);
  second.resolve();
  await ended;
  expect(happened).toEqual(['first', 'second', 'failed', 'ended']);
});

test('what has failed is still told to who asked for it', async () => {
  await expect(keepRunning(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await allEnded();
});
