/** The tutorial, word for word: what it has a reader type is run by a shell against `npm start`, and answers what it shows. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ownProcess } from './own-process.ts';
import { steps } from './tutorial.ts';

const metronome = ownProcess();

test('can be followed to its end', { timeout: 120_000 }, async () => {
  const { host } = new URL(await metronome.start());
  const all = steps('tutorial.md');
  expect(all.length).toBeGreaterThan(6);
  for (const { typed, shown } of all) {
    // One line for each command, so that the answer shown is the last line.
    const script = typed.replaceAll('127.0.0.1:8080', host).replaceAll(/^curl /gm, "curl -w '\\n' ");
    const { stdout } = await promisify(execFile)('bash', ['-e', '-c', script]);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), typed).toMatchObject(shown);
  }
});
