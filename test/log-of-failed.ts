/**
 * What the functions log while a test passes is nobody's to read, and writing each line to whoever runs the tests took
 * a fifteenth of their time. The lines are kept, and are written where a test fails.
 */
import { afterAll, afterEach, beforeAll } from 'vitest';

/** The last ones, of a test that logs without end. */
const mostKept = 2_000;

const kept: string[] = [];
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

function tell(task: { result?: { state?: string } }): void {
  const lines = kept.splice(0);
  if (task.result?.state === 'fail') write.call(process.stdout, lines.slice(-mostKept).join(''));
}

beforeAll(() => void Object.assign(process.stdout, { write: keepOrWrite }));
afterEach(({ task }) => tell(task));
// biome-ignore lint/correctness/noEmptyPattern: vitest reads here which fixtures are asked for
afterAll(({}, suite) => {
  Object.assign(process.stdout, { write });
  tell(suite);
});
