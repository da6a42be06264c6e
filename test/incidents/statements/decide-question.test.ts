/** How a question ends, table A: with an answer, or as the incident that it was. */
import { describe, expect, test } from 'vitest';
import type { FactOf } from '../../../functions/incidents/facts/events.ts';
import { evolveAll } from '../../../functions/incidents/fold/evolve.ts';
import type { AnswerKind, Incident } from '../../../functions/incidents/incident.ts';
import { decideAnswer, reclassified } from '../../../functions/incidents/statements/decide-question.ts';
import { policy } from '../../../functions/policy.ts';
import { at, incidentAt } from '../rhythm/rhythm.ts';

const asked = at('24 10:00');
const now = at('24 12:00');
const question = (facts: Partial<Incident> = {}): Incident =>
  incidentAt(asked, { kind: 'question', ...facts }, { ongoing: 'no', businessImpact: 'degraded' });

const after = (of: Incident, facts: FactOf[]): Incident =>
  evolveAll({ incident: of, contacts: new Map() }, facts, now, policy).incident;

const answer = (kind: AnswerKind, of = question(), note?: string) => {
  const events = decideAnswer(of.kind, { kind, note }, { actor: 'ito', now });
  return { events, after: after(of, events) };
};

describe('an answer', () => {
  test.each<AnswerKind>(['works-as-designed', 'explained'])('as %s closes it', (kind) => {
    const { events, after } = answer(kind, question(), '右上です');
    expect(events.map((each) => [each.type, each.actor, each.occurredAt])).toEqual([['answered', 'ito', now]]);
    expect(events[0]?.detail).toEqual({ kind, note: '右上です' });
    expect(after).toMatchObject({ kind: 'question', status: 'answered', answer: { kind, note: '右上です', at: now } });
    expect([after.firstResponseAt, after.responders, after.reclassifiedAt]).toEqual([now, ['ito'], undefined]);
  });

  test.each<AnswerKind>(['setting-changed', 'data-repaired', 'code-ticket'])('as %s makes it an incident', (kind) => {
    const { events, after } = answer(kind);
    expect(events.map((each) => each.type)).toEqual(['answered', 'reclassified']);
    expect(events[1]).toMatchObject({
      actor: 'rule',
      detail: {
        rule: 'answered-as-trouble',
        why: `It was answered as ${kind}: something had to be changed for the customer.`,
        from: 'question',
        to: 'incident',
      },
    });
    expect(after).toMatchObject({ kind: 'incident', status: 'open', answer: { kind, at: now } });
    expect('note' in (after.answer ?? {})).toBe(false);
    // What an incident lacks is asked for from now on.
    expect(after.missing.map((each) => each.field)).toContain('impact.scopeMethod');
  });

  test('by a person who responded before is no other response', () => {
    const before = question({ firstResponseAt: at('24 10:03'), responders: ['ito', 'sato'] });
    const { after } = answer('explained', before);
    expect([after.firstResponseAt, after.responders]).toEqual([at('24 10:03'), ['ito', 'sato']]);
  });
});

test('reclassified, it is filed and received now, first reported then, and judged by its age now', () => {
  const before = question();
  expect(before.urgency.level).toBe('high');
  const event = reclassified(before.kind, 'unanswered', 'Three days.', now);
  expect(event).toMatchObject({
    type: 'reclassified',
    occurredAt: now,
    detail: { rule: 'unanswered', why: 'Three days.', from: 'question', to: 'incident' },
  });
  expect(after(before, [event])).toMatchObject({
    filedAt: now,
    receivedAt: now,
    reclassifiedAt: now,
    reportedAt: asked,
    urgency: { level: 'low', rule: 'occurred-earlier', inputs: { ageMinutes: 130 } },
    score: { reference: { value: 2 } },
  });
});
