/** The plan as people read it, and what is read for it. */
import { expect, test } from 'vitest';
import { readParts, renderPlan, summary } from '../../infra/provision/plan.ts';
import { refuseStrangers } from '../../infra/provision/services.ts';
import { bring, create, leave, type Part, refuse, type Step } from '../../infra/provision/step.ts';

const nothing = async () => undefined;
const part = (title: string, api?: string): Part => ({
  title,
  ...(api ? { api } : {}),
  ofNothing: () => [create('of nothing', title, nothing)],
  read: async () => [create('read', title, nothing)],
});

test('shows what changes, with what it is and should be, and only counts what is kept', () => {
  const parts = [part('Topics'), part('Grants'), part('Empty'), part('Kept')];
  const steps: Step[][] = [
    [
      bring('topic', 'kept', [], nothing),
      bring(
        'topic',
        'changed',
        [
          { field: 'a', is: undefined, shouldBe: 'x' },
          { field: 'b', is: null, shouldBe: { c: 1 } },
          { field: 'd', is: 'y'.repeat(121), shouldBe: 'z'.repeat(120) },
        ],
        nothing,
      ),
      refuse('topic', 'theirs', 'no'),
      leave('topic', 'left', 'as it is'),
    ],
    [
      { ...create('grant', 'role', nothing, 'why'), command: 'gcloud x' },
      { ...create('grant', 'gone', nothing), action: 'delete' },
    ],
    [],
    [bring('topic', 'kept too', [], nothing)],
  ];
  const changes = `Topics (1 kept)
  ~ update topic        changed
      a: nothing → x
      b: nothing → {"c":1}
      d: ${'y'.repeat(120)}… → ${'z'.repeat(120)}
  x refuse topic        theirs  (no)
  ! leave  topic        left  (as it is)

Grants
  + create grant        role  (why)
      $ gcloud x
  - delete grant        gone

Empty: nothing

Kept (1 kept)

1 to create, 1 to update, 1 to delete, 2 kept, 1 left alone, 1 refused
`;
  expect(renderPlan(parts, steps)).toBe(changes);
  expect(renderPlan(parts, steps, true)).toBe(
    changes
      .replace('(1 kept)\n', '(1 kept)\n  = keep   topic        kept\n')
      .replace('Kept (1 kept)\n', 'Kept (1 kept)\n  = keep   topic        kept too\n'),
  );
  expect(summary([[], []])).toBe('Nothing to do.');
});

test('folds a note that would make a line wider than 120 characters', () => {
  const first = '  + create grant        role';
  const fits = 'x'.repeat(120 - first.length - 4);
  const shown = (note: string) =>
    renderPlan([part('a')], [[create('grant', 'role', nothing, note)]])
      .split('\n')
      .slice(1, -3);
  expect(shown(fits)).toEqual([`${first}  (${fits})`]);
  expect(shown(`${fits}x`)).toEqual([first, `      ${fits}x`]);
  const words = (count: number) => Array.from({ length: count }, () => '12345').join(' ');
  // Nineteen words of five and the blanks between are 113; another would be one too many for 114.
  expect(shown(words(20))).toEqual([first, `      ${words(19)}`, '      12345']);
});

test.each<[string, ReadonlySet<string> | undefined, string[]]>([
  ['nothing may be read', undefined, ['of nothing', 'of nothing']],
  ['its API is off', new Set(['pubsub']), ['of nothing', 'read']],
  ['its API is on', new Set(['iam']), ['read', 'read']],
])('a part is read where it can be; %s', async (_, apis, expected) => {
  const steps = await readParts([part('a', 'iam'), part('b')], apis);
  expect(steps.flat().map(({ kind }) => kind)).toEqual(expected);
});

test('a deployment is refused where a service of our name is somebody else’s, each by its name', () => {
  const service = (name: string, labels?: Record<string, string>) =>
    [name, { metadata: { name, ...(labels ? { labels } : {}) } }] as const;
  const ours = { app: 'metronome', more: 'x' };
  expect(() => refuseStrangers(new Map([service('metronome-api', ours), service('shop')]))).not.toThrow();
  const theirs = [
    service('metronome-api', { app: 'shop' }),
    service('metronome-slack'),
    service('metronome-tickets', ours),
  ];
  expect(() => refuseStrangers(new Map(theirs))).toThrow('another system: metronome-slack, metronome-api. Choose');
});
