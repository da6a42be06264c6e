import { expect, test } from 'vitest';
import { applyParts } from '../../infra/provision/apply.ts';
import type { Patience } from '../../infra/provision/patience.ts';
import type { NotReady } from '../../infra/provision/preflight.ts';
import { applySteps, bring, create, type Part, refuse, type Step } from '../../infra/provision/step.ts';

const patience: Patience = { pause: async () => undefined, say: () => undefined };

/** Steps that say when they begin and end; each takes some turns of the loop. */
function watched() {
  const said: string[] = [];
  const step = (name: string, changes?: string): Step => {
    const apply = async () => {
      said.push(`${name} begins`);
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      said.push(`${name} ends`);
    };
    return { ...create('grant', name, apply), ...(changes ? { changes } : {}) };
  };
  return { said, step };
}

test('what changes the same thing is done one after the other, and other things beside it', async () => {
  const { said, step } = watched();
  await applySteps([step('a1', 'a'), step('b1', 'b'), step('a2', 'a'), step('c')], false, patience);
  expect(said.slice(0, 3).sort()).toEqual(['a1 begins', 'b1 begins', 'c begins']);
  expect(said.indexOf('a1 ends')).toBeLessThan(said.indexOf('a2 begins'));
  expect(said).toHaveLength(8);
});

test('what fails keeps nothing else from being done, and all of it is told', async () => {
  const { said, step } = watched();
  const failing = (name: string) => create('grant', name, () => Promise.reject(new Error(`${name} was refused`)));
  const steps = [failing('one'), step('a'), failing('two')];
  await expect(applySteps(steps, false, patience)).rejects.toThrow(/one was refused[\s\S]*two was refused/);
  expect(said).toEqual(['a begins', 'a ends']);
});

test('nothing is read twice before the first change; what comes after it is read again', async () => {
  let reads: string[] = [];
  const part = (title: string, steps: () => Step[]): Part => ({
    title,
    ofNothing: () => [],
    read: async () => {
      reads.push(title);
      return steps();
    },
  });
  const kept = bring('topic', 'x', [], async () => undefined);
  let isMade = false;
  const make = create('topic', 'y', async () => {
    isMade = true;
  });
  const parts = [
    part('kept', () => [kept]),
    part('topics', () => (isMade ? [kept] : [make])),
    part('grants', () => [kept]),
  ];
  const plan = async () => {
    const steps = [];
    for (const each of parts) steps.push(await each.read());
    reads = [];
    return steps;
  };
  await applyParts(parts, await plan(), patience);
  expect({ isMade, reads }).toEqual({ isMade: true, reads: ['grants'] });
  await applyParts(parts, await plan(), patience);
  expect(reads).toEqual([]);
});

test('what is refused is named before anything is done, all of it', async () => {
  const { said, step } = watched();
  const part = (title: string, ...steps: Step[]): Part => ({ title, ofNothing: () => [], read: async () => steps });
  const parts = [
    part('a', step('made')),
    part('b', refuse('topic', 't', 'theirs')),
    part('c', refuse('job', 'j', 'too')),
  ];
  const planned = await Promise.all(parts.map((each) => each.read()));
  const outcome = await applyParts(parts, planned, patience).catch((error: NotReady) => error.reasons);
  expect([outcome, said]).toEqual([['topic t: theirs', 'job j: too'], []]);
});

test('what is refused only after the first change stops what comes after it', async () => {
  const { said, step } = watched();
  let isOn = false;
  const turnOn = create('API', 'x', async () => {
    isOn = true;
  });
  const parts: Part[] = [
    { title: 'APIs', ofNothing: () => [], read: async () => [turnOn] },
    { title: 'Policies', ofNothing: () => [], read: async () => (isOn ? [refuse('policy', 'p', 'forbidden')] : []) },
    { title: 'Topics', ofNothing: () => [], read: async () => [step('made')] },
  ];
  const planned = await Promise.all(parts.map((each) => each.read()));
  await expect(applyParts(parts, planned, patience)).rejects.toThrow(
    'Stopped before the rest was made:\npolicy p: forb',
  );
  expect(said).toEqual([]);
});

test('each part that changes something is reported as it is done, and each of its steps', async () => {
  const told: string[] = [];
  const { step } = watched();
  const kept = bring('topic', 'x', [], async () => undefined);
  const read = async () => [kept, step('a'), step('b')];
  const still = { title: 'Still', ofNothing: () => [], read: async () => [kept] };
  const parts: Part[] = [{ title: 'Grants', ofNothing: () => [], read }, still];
  const planned = await Promise.all(parts.map((each) => each.read()));
  await applyParts(parts, planned, { ...patience, say: (text) => void told.push(text) });
  expect(told).toEqual(['  create grant a', '  create grant b', 'Grants: 2 to create, 1 kept, done']);
});

test('a part of which one thing needs the one before is done one after the other', async () => {
  const { said, step } = watched();
  const part: Part = { title: 'a', isOneByOne: true, ofNothing: () => [], read: async () => [step('1'), step('2')] };
  await applyParts([part], [await part.read()], patience);
  expect(said).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
});

test('a step that fails is named by what it was, and its cause is kept', async () => {
  const cause = new Error('no');
  const failed = applySteps([create('topic', 't', () => Promise.reject(cause))], true, patience);
  await expect(failed).rejects.toMatchObject({ message: 'create topic t: no', cause });
});
