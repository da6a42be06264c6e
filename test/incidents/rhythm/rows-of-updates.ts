/** Table C, a row a boundary: who is due when, what becomes of each slot, and what the responders are told. */
import type { Row } from '../../scenarios/rows.ts';

const low = { occurredAt: '2026-11-23T18:00:00+09:00', ongoing: 'no' };
const update = (more: Record<string, unknown> = {}) => ({ type: 'customer-updated', customers: ['a'], message: '確認中です', channel: 'phone', ...more });
const recovery = (more: Record<string, unknown> = {}) => update({ recovery: true, message: '復旧しました', ...more });
const recovered = (customers: string[] | 'all', more: Record<string, unknown> = {}) => ({ type: 'recovered', customers, ...more });
const notFound = { type: 'verified', happened: 'no', method: 'logs', evidenceUrl: 'https://x.example' };
const named = (...ids: string[]) => ({ type: 'scoped', affectedCustomers: ids.map((id) => ({ id })) });
const counted = (value: number) => ({ type: 'corrected', field: 'affectedCustomerCount', value });
const abc = { affectedCustomers: [{ id: 'b' }, { id: 'c' }] };

/** All are filed at 10:00 about 09:50. Unless a row says otherwise: urgent, ongoing, one customer, `a`. */
export const rowsOfUpdates: Record<string, Row> = {
  // The first update.
  'urgent: 15 minutes after it was known': { is: { due: 'a 10:15' } },
  'low, and going on': { ticket: { ...low, ongoing: 'yes' }, is: { due: 'a 10:15' } },
  'low, and nobody knows whether it goes on': { ticket: { ...low, ongoing: 'unknown' }, is: { due: 'a 10:15' } },
  'high, and over': { ticket: { ongoing: 'no' }, is: { due: 'a 10:15' } },
  'low, and over: an hour': { ticket: low, is: { due: 'a 11:00' } },
  'a customer named at 10:30 is due 15 minutes later': { says: { '10:30': named('b') }, is: { due: 'a 10:15, b 10:45', count: 2 } },
  'a customer known to be affected since 10:20, named at 10:30': { says: { '10:30': { type: 'scoped', affectedCustomers: [{ id: 'b' }], at: '10:20' } }, is: { due: 'a 10:15, b 10:35' } },

  'told once more later, at the time of the update that had made the slot due: it is missed still': { says: { '10:05': update(), '11:10': update({ at: '10:05' }) }, is: { due: 'a 11:05', slots: '1 met, 1 missed' } },
  'recorded after the fixed time that it left due: that is missed still': { ticket: low, says: { '10:30': update(), '17:30': update({ at: '13:59' }) }, is: { due: 'a 17:00', slots: '1 met, 1 missed' } },
  'recorded after the fixed time that was not due because of it: that is met': { ticket: low, says: { '10:30': update(), '17:30': update({ at: '14:01' }) }, is: { due: 'a 17:00', slots: '2 met' } },

  // What an update meets.
  'at once': { says: { '10:01': update() }, is: { due: 'a 10:31', slots: '1 met' } },
  'exactly when it is due': { says: { '10:15': update() }, is: { due: 'a 10:45', slots: '1 met' } },
  'five minutes after it was due': { says: { '10:20': update() }, is: { due: 'a 10:50', slots: '1 met' } },
  'a millisecond more': { says: { '10:20:00.001': update() }, is: { due: 'a 10:50:00.001', slots: '1 late' } },
  'just before the next is due': { says: { '10:44:59.999': update() }, at: '10:45', is: { due: 'a 11:14:59.999', slots: '1 late' } },
  'as the next is due': { says: { '10:45': update() }, is: { due: 'a 11:15', slots: '1 met, 1 missed' } },
  'an update for nobody else': { ticket: abc, says: { '10:05': update({ customers: ['b'] }) }, is: { due: 'a 10:15, b 10:35, c 10:15', slots: '1 met' } },
  'an update for all': { ticket: abc, says: { '10:05': update({ customers: 'all' }) }, is: { due: 'a 10:35, b 10:35, c 10:35', slots: '3 met' } },
  'in a channel that does not count': { says: { '10:05': update({ channel: 'internal-note' }) }, is: { due: 'a 10:15', slots: '' } },
  'in a channel that nobody named: the ticket': { says: { '10:05': { type: 'customer-updated', customers: ['a'] } }, is: { due: 'a 10:35', slots: '1 met' } },

  // The interval goes by the time since filing, at the last update or slot.
  'untouched until 11:46: every 30 minutes for two hours': {
    at: '11:46',
    is: { due: 'a 11:45', slots: '3 missed', told: ['10:01 incident-filed', '10:10 update-due a', '10:40 update-due a', '11:10 update-due a', '11:15 escalation a', '11:40 update-due a'] },
  },
  'the slot of 11:45 is followed by 12:15': { at: '12:15', is: { due: 'a 12:15', slots: '4 missed' } },
  'and that, after two hours, by 13:15': { says: { '12:16': { type: 'commented', text: '確認' } }, at: '13:16', is: { due: 'a 13:15', slots: '5 missed' } },
  'nothing is closed a millisecond early': { at: '10:44:59.999', is: { due: 'a 10:15', slots: '' } },
  'an update just before two hours': { says: { '11:59:59.999': update() }, at: '12:00', is: { due: 'a 12:29:59.999' } },
  'an update at two hours': { says: { '12:00': update() }, is: { due: 'a 13:00' } },

  // Stated for the past.
  'the update at 10:12 is recorded at 10:50': { says: { '10:50': update({ at: '10:12' }) }, is: { due: 'a 10:45', slots: '1 met' } },
  'the update at exactly 10:15 is recorded at 11:20: the missed 10:45 stays missed': { says: { '11:20': update({ at: '10:15' }) }, is: { due: 'a 11:15', slots: '1 met, 1 missed' } },
  'the update at 10:16 is recorded at 11:20: 10:45 was not yet due': { says: { '11:20': update({ at: '10:16' }) }, is: { due: 'a 11:15', slots: '2 met' } },
  'the update at 10:30 is recorded at 11:20, late': { says: { '11:20': update({ at: '10:30' }) }, is: { due: 'a 11:15', slots: '1 met, 1 late' } },
  'two updates, the older recorded last': { says: { '10:14': update(), '10:20': update({ at: '10:05', message: '調査中です' }) }, is: { due: 'a 10:44', slots: '1 met' } },

  // Recovery, a customer at a time.
  'recovered at 10:05: the message is due at the current slot': { says: { '10:05': recovered('all') }, is: { status: 'recovered', recovered: '10:05', due: 'a 10:15', recoveries: 'a 10:05' } },
  'low and over, recovered at 10:05: the slot of 11:00 comes before an hour from then': { ticket: low, says: { '10:05': recovered('all') }, is: { due: 'a 11:00' } },
  'recovered after two hours: a first interval, where the slot is further': { says: { '12:16': update(), '12:20': recovered('all') }, is: { due: 'a 12:35' } },
  'the recovery message ends it': { says: { '10:05': recovered('all'), '10:10': recovery() }, at: '11:00', is: { due: 'a over 10:10', recoveries: 'a 10:05', recovered: '10:05', slots: '1 met' } },
  'another message does not': { says: { '10:05': recovered('all'), '10:10': update() }, is: { status: 'recovered', due: 'a 10:40' } },
  'the recovery message records the recovery as well': { says: { '10:12': recovery() }, is: { status: 'recovered', recovered: '10:12', due: 'a over 10:12', recoveries: 'a 10:12' } },
  'one of three': { ticket: abc, says: { '10:05': recovered(['b']) }, is: { status: 'open', recovered: '–', recoveries: 'a –, b 10:05, c –' } },
  'three, one after another: it has recovered with the last': {
    ticket: abc,
    says: { '10:05': recovered(['b']), '10:08': recovered(['c']), '10:12': recovered(['a']) },
    is: { status: 'recovered', recovered: '10:12', recoveries: 'a 10:12, b 10:05, c 10:08' },
  },
  'three, recorded in another order than they recovered': {
    ticket: abc,
    says: { '10:20': [recovered(['a'], { at: '10:12' }), recovered(['c'], { at: '10:08' }), recovered(['b'], { at: '10:05' })] },
    is: { status: 'recovered', recovered: '10:12', recoveries: 'a 10:12, b 10:05, c 10:08' },
  },
  'named after the recovery, and known to be affected before it: they recovered with the others': {
    says: { '10:30': [recovered('all', { at: '10:20' }), { type: 'scoped', affectedCustomers: [{ id: 'b' }], at: '10:18' }] },
    is: { status: 'recovered', recovered: '10:20', recoveries: 'a 10:20, b 10:20', due: 'a 10:15, b 10:33' },
  },
  'and in the other order: they are the same': {
    says: { '10:30': [{ type: 'scoped', affectedCustomers: [{ id: 'b' }], at: '10:18' }, recovered('all', { at: '10:20' })] },
    is: { status: 'recovered', recovered: '10:20', recoveries: 'a 10:20, b 10:20', due: 'a 10:15, b 10:33' },
  },
  'known to be affected after the recovery: they have not': {
    says: { '10:30': [recovered('all', { at: '10:20' }), { type: 'scoped', affectedCustomers: [{ id: 'b' }], at: '10:21' }] },
    is: { recoveries: 'a 10:20, b –', due: 'a 10:15, b 10:36' },
  },
  'the last is told by its recovery message': {
    ticket: abc,
    says: { '10:05': recovered(['a', 'b']), '10:12': recovery({ customers: ['c'] }) },
    is: { status: 'recovered', recovered: '10:12', due: 'a 10:15, b 10:15, c over 10:12', recoveries: 'a 10:05, b 10:05, c 10:12' },
  },
  'recorded again with a later time: the first stands': { says: { '10:10': [recovered('all', { at: '10:02' }), recovered('all')] }, is: { recovered: '10:02', recoveries: 'a 10:02' } },
  'recorded again with an earlier time: the earlier stands': { says: { '10:10': [recovered('all'), recovered('all', { at: '10:02' })] }, is: { recovered: '10:02', recoveries: 'a 10:02' } },
  'the recovery message after a recovery that was stated keeps its time': { says: { '10:05': recovered(['a']), '10:12': recovery() }, is: { recovered: '10:05', recoveries: 'a 10:05' } },
  'a recovery message from before the recovery that had been stated: the earlier stands': {
    says: { '11:10': [recovered('all', { at: '11:00' }), recovery({ at: '10:50' })] },
    is: { recovered: '10:50', recoveries: 'a 10:50', due: 'a over 10:50' },
  },
  'and in the other order': { says: { '11:10': [recovery({ at: '10:50' }), recovered('all', { at: '11:00' })] }, is: { recovered: '10:50', recoveries: 'a 10:50', due: 'a over 10:50' } },
  'the recovery told in a channel that does not count is one, and its message is still due': {
    says: { '10:05': recovery({ channel: 'internal-note' }) },
    at: '10:11',
    is: { status: 'recovered', recovered: '10:05', recoveries: 'a 10:05', due: 'a 10:15', slots: '', told: ['10:01 incident-filed', '10:10 update-due a'] },
  },
  'counted but not named are one contact, and keep it open': { ticket: { affectedCustomerCount: 3 }, says: { '10:05': recovered(['a']) }, is: { status: 'open', due: 'a 10:15, others 10:15', recoveries: 'a 10:05, others –' } },
  'all of them': { ticket: { affectedCustomerCount: 3 }, says: { '10:05': recovered('all') }, is: { status: 'recovered', recovered: '10:05', recoveries: 'a 10:05, others 10:05' } },
  'once everyone who is affected has been named, the others are over': { ticket: { affectedCustomerCount: 2 }, says: { '10:05': named('b') }, is: { due: 'a 10:15, b 10:20, others over 10:05', count: 2 } },
  'named and recovered, everyone': { ticket: { affectedCustomerCount: 2 }, says: { '10:05': named('b'), '10:08': recovered(['a']), '10:12': recovered(['b']) }, is: { status: 'recovered', recovered: '10:12' } },
  'recovered first, and then named': { ticket: { affectedCustomerCount: 2 }, says: { '10:05': recovered(['a']), '10:08': named('b'), '10:12': recovered(['b']) }, is: { status: 'recovered', recovered: '10:12' } },
  'nobody else is affected after all, and those who are have recovered': { ticket: { affectedCustomerCount: 3 }, says: { '10:05': recovered(['a']), '10:20': counted(1) }, is: { status: 'recovered', recovered: '10:05', count: 1 } },
  'nobody else is, and those who are recovered before that was known': { ticket: { affectedCustomerCount: 3 }, says: { '10:20': [counted(1), recovered(['a'], { at: '10:05' })] }, is: { status: 'recovered', recovered: '10:05', count: 1 } },
  'nobody else is affected after all, and those who are have not recovered': { ticket: { affectedCustomerCount: 3 }, says: { '10:20': counted(1) }, is: { status: 'open', recovered: '–' } },
  'nobody is affected after all: that is no recovery': { ticket: { customer: undefined, affectedCustomerCount: 3 }, says: { '10:20': counted(0) }, is: { status: 'open', recovered: '–', due: 'others over 10:20' } },
  'others are affected after all, who had been taken off': {
    ticket: { affectedCustomerCount: 3 },
    says: { '10:05': counted(1), '10:20': { type: 'scoped', affectedCustomerCount: 3 } },
    at: '10:31',
    is: { due: 'a 10:15, others 10:35', recoveries: 'a –, others –', told: ['10:01 incident-filed', '10:10 update-due a', '10:30 update-due others'] },
  },
  'more are counted than have been named: they are due as well': { ticket: { affectedCustomerCount: 2 }, says: { '10:05': named('b'), '10:08': counted(4) }, is: { due: 'a 10:15, b 10:20, others 10:23', count: 4 } },
  'branches of one chain are told together': {
    ticket: { customer: { id: 'a', contactId: 'chain' }, affectedCustomers: [{ id: 'b', contactId: 'chain' }, { id: 'c' }] },
    says: { '10:05': update({ customers: ['a'] }) },
    is: { due: 'a+b 10:35, c 10:15' },
  },

  // Not occurring.
  'not found to occur: one message to whoever reported it': { ticket: abc, says: { '10:05': notFound }, is: { status: 'not-occurring', ongoing: 'no', due: 'a 10:15, b over 10:05, c over 10:05' } },
  'which ends it': { says: { '10:05': notFound, '10:12': update() }, at: '10:30', is: { status: 'not-occurring', due: 'a over 10:12', slots: '1 met' } },
  'which nothing does that was sent before it was looked into, and written down after that': { says: { '10:05': notFound, '10:12': update({ at: '10:04' }) }, at: '10:30', is: { status: 'not-occurring', due: 'a 10:34', slots: '1 met' } },
  'and what was sent at that very minute does': { says: { '10:05': notFound, '10:12': update({ at: '10:05' }) }, at: '10:30', is: { status: 'not-occurring', due: 'a over 10:05', slots: '1 met' } },
  'and whoever is named after that waits for nothing, as if they had been before': {
    ticket: { affectedCustomerCount: 2 },
    says: { '10:05': notFound, '10:10': { type: 'scoped', affectedCustomers: [{ id: 'b' }, { id: 'c' }], affectedCustomerCount: 4 } },
    is: { status: 'not-occurring', due: 'a 10:15, b over 10:10, c over 10:10, others over 10:05' },
  },
  'unconfirmed it is no finding': { says: { '10:05': { type: 'verified', happened: 'unconfirmed', method: 'logs', evidenceUrl: 'https://x.example' } }, is: { status: 'open' } },
  'reported again: everyone waits again': { ticket: abc, says: { '10:05': notFound, '10:12': update(), '11:00': { word: { description: 'まだ通らない' } } }, is: { status: 'open', due: 'a 11:15, b 11:15, c 11:15' } },
  'verified to happen after all': { says: { '10:05': notFound, '10:12': update(), '11:00': { type: 'verified', happened: 'yes' } }, is: { status: 'open', ongoing: 'unknown', due: 'a 11:15' } },

  // It is ongoing after all.
  'recovered and told, then verified to go on': { says: { '10:12': recovery(), '12:30': { type: 'verified', ongoing: 'yes' } }, is: { status: 'open', ongoing: 'yes', recovered: '–', recoveries: 'a –', due: 'a 12:45' } },
  'all of them named, recovered and told, then verified to go on: nobody else waits again': {
    ticket: { affectedCustomerCount: 2 },
    says: { '10:05': named('b'), '10:12': recovery({ customers: 'all' }), '12:30': { type: 'verified', ongoing: 'yes' } },
    is: { status: 'open', due: 'a 12:45, b 12:45, others over 10:05' },
  },
  'seen to go on before the recovery, and written down after it': {
    says: { '10:12': recovery(), '12:30': { type: 'verified', happened: 'yes', ongoing: 'yes', at: '10:11:59.999' } },
    is: { status: 'recovered', recovered: '10:12', due: 'a over 10:12' },
  },
  'verified to be ongoing as it had recovered, and written down later': { says: { '10:12': recovery(), '12:30': { type: 'verified', ongoing: 'yes', at: '10:12' } }, is: { status: 'open', recovered: '–', due: 'a 10:27', slots: '1 met' } },
  'the recovery message from before it went on after all, written down after that, ends nothing': {
    says: { '10:20': recovered('all'), '11:00': { type: 'verified', ongoing: 'yes' }, '11:10': recovery({ at: '10:59' }) },
    is: { status: 'open', recovered: '–', recoveries: 'a –', due: 'a 11:29' },
  },
  'and so the recovery itself': { says: { '10:20': recovered('all'), '11:00': { type: 'verified', ongoing: 'yes' }, '11:10': recovered('all', { at: '10:59' }) }, is: { status: 'open', recovered: '–', recoveries: 'a –' } },
  'it recovered as it was seen to go on, which is no earlier': {
    says: { '10:20': recovered('all'), '11:00': { type: 'verified', ongoing: 'yes' }, '11:10': recovered('all', { at: '11:00' }) },
    is: { status: 'recovered', recovered: '11:00' },
  },
  'an update from before it went on after all meets no slot of after that': { says: { '10:12': recovery(), '11:00': { type: 'verified', ongoing: 'yes' }, '11:10': update({ at: '10:40' }) }, is: { due: 'a 11:15', slots: '1 met' } },
  'an update from before it went by the fast row leaves what is due since then, by which it would be due before': {
    ticket: low,
    says: { '10:40': update(), '11:00': { type: 'verified', ongoing: 'yes' }, '11:12': update({ at: '10:43' }) },
    is: { due: 'a 11:15', slots: '1 met' },
  },
  'an update from before another leaves what follows that one, also by the fast row': {
    ticket: low,
    says: { '10:40': update(), '11:50': update(), '12:00': { type: 'verified', ongoing: 'yes' }, '12:06': update({ at: '11:28' }) },
    is: { due: 'a 12:20', slots: '1 met' },
  },
  'and also once what followed that one has ended': {
    ticket: low,
    says: { '10:40': update(), '11:50': update(), '12:00': { type: 'verified', ongoing: 'yes' }, '12:40': update(), '13:00': update({ at: '11:28' }) },
    is: { due: 'a 13:40', slots: '1 met, 1 late' },
  },
  'told of the recovery as another message was sent, and written down later: nothing was due after that': { says: { '10:05': update(), '10:50': update(), '10:55': recovery({ at: '10:05' }) }, is: { due: 'a over 10:05', slots: '2 met' } },
  'the same told once more leaves what followed it, also once it goes by the slow row': {
    ticket: low,
    says: { '10:08': update(), '10:18': { type: 'verified', ongoing: 'yes' }, '10:34': { type: 'corrected', field: 'ongoing', value: 'no' }, '10:50': update(), '10:55': update({ at: '10:08' }) },
    is: { due: 'a 15:00', slots: '1 met, 1 late' },
  },
  'nor is what was owed before that forgotten: a fixed time that it had left due is missed': {
    ticket: low,
    says: { '10:40': update(), '18:10': recovery(), '18:30': { type: 'verified', ongoing: 'yes' }, '18:40': update({ at: '12:30' }) },
    is: { due: 'a 18:45', slots: '1 met, 1 late, 1 missed' },
  },
  'found not to occur, reported again, and a look from before that which found nothing is written down: it stays open': {
    says: { '10:05': notFound, '10:20': { word: { description: '再発' } }, '10:30': { type: 'verified', happened: 'no', method: 'logs', evidenceUrl: 'https://x.example', at: '10:10' } },
    is: { status: 'open', ongoing: 'yes', due: 'a 10:15' },
  },
  'and one of after it ends it': {
    says: { '10:05': notFound, '10:20': { word: { description: '再発' } }, '10:30': { type: 'verified', happened: 'no', method: 'logs', evidenceUrl: 'https://x.example', at: '10:20' } },
    is: { status: 'not-occurring', ongoing: 'no' },
  },
  'seen to be over before it was found to go on after all, and written down after that': {
    ticket: low,
    says: { '10:12': recovery(), '11:00': { type: 'verified', ongoing: 'yes' }, '11:10': { type: 'verified', ongoing: 'no', at: '10:59' } },
    is: { status: 'open', ongoing: 'yes', due: 'a 11:15' },
  },
  'nor one that was missed': { says: { '10:12': recovery(), '11:00': { type: 'verified', ongoing: 'yes' }, '11:50': update({ at: '10:40' }) }, is: { due: 'a 11:45', slots: '1 met, 1 missed' } },
  'recovered, and verified not to go on': { says: { '10:12': recovery(), '12:30': { type: 'verified', ongoing: 'no' } }, is: { status: 'recovered', recovered: '10:12', due: 'a over 10:12' } },
  'not urgent, told at 12:30, verified to go on at 13:30: due at once and not at 16:00': { ticket: low, says: { '12:30': update(), '13:30': { type: 'verified', ongoing: 'yes' } }, is: { ongoing: 'yes', due: 'a 13:45' } },
  'not urgent, and verified to go on before its first hour is over': { ticket: low, says: { '10:05': { type: 'verified', ongoing: 'yes' } }, is: { due: 'a 10:20' } },
  'judged again as urgent: it goes by the fast row from then on': {
    ticket: low,
    says: { '10:05': { type: 'corrected', field: 'occurredAt', value: '2026-11-24T09:30:00+09:00' } },
    is: { urgency: 'high occurred-within-one-hour', due: 'a 10:20' },
  },

  // It is over after all.
  'verified not to go on before 15:00, which ends what stands open': { ticket: { ...low, ongoing: 'yes' }, says: { '14:59': { type: 'verified', ongoing: 'no' } }, at: '15:00', is: { ongoing: 'no', due: 'a 15:00', slots: '7 missed' } },
  'verified not to go on at 15:00: nobody could have known that it would count': { ticket: { ...low, ongoing: 'yes' }, says: { '15:00': { type: 'verified', ongoing: 'no' } }, is: { ongoing: 'no', due: 'a 16:00', slots: '7 missed' } },
  'verified not to go on later than that, before the next of the fast row': {
    ticket: { ...low, ongoing: 'yes' },
    says: { '15:10': { type: 'verified', ongoing: 'no' } },
    at: '16:09',
    is: { ongoing: 'no', due: 'a 16:10', slots: '7 missed' },
  },
  'found not to occur later than that: whoever asked hears so within an hour': { ticket: { ...low, ongoing: 'yes' }, says: { '15:10': notFound }, is: { status: 'not-occurring', due: 'a 16:10', slots: '7 missed' } },

  // What the responders are told.
  'updated before anybody had to be reminded': { says: { '10:08': update() }, at: '10:34', is: { told: ['10:01 incident-filed', '10:33 update-due a'], due: 'a 10:38' } },
  'several customers in one notice': { ticket: abc, says: { '10:05': update({ customers: ['c'] }) }, at: '10:16', is: { told: ['10:01 incident-filed', '10:10 update-due a b'] } },
  'customers who are due within ten minutes are named with the first': {
    says: { '10:09': { type: 'scoped', affectedCustomers: [{ id: 'b' }], at: '10:05' } },
    at: '10:16',
    is: { due: 'a 10:15, b 10:20', told: ['10:01 incident-filed', '10:10 update-due a b'] },
  },
  'and those who are due later are not': {
    says: { '10:09': { type: 'scoped', affectedCustomers: [{ id: 'b' }], at: '10:06' } },
    at: '10:16',
    is: { due: 'a 10:15, b 10:21', told: ['10:01 incident-filed', '10:10 update-due a', '10:16 update-due b'] },
  },
  'two missed in a row, one notice for all': {
    ticket: abc,
    says: { '10:44': update({ customers: ['c'] }) },
    at: '11:16',
    is: { told: ['10:01 incident-filed', '10:10 update-due a b c', '10:40 update-due a b c', '11:09 update-due a b c', '11:15 escalation a b'] },
  },
  'a met slot between two missed: nobody is alarmed': { says: { '10:46': update() }, at: '11:30', is: { slots: '1 met, 1 missed' } },
  'over, nothing more is told': { says: { '10:05': recovery() }, at: '13:00', is: { told: ['10:01 incident-filed'], slots: '1 met' } },
  'nobody is known to be affected: the scope is asked for on the same rhythm': {
    ticket: { customer: undefined },
    at: '12:16',
    is: { due: '', told: ['10:01 incident-filed', '10:10 scope-due', '10:40 scope-due', '11:10 escalation', '11:40 scope-due', '12:10 scope-due'] },
  },
  'until it has recovered': { ticket: { customer: undefined }, says: { '10:20': recovered('all') }, at: '12:16', is: { status: 'recovered', recovered: '10:20', told: ['10:01 incident-filed', '10:10 scope-due'] } },
  'until nobody turns out to be affected': {
    ticket: { customer: undefined },
    says: { '10:20': { type: 'scoped', affectedCustomerCount: 0, method: 'logs' } },
    at: '12:16',
    is: { told: ['10:01 incident-filed', '10:10 scope-due'], count: 0 },
  },
  'until somebody is named': { ticket: { customer: undefined }, says: { '10:20': named('b') }, at: '10:46', is: { due: 'b 10:35', told: ['10:01 incident-filed', '10:10 scope-due', '10:30 update-due b'] } },
  'the message of a recovery is not due in a slot that has ended, and makes one of its own': { says: { '10:05': update(), '10:06': { type: 'recovered', at: '10:00' } }, is: { due: 'a 10:21', slots: '1 met' } },
  'whoever reports for others is not affected': { ticket: { reporterAffected: false, affectedCustomers: [{ id: 'b' }] }, is: { due: 'b 10:15', count: 1 } },
};
