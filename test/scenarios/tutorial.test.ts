/** The tutorial, word for word: what it has a reader type is run by a shell against `npm start`, and answers what it shows. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ownProcess } from './own-process.ts';

const metronome = ownProcess();

/** What is typed, each with the part of the last command's answer that the page shows. */
function steps(path: string): { typed: string; shown: object }[] {
  const text = readFileSync(join(import.meta.dirname, '../../docs', path), 'utf8');
  return [...text.matchAll(/```sh\n([^`]*)```\n\n```json\n([^`]*)```/g)].map(([, typed = '', shown = '']) => ({
    typed,
    shown: JSON.parse(shown),
  }));
}

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

test('has the same to type in Japanese, but for what the ticket says', () => {
  const english = steps('ja/tutorial.md').map((each) => ({
    ...each,
    typed: each.typed.replaceAll('注文が通らない', 'Orders fail'),
  }));
  expect(english).toEqual(steps('tutorial.md'));
});
