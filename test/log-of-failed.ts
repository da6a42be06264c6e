/**
 * What the functions log while a test passes is nobody's to read, and writing each line to the runner of the tests took
 * a fifteenth of their time. The lines are kept, and are written where a test fails, after the warnings of those before it.
 */
import { afterAll, afterEach, beforeAll } from 'vitest';

/** The last ones, of a test that logs without end. */
const mostKept = 2_000;

const kept: string[] = [];
/** Warnings and errors of the file's tests before, whose house this one may have found broken. */
const before: string[] = [];
let hasEnded = false;
const { write } = process.stdout;
const isLogged = (chunk: unknown): chunk is string => typeof chunk === 'string' && chunk.startsWith('{"severity":');

/** A test may put one of its own in its place, and puts this back. */
function keepOrWrite(...given: Parameters<typeof write>): boolean {
  const [chunk] = given;
  if (!isLogged(chunk)) return write.apply(process.stdout, given);
  kept.push(chunk);
  if (kept.length > 2 * mostKept) kept.splice(0, mostKept);
  return true;
}

const tell = (lines: string[]): boolean => write.call(process.stdout, lines.slice(-mostKept).join(''));

beforeAll(() => void Object.assign(process.stdout, { write: keepOrWrite }));
afterEach(({ task }) => {
  hasEnded = true;
  const lines = kept.splice(0);
  if (task.result?.state === 'fail') tell([...before, ...lines]);
  before.push(...lines.filter((line) => !/^.{13}(INFO|DEBUG)/.test(line)));
});
afterAll(() => {
  Object.assign(process.stdout, { write });
  // Whatever kept the tests of the file from beginning.
  if (!hasEnded) tell(kept);
});
