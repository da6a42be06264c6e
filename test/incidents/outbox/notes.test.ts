/** Internal notes on the reporter's ticket. */
import { describe, expect, test } from 'vitest';
import type { EventOf } from '../../../functions/incidents/facts/events.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { noteSchema, notesOf } from '../../../functions/incidents/outbox/notes.ts';
import { type Policy, policy } from '../../../functions/policy.ts';
import { at, incidentAt } from '../rhythm/rhythm.ts';

const now = at('24 10:05');
const incident = incidentAt(at('24 10:00'), { origin: { tool: 'zendesk', id: '7' } });
const reclassified = { type: 'reclassified', detail: { rule: 'answered-as-trouble' } } as unknown as EventOf;
const responded = { type: 'responded', detail: {} } as unknown as EventOf;
const notes = (
  before: Partial<Incident> | undefined,
  after: Partial<Incident> = {},
  events: EventOf[] = [],
  by: Policy = policy,
) => notesOf(before && { ...incident, ...before }, { ...incident, ...after }, events, now, by);

describe('a note is written', () => {
  const question = { kind: 'question' as const };
  test.each<[string, Partial<Incident> | undefined, Partial<Incident>, string | undefined]>([
    ['as it is filed', undefined, {}, 'filed'],
    ['as a question becomes an incident', question, {}, 'reclassified'],
    ['as it has recovered', {}, { status: 'recovered' }, 'recovered'],
    ['as it is found not to occur', {}, { status: 'not-occurring' }, 'not-occurring'],
    ['not while it stays as it is', {}, { title: 'x' }, undefined],
    ['not once more of the same', { status: 'recovered' }, { status: 'recovered' }, undefined],
    ['not as it is linked', {}, { status: 'linked' }, undefined],
    ['not as it is open again', { status: 'recovered' }, {}, undefined],
    ['not of a question', undefined, question, undefined],
    ['not of what is neither', undefined, { kind: 'outside' }, undefined],
    ['not of a drill', undefined, { isDrill: true }, undefined],
    ['not on a ticket of no tool that is written to', undefined, { origin: { tool: 'generic', id: '7' } }, undefined],
  ])('%s', (_, before, after, kind) => {
    const sent = notes(before, after).map(({ sends }) => sends as { kind: string });
    expect(sent.map((each) => each.kind)).toEqual(kind ? [kind] : []);
    // As its sender reads it from the outbox.
    expect(sent.map((each) => noteSchema.parse(each))).toEqual(sent);
  });

  test.each([
    ['filed', undefined, {}, 'filed'],
    ['reclassified', question, {}, 'reclassified'],
    ['recovered', {}, { status: 'recovered' as const }, 'recovered'],
    ['not-occurring', {}, { status: 'not-occurring' as const }, 'notOccurring'],
  ] as const)('of %s only where the policy has it so', (_, before, after, name) => {
    const { outgoing } = policy;
    const by = (isOn: boolean): Policy => {
      const all = Object.fromEntries(Object.keys(outgoing.notes).map((each) => [each, each === name ? isOn : !isOn]));
      return { ...policy, outgoing: { ...outgoing, notes: all as unknown as typeof outgoing.notes } };
    };
    expect([notes(before, after, [], by(true)).length, notes(before, after, [], by(false)).length]).toEqual([1, 0]);
  });

  test('of no other state, whatever a policy says', () => {
    const { outgoing } = policy;
    const all = { ...outgoing, notes: { ...outgoing.notes, linked: true, open: true } };
    const sent = [notes({}, { status: 'linked' }, [], { ...policy, outgoing: all })];
    expect([...sent, notes({ status: 'linked' }, {}, [], { ...policy, outgoing: all })]).toEqual([[], []]);
  });

  test('once, with all that its words are made of', () => {
    const { level, rule } = incident.urgency;
    expect(notes(undefined)).toEqual([
      {
        kind: 'ticket-note',
        key: `note:inc_1:filed:${now.toISOString()}`,
        since: now,
        sends: {
          kind: 'filed',
          incidentId: 'inc_1',
          at: now,
          urgency: { level, rule },
          ticket: { tool: 'zendesk', id: '7' },
        },
      },
    ]);
  });
  test('with the rule by which a question became an incident, and only then', () => {
    const ruleOf = (before: Partial<Incident>, after: Partial<Incident>, events: EventOf[]) =>
      notes(before, after, events).map(({ sends }) => (sends as { rule?: string }).rule);
    expect(ruleOf({ kind: 'question' }, {}, [responded, reclassified])).toEqual(['answered-as-trouble']);
    expect(ruleOf({ kind: 'question' }, {}, [responded])).toEqual([undefined]);
    expect(ruleOf({}, { status: 'recovered' }, [reclassified])).toEqual([undefined]);
  });
});
