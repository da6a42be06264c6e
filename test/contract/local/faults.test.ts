/** What a call meets while it waits: a delay goes by the timer that there is, and a held call by its holder. */
import { afterEach, expect, test, vi } from 'vitest';
import { Faults } from '../../../infra/cloud/src/faults.ts';
import { faultGate } from '../../../infra/cloud/src/grpc.ts';
import { meetFault } from '../../../infra/stubs/meet-fault.ts';

afterEach(() => vi.useRealTimers());

const target = 'firestore.Commit';
const arrived = { target, request: {}, peer: 'in-process', caller: undefined };

test.each([
  ['of Google Cloud', (faults: Faults, work: () => string) => faultGate(faults)(arrived, work)],
  ['of a stub', (faults: Faults, work: () => string) => meetFault(faults.take(target), () => 'failed', work)],
])('a delayed call %s is done once the timer says so, which may be a simulated one', async (_, call) => {
  vi.useFakeTimers();
  const faults = new Faults();
  faults.add({ target, effect: 'delay', delayMs: 20_000 });
  const done: string[] = [];
  const calling = call(faults, () => String(done.push('done')));
  await vi.advanceTimersByTimeAsync(19_999);
  expect(done).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect([await calling, done]).toEqual(['1', ['done']]);
});

test('calls that are held have come in, and are done in their order once they are let go', async () => {
  const faults = new Faults();
  const held = faults.hold({ target, skip: 1, times: 2 });
  const done: string[] = [];
  const gate = faultGate(faults);
  const call = (name: string): Promise<number> => gate(arrived, () => done.push(name));
  await call('skipped');
  const calls = [call('first'), call('second')];
  await held.met(2);
  // So many it holds, and no more.
  await call('third');
  expect(done).toEqual(['skipped', 'third']);
  held.letGo();
  await Promise.all(calls);
  expect(done).toEqual(['skipped', 'third', 'first', 'second']);
});
