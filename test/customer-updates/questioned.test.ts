/** Who wrote after their recovery, and has not heard from us since. */
import { expect, test } from 'vitest';
import { unansweredQuestions } from '../../functions/customer-updates/decide-notices.ts';
import type { TimelineEvent } from '../../functions/incidents/facts/events.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { at, contactOf, incidentAt } from '../incidents/rhythm/rhythm.ts';

const incident = incidentAt(at('24 10:00'));
const word = (recordedAt: string, customer: string, message?: string): TimelineEvent =>
  ({
    id: recordedAt,
    type: 'recovery-questioned',
    recordedAt: at(recordedAt),
    detail: { customers: [customer], ticket: { tool: 'zendesk', id: customer }, ...(message ? { message } : {}) },
  }) as unknown as TimelineEvent;
const comment = { id: '1', type: 'commented', recordedAt: at('24 12:00'), detail: {} } as unknown as TimelineEvent;
const contacts = (lastUpdateAt?: string): Contact[] =>
  ['a', 'b'].map((id) => ({ ...contactOf(incident, id), ...(lastUpdateAt ? { lastUpdateAt: at(lastUpdateAt) } : {}) }));
const asked = (events: TimelineEvent[], lastUpdateAt?: string, status: 'recovered' | 'open' = 'recovered') =>
  unansweredQuestions({ status }, contacts(lastUpdateAt), events).map(
    ({ contact, word: { message } }) => `${contact.customers[0]?.id} ${message ?? '–'}`,
  );

test.each<[string, TimelineEvent[], string | undefined, string[]]>([
  ['a word waits for an answer', [word('24 11:00', 'a', 'まだ'), comment], undefined, ['a まだ']],
  ['one without words, too', [word('24 11:00', 'a')], undefined, ['a –']],
  ['an update from before is none', [word('24 11:00', 'a', 'まだ')], '24 10:59', ['a まだ']],
  ['nor one of the same moment', [word('24 11:00', 'a', 'まだ')], '24 11:00', ['a まだ']],
  ['an update since is', [word('24 11:00', 'a', 'まだ')], '24 11:01', []],
  ['the last word of each stands', [word('24 11:00', 'a', '1'), word('24 11:05', 'a', '2')], undefined, ['a 2']],
  ['in whatever order they are read', [word('24 11:05', 'a', '2'), word('24 11:00', 'a', '1')], undefined, ['a 2']],
  [
    'the oldest first',
    [word('24 11:00', 'a', '1'), word('24 11:02', 'b', '2'), word('24 11:05', 'a', '3')],
    undefined,
    ['b 2', 'a 3'],
  ],
  ['of a ticket that is nobody’s there is none to answer', [word('24 11:00', 'x', 'まだ')], undefined, []],
])('%s', (_, events, lastUpdateAt, found) => {
  expect(asked(events, lastUpdateAt)).toEqual(found);
});

test('what is not over has its own rhythm', () => {
  expect(asked([word('24 11:00', 'a', 'まだ')], undefined, 'open')).toEqual([]);
});

test('a word is told with when it came, and on which ticket', () => {
  expect(unansweredQuestions({ status: 'recovered' }, contacts(), [word('24 11:00', 'a', 'まだ')])).toMatchObject([
    { at: at('24 11:00'), word: { customers: ['a'], ticket: { tool: 'zendesk', id: 'a' }, message: 'まだ' } },
  ]);
});
