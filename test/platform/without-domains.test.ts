/** What fails and nobody catches ends at the process's own handlers, as the error that it was. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const module = join(import.meta.dirname, '../../functions/platform/without-domains.ts');

test.each([
  ['a promise that nobody watches', "Promise.reject(new Error('the count failed'))"],
  ['an error in a timer', "setTimeout(() => { throw new Error('the count failed') })"],
])('%s is reported as what it was', async (_, failing) => {
  const handlers = ['unhandledRejection', 'uncaughtException'];
  const program = `await import(${JSON.stringify(module)});
for (const each of ${JSON.stringify(handlers)}) process.on(each, (error) => console.log(error.message));
${failing};`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout.trim()).toBe('the count failed');
});

test('with no handler it ends the process, and says what it was', async () => {
  const program = `await import(${JSON.stringify(module)}); Promise.reject(new Error('the count failed'));`;
  const ran = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  await expect(ran).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('the count failed') });
});
