/** When somebody is paged, and when it ends: rows of one incident, and any walk through what can be said of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident, Paging } from '../../../functions/incidents/incident.ts';
import type { PageStep } from '../../../functions/incidents/rhythm/paging.ts';
import { answered, nextPage, pageFor, pagingAfter, whyPaged } from '../../../functions/incidents/rhythm/paging.ts';
import { policy } from '../../../functions/policy.ts';

const at = (time: string): Date => new Date(`2026-11-24T${time}Z`);
const incident = (facts: Partial<Incident> & { level?: 'high' | 'low' } = {}): Incident => {
  const { level = 'high', ...others } = facts;
  return {
    kind: 'incident',
    status: 'open',
    isDrill: false,
    isAboutMetronome: false,
    ongoing: 'no',
    urgency: { level },
    reportedAt: at('10:00:00'),
    filedAt: at('10:01:00'),
    ...others,
  } as Incident;
};
const paging = (state: Paging['state'], why: string): Paging => {
  return { state, sequence: 3, episode: 1, at: at('10:05:00'), why: [why] };
};
const on = (why: string) => paging('triggered', why);
const taken = (why: string) => paging('acknowledged', why);
const ended = paging('resolved', 'recovered');
const answeredAt = at('10:07:00');
const first = at('10:03:00');

const rows: [what: string, facts: Parameters<typeof incident>[0], step: string | null][] = [
  ['high', {}, 'trigger 10:05 unanswered'],
  ['low, and going on', { level: 'low', ongoing: 'yes' }, 'trigger 10:05 unanswered'],
  ['low, and nobody knows whether it goes on', { level: 'low', ongoing: 'unknown' }, 'trigger 10:05 unanswered'],
  ['low and over', { level: 'low' }, null],
  ['answered', { firstResponseAt: first }, null],
  ['a drill', { isDrill: true }, null],
  ['about Metronome itself', { isAboutMetronome: true }, null],
  ['a question', { kind: 'question' }, null],
  ['recovered before anybody was paged', { status: 'recovered' }, null],
  ['on and unanswered', { paging: on('unanswered') }, null],
  ['on and answered', { paging: on('unanswered'), firstResponseAt: first }, 'acknowledge 10:05 answered'],
  ['on for an escalation, answered long before', { paging: on('escalation'), firstResponseAt: first }, null],
  [
    'on for an escalation, answered since',
    { firstResponseAt: first, paging: { ...on('escalation'), answeredAt } },
    'acknowledge 10:05 answered',
  ],
  ['acknowledged', { paging: { ...taken('escalation'), answeredAt }, firstResponseAt: first }, null],
  ['recovered', { paging: on('unanswered'), status: 'recovered' }, 'resolve 10:05 recovered'],
  ['its response taken back', { paging: taken('unanswered') }, 'trigger 10:05 unanswered'],
  [
    'the response to its escalation taken back',
    { paging: taken('escalation'), firstResponseAt: first },
    'trigger 10:05 escalation',
  ],
  ['linked', { paging: taken('unanswered'), status: 'linked' }, 'resolve 10:05 linked'],
  ['not occurring', { paging: on('reopened'), status: 'not-occurring' }, 'resolve 10:05 not-occurring'],
  ['ended and over', { paging: ended, status: 'recovered' }, null],
  ['ended and open again', { paging: ended, firstResponseAt: first }, 'trigger 10:05 reopened'],
];

it.each(rows)('%s', (_, facts, expected) => {
  const step = nextPage(incident(facts), policy);
  expect(step && `${step.action} ${step.at.toISOString().slice(11, 16)} ${step.why.join(' ')}`).toBe(expected);
});

describe('an escalation', () => {
  it('pages at once, whatever the urgency, and says no more than what it is', () => {
    const page = pageFor(incident({ level: 'low', firstResponseAt: first }), ['escalation', 'update-due'], first);
    expect(page).toEqual({ action: 'trigger', at: first, why: ['escalation'] });
  });
  it.each([{ isDrill: true }, { status: 'recovered' as const }])('of %j pages nobody', (facts) => {
    expect(pageFor(incident(facts), ['escalation'], first)).toBeNull();
  });
  it('is the only kind of notice here that does', () => {
    expect(pageFor(incident(), ['incident-filed', 'update-due', 'scope-due'], first)).toBeNull();
  });
});

it.each([
  ['trigger', 'unanswered', 'Nobody had responded by the limit of the first response.'],
  ['trigger', 'reopened', 'It is open again after its page had ended.'],
  ['trigger', 'escalation', 'Updates were missed in a row.'],
  ['trigger', 'emergency-begun', 'It is an emergency.'],
  ['acknowledge', 'answered', 'Somebody has responded.'],
  ['resolve', 'recovered', 'There is nothing left to be paged for.'],
  ['trigger', 'something newer', 'something newer'],
] as const)('the timeline says why: %s %s', (action, why, sentence) => {
  expect(whyPaged({ action, at: first, why: [why] })).toBe(sentence);
});

it('each step of a page has a number that grows, and an acknowledged one keeps what it was for', () => {
  const on = pagingAfter(undefined, { action: 'trigger', at: first, why: ['escalation'] }, first);
  expect(on).toEqual({ state: 'triggered', sequence: 1, episode: 1, at: first, why: ['escalation'] });
  const later = at('10:07:00');
  const answer: PageStep = { action: 'acknowledge', at: first, why: ['answered'] };
  const taken = pagingAfter({ ...on, answeredAt: first }, answer, later);
  const second = { state: 'acknowledged', sequence: 2, episode: 1, at: later, why: ['escalation'] };
  expect(taken).toEqual({ ...second, answeredAt: first });
  const over = pagingAfter(taken, { action: 'resolve', at: later, why: ['recovered'] }, later);
  expect(over).toEqual({ state: 'resolved', sequence: 3, episode: 1, at: later, why: ['recovered'] });
  // An alert that somebody has acknowledged does not ring again: what has to ring is another.
  const again = pagingAfter(taken, { action: 'trigger', at: later, why: ['emergency-begun'] }, later);
  expect(again).toMatchObject({ state: 'triggered', sequence: 3, episode: 2 });
});

it('whatever happens in whatever order, a page that was answered stops, and one of an ended incident ends', () => {
  const happening = fc.constantFrom('respond', 'take-back', 'recover', 'reopen', 'link', 'escalate', 'look');
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 30 }), (story) => {
      let facts = incident();
      let now = at('10:06:00').getTime();
      const rung = new Set<number>();
      const look = (kinds: 'escalation'[] = []): void => {
        const step = pageFor(facts, kinds, new Date(now)) ?? nextPage(facts, policy);
        if (!step || step.at.getTime() > now) return;
        const paging = pagingAfter(facts.paging, step, new Date(now));
        // What has to ring is an alert that nobody can have acknowledged; what ends it names the last that rang.
        expect(rung.has(paging.episode)).toBe(step.action !== 'trigger');
        rung.add(paging.episode);
        expect(paging.episode).toBe(rung.size);
        facts = { ...facts, paging };
      };
      for (const each of [...story, 'look']) {
        now += 60_000;
        if (each === 'respond') {
          const { firstResponseAt = new Date(now) } = facts;
          facts = { ...facts, firstResponseAt, ...answered(facts, new Date(now)) };
        }
        if (each === 'take-back') {
          const { firstResponseAt: _, ...rest } = facts;
          facts = rest;
        }
        if (each === 'recover') facts = { ...facts, status: 'recovered' };
        if (each === 'link') facts = { ...facts, status: 'linked' };
        if (each === 'reopen') facts = { ...facts, status: 'open' };
        const sequence = facts.paging?.sequence ?? 0;
        look(each === 'escalate' ? ['escalation'] : []);
        // No look says two things, and none is left over for the next one.
        expect((facts.paging?.sequence ?? 0) - sequence).toBeLessThanOrEqual(1);
        expect(nextPage(facts, policy)).toBeNull();
        const isOn = facts.paging?.state === 'triggered';
        if (facts.status !== 'open') expect(facts.paging?.state ?? 'resolved').toBe('resolved');
        if (each === 'respond' && facts.status === 'open') expect(isOn).toBe(false);
        if (facts.status === 'open' && !facts.firstResponseAt) expect(isOn).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
