/** Who is told what by which way: rows of notices against one house's channels. */
import { describe, expect, it } from 'vitest';
import { readChannels } from '../../functions/outgoing/channels/channel.ts';
import {
  isReached,
  type JudgedNotice,
  judgeChannel,
  judgePage,
  receiversOf,
  unreachedBy,
} from '../../functions/outgoing/channels/receivers.ts';

const url = 'https://hooks.example/hidden';
const house = readChannels(
  JSON.stringify(
    [
      { name: 'all' },
      { name: 'urgent', for: { urgency: 'high' } },
      { name: 'orders', for: { area: ['Order', 'menu'] } },
      { name: 'filed', for: { kinds: 'incident-filed', urgency: ['high', 'low'] } },
      { name: 'drills', for: { drill: true } },
      { name: 'both', for: { drill: 'also', kinds: ['incident-filed', 'escalation'] } },
      { name: 'boss', escalation: true },
      { name: 'order-boss', escalation: true, for: { area: 'order' } },
      { name: 'any-area', for: { area: '*' } },
    ].map((each) => ({ kind: 'slack', url, ...each })),
  ),
);

const rows: [what: string, notice: JudgedNotice, receivers: string][] = [
  ['filed, high, no area', { kind: 'incident-filed', urgency: 'high' }, 'all urgent filed both'],
  ['filed, of an area', { kind: 'incident-filed', urgency: 'low', area: 'order' }, 'all orders filed both any-area'],
  ['an area in other letters', { kind: 'update-due', urgency: 'low', area: 'MENU' }, 'all orders any-area'],
  ['an area of nobody', { kind: 'update-due', urgency: 'high', area: 'pay' }, 'all urgent any-area'],
  ['an escalation', { kind: 'escalation', urgency: 'high', area: 'pay' }, 'all urgent both boss any-area'],
  ['one of an area', { kind: 'escalation', urgency: 'low', area: 'order' }, 'all orders both boss order-boss any-area'],
  [
    'said beside an escalation',
    { kind: 'escalation', kinds: ['escalation', 'incident-filed'], urgency: 'low' },
    'all filed both boss',
  ],
  ['a drill', { kind: 'incident-filed', urgency: 'high', area: 'order', isDrill: true }, 'drills both'],
  ['a drill that escalates', { kind: 'escalation', urgency: 'high', area: 'order', isDrill: true }, 'drills both'],
  ['of the house', { kind: 'quarantine-growing' }, 'all'],
  [
    'a failure of one',
    { kind: 'delivery-failed', urgency: 'high', exceptChannels: ['all'] },
    'urgent orders filed drills both boss order-boss any-area',
  ],
  [
    'a failure in a drill',
    { kind: 'delivery-failed', kinds: ['escalation'], isDrill: true, exceptChannels: ['drills'] },
    'both',
  ],
  ['a test of all', { kind: 'connection-test' }, house.map(({ name }) => name).join(' ')],
  ['a test of one', { kind: 'connection-test', onlyChannels: ['boss'] }, 'boss'],
];

it.each(rows)('%s', (_, notice, receivers) => {
  expect(
    receiversOf(notice, house)
      .map(({ channel }) => channel.name)
      .join(' '),
  ).toBe(receivers);
});

it('says of each why, and why not', () => {
  const notice: JudgedNotice = { kind: 'escalation', urgency: 'low', area: 'order' };
  const verdicts = house.map((channel) => judgeChannel(notice, channel).why).join(' ');
  expect(verdicts).toBe('everything urgency fits kind drill fits escalation escalation fits');
});

it('leaves nothing out of the local inbox but what it is not for', () => {
  const inbox = readChannels(JSON.stringify([{ kind: 'inbox', url, allowPrivate: true }]));
  for (const [, notice] of rows.filter(([, { onlyChannels }]) => !onlyChannels)) {
    expect(receiversOf(notice, inbox)).toHaveLength(1);
  }
  const own = readChannels(JSON.stringify([{ kind: 'inbox', url, for: { urgency: 'high' } }]));
  expect(receiversOf({ kind: 'update-due', urgency: 'low' }, own)).toEqual([]);
});

describe('what reaches nobody', () => {
  const unreached = (...channels: object[]) =>
    unreachedBy(
      readChannels(JSON.stringify(channels.map((each, index) => ({ kind: 'slack', url, name: `c${index}`, ...each })))),
    );

  it('is everything without a channel, and nothing with one for everything', () => {
    expect(unreached().length).toBeGreaterThan(10);
    expect(unreached({})).toEqual([]);
    expect(unreached({ escalation: true }, {})).toEqual([]);
  });

  it('is what no channel is for: an urgency, an area that nobody names, all but drills', () => {
    const escalations = (of: object[]) => unreached(...of).filter(({ kind }) => kind === 'escalation');
    expect(escalations([{ for: { urgency: 'high' } }])).toEqual([{ kind: 'escalation', urgency: 'low' }]);
    expect(escalations([{ for: { area: '*' } }])).toHaveLength(2);
    expect(escalations([{ for: { drill: true } }])).toHaveLength(2);
    expect(escalations([{ for: { kinds: ['incident-filed', 'update-due'] } }])).toHaveLength(2);
    expect(escalations([{ escalation: true }])).toEqual([]);
  });
});

