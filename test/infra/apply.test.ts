import { expect, test } from 'vitest';
import { applyParts } from '../../infra/provision/apply.ts';
import type { Patience } from '../../infra/provision/patience.ts';
import { applySteps, bring, create, type Part, type Step } from '../../infra/provision/step.ts';

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

test('nothing is read twice before the first change; what comes after it is read anew', async () => {
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
