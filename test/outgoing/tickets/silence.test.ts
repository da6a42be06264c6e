/** A tool that gives no answer is asked by one at a time, so that the others' updates find their places. */
import { expect, test } from 'vitest';
import { heard, mayAsk } from '../../../functions/outgoing/tickets/silence.ts';

const silentSince = 1_000_000;
const second = 1_000;
/** Each test has a tool of its own: what is known of it lasts as long as the process. */
const silent = (tool: string): string => {
  heard(tool, false, silentSince);
  return tool;
};

test('while a tool answers, everybody may ask it', () => {
  expect(['first', 'second'].map(() => mayAsk('answering', silentSince))).toEqual([true, true]);
  heard('answering', true, silentSince);
  expect(mayAsk('answering', silentSince)).toBe(true);
});

test('of all who wait for one that is silent, the first may ask it every ten seconds, and the others wait on', () => {
  const tool = silent('one that is silent');
  const asked = [0, 9.999, 10, 10, 10, 19.999, 20, 20].map((after) => mayAsk(tool, silentSince + after * second));
  expect(asked).toEqual([false, false, true, false, false, false, true, false]);
});

test('once it has answered everybody may ask again, and only of that tool', () => {
  const [tool, other] = [silent('one that answers again'), silent('another that does not')];
  heard(tool, true, silentSince + second);
  expect([tool, tool, other].map((each) => mayAsk(each, silentSince + 2 * second))).toEqual([true, true, false]);
});

test('a clock that was set back is no reason to wait for it', () => {
  const tool = silent('one whose clock was set back');
  expect(mayAsk(tool, silentSince - second)).toBe(true);
});