describe('whether somebody is told or paged', () => {
  const pager = (more: object = {}) => [{ kind: 'pagerduty', url: undefined, routingKey: 'x'.repeat(32), ...more }];
  const escalation: JudgedNotice = { kind: 'escalation', urgency: 'high', area: 'order' };

  it.each<[string, JudgedNotice, object[], boolean]>([
    ['an emergency, by who is paged', { kind: 'emergency-begun', urgency: 'high' }, pager(), true],
    ['an escalation, by who is paged for escalations', escalation, pager({ escalation: true }), true],
    ['an escalation, by who is paged for everything', escalation, pager(), true],
    [
      'said beside an escalation',
      { ...escalation, kind: 'update-due', kinds: ['update-due', 'escalation'] },
      pager({ escalation: true }),
      true,
    ],
    ['a reminder, which pages nobody', { kind: 'update-due', urgency: 'high' }, pager({ escalation: true }), false],
    ['a drill, which pages nobody', { ...escalation, isDrill: true }, pager({ escalation: true }), false],
    [
      'another urgency than is paged for',
      { ...escalation, urgency: 'low' },
      pager({ escalation: true, for: { urgency: 'high' } }),
      false,
    ],
    ['one without urgency', { kind: 'escalation' }, pager({ escalation: true, for: { urgency: 'high' } }), false],
    ['another area than is paged for', escalation, pager({ escalation: true, for: { area: 'menu' } }), false],
    [
      'no area, where one is paged for',
      { kind: 'escalation', urgency: 'high' },
      pager({ escalation: true, for: { area: '*' } }),
      false,
    ],
    ['another kind than paged', escalation, pager({ escalation: true, for: { kinds: 'emergency-begun' } }), false],
    ['what only drills are told of', escalation, pager({ escalation: true, for: { drill: true } }), false],
    ['a drill, by a channel for drills', { ...escalation, isDrill: true }, [{ for: { drill: true } }], true],
    ['by nobody', escalation, [], false],
  ])('%s', (_, notice, channels, expected) => {
    const read = readChannels(JSON.stringify(channels.map((each) => ({ kind: 'slack', url, ...each }))));
    expect(isReached(notice, read)).toBe(expected);
  });
});

it.each([
  [{ for: { kind: 'escalation' } }],
  [{ for: { kinds: ['escalations'] } }],
  [{ for: { urgency: 'urgent' } }],
  [{ for: { area: [] } }],
  [{ for: 'hidden' }],
  [{ escalation: 'hidden' }],
  [{ name: 'nobody' }],
])('%j is refused, and nothing of it repeated', (wrong) => {
  const json = JSON.stringify([{ kind: 'slack', url, ...wrong }]);
  expect(() => readChannels(json)).toThrow(/NOTIFY_CHANNELS/);
  expect(() => readChannels(json)).not.toThrow(/hidden/);
});

describe('a step of a page', () => {
  type Step = Parameters<typeof judgePage>[0];
  const verdict = (page: Partial<Step>, more: object = {}): string => {
    const [channel] = readChannels(JSON.stringify([{ kind: 'pagerduty', routingKey: 'k', ...more }]));
    const step: Step = { action: 'trigger', why: ['unanswered'], urgency: 'low', area: 'order', ...page };
    const { isTold, why } = judgePage(step, channel as never);
    return `${isTold ? 'told' : 'not'}: ${why}`;
  };
  it.each<[what: string, page: Partial<Step>, channel: object, expected: string]>([
    ['the unanswered', {}, {}, 'told: fits'],
    ['an escalation alone', { why: ['escalation'] }, {}, 'told: fits'],
    ['an escalation beside it', { why: ['escalation', 'unanswered'] }, {}, 'told: fits'],
    ['an emergency', { why: ['emergency-begun'] }, {}, 'told: fits'],
    ['the unanswered, where escalations ring', {}, { escalation: true }, 'not: escalations-only'],
    ['an escalation, where they ring', { why: ['escalation'] }, { escalation: true }, 'told: escalation'],
    ['another urgency', {}, { for: { urgency: 'high' } }, 'not: urgency'],
    ['its urgency', {}, { for: { urgency: ['high', 'low'] } }, 'told: fits'],
    ['another kind', {}, { for: { kinds: 'emergency-begun' } }, 'not: kind'],
    [
      'its kind among others',
      { why: ['unanswered', 'emergency-begun'] },
      { for: { kinds: ['escalation', 'emergency-begun'] } },
      'told: fits',
    ],
    ['another area', {}, { for: { area: 'menu' } }, 'not: area'],
    ['its area in other letters', {}, { for: { area: ['menu', 'ORDER'] } }, 'told: fits'],
    ['where only drills ring', {}, { for: { drill: true } }, 'not: drill'],
    ['where drills are told too', {}, { for: { drill: 'also' } }, 'told: fits'],
  ])('rings for %s', (_, page, channel, expected) => {
    expect(verdict(page, channel)).toBe(expected);
  });

  it.each(['acknowledge', 'resolve'] as const)(
    'that ends it (%s) goes where it may ring, and to its area alone',
    (action) => {
      for (const more of [{ escalation: true }, { for: { urgency: 'high' } }, { for: { kinds: 'escalation' } }])
        expect(verdict({ action }, more)).toBe('told: fits');
      expect(verdict({ action }, { for: { area: 'menu' } })).toBe('not: area');
      expect(verdict({ action }, { for: { drill: true } })).toBe('not: drill');
    },
  );
});
