/** The rows of `clock.test.ts`: what is known of one contact, when it is read, and what its clock says. */
import type { ContactFact, ScheduleFact } from '../../../functions/incidents/clocks/facts.ts';
import { asked, denied, emergency, fast, known, message, recovered, reminded, reopened, rhythm, slow, update } from './story.ts';

type Told = [name: string, now: string, facts: ContactFact[], line: string, shared?: ScheduleFact[]];

export const ten = known('10:00');
export const first = reminded('10:10', '10:15');
export const second = reminded('10:40', '10:45');
export const third = reminded('11:10', '11:15');
const both = [ten, first, second];

export const deadlines: Told[] = [
  ['met long before', '10:10', [ten, update('10:02')], '10:15 met; due 10:32'],
  ['met five minutes after', '10:20', [ten, first, update('10:20')], '10:15 met; due 10:50'],
  ['late after that', '10:21', [ten, first, update('10:20:01')], '10:15 late; due 10:50:01'],
  ['late, and nobody was reminded', '10:21', [ten, update('10:20:01')], '10:15 not-reminded; due 10:50:01'],
  ['open until the next is due', '10:44:59', [ten, first], 'due 10:15'],
  ['then missed', '10:45', [ten, first], '10:15 missed; due 10:45'],
  ['reminded of too late', '10:45', [ten, reminded('10:15:01', '10:15')], '10:15 not-reminded; due 10:45'],
  ['reminded of as it is due', '10:45', [ten, reminded('10:15', '10:15')], '10:15 missed; due 10:45'],
  ['told again at once', '10:18', [ten, update('10:14'), update('10:17')], '10:15 met, 10:44 met; due 10:47'],
  ['ended at once by a fixed time, and met in time all the same', '15:05', [known('13:59:47'), reminded('14:54', '14:59:47'), update('15:04:47')], '14:59:47 met; due 17:00', [slow('13:59:47')]],
  ['ended at once by a fixed time, which is met after that', '15:05', [known('13:59:47'), reminded('14:54', '14:59:47'), update('15:04:48')], '14:59:47 missed, 15:00 met; due 17:00', [slow('13:59:47')]],
  ['left due by an update more than an hour before a fixed time', '25 10:31', [ten, update('22:30'), update('25 10:30')], '10:15 not-reminded'],
];

export const recordedLate: Told[] = [
  ['meets what it was in time for', '10:50', [...both, update('10:12', '10:50')], '10:15 met; due 10:45'],
  ['is late for it', '10:50', [...both, update('10:40', '10:50')], '10:15 late; due 11:10'],
  ['has what was due after it met', '11:20', [...both, third, update('10:40', '11:20')], '10:15 late, 10:45 met; due 11:15'],
  ['leaves what ended before it', '11:55', [...both, update('10:50', '11:55')], '10:15 missed, 10:45 met, 11:15 met; due 11:45'],
  ['is older than the last one', '10:20', [ten, update('10:14'), update('10:05', '10:20')], '10:15 met; due 10:44'],
  ['makes better what another was late for', '10:41', [ten, first, update('10:40'), update('10:16', '10:41')], '10:15 met; due 11:10'],
  ['leaves what follows the later one', '11:30', [...both, reminded('10:50', '10:55'), update('10:25'), update('10:12', '11:30')], '10:15 met, 10:55 missed; due 11:25'],
  ['and told of the recovery leaves none due', '11:30', [...both, reminded('10:50', '10:55'), update('10:25'), message('10:12', '11:30')], '10:15 met, 10:55 met; over 10:12'],
];

export const recoveries: Told[] = [
  ['leaves the deadline where that comes first', '10:06', [ten, recovered('10:05')], 'due 10:15'],
  ['from before has it sooner', '10:00', [ten, recovered('09:55', '10:00')], 'due 10:10'],
  ['brings a far one forward', '13:00', [ten, update('12:20'), recovered('13:00')], '13:15'],
  ['recorded when its message would have been due is told of within the interval from then', '13:00', [ten, update('12:50'), recovered('12:40', '13:00')], '13:15'],
  ['is not told by another message', '10:13', [ten, recovered('10:10'), update('10:12')], 'due 10:42'],
  ['is over with its message', '15:00', [ten, recovered('10:10'), message('10:12')], '10:15 met; over 10:12'],
  ['taken back by a reopening has them wait again', '15:01', [ten, message('10:12')], '10:15 met; due 15:15', [fast('10:00'), reopened('15:00')]],
  ['of which the message came before it was known to affect them again', '15:01', [ten, message('10:12'), known('15:00')], '10:15 met; due 15:15'],
  ['stays over where they are named again for before it', '15:01', [ten, message('10:12'), known('10:11', '15:00')], 'over 10:12'],
  ['before a reopening is not met by an update from before it', '15:30', [ten, message('10:12'), update('14:40')], 'due 15:15', [fast('10:00'), reopened('15:00')]],
];

export const outcomes: Told[] = [
  ['not occurring: the one who asked is told', '10:06', [ten, asked('10:00')], 'due 10:15', [denied('10:05')]],
  ['not occurring: nobody else is', '10:06', [ten], 'over 10:05', [denied('10:05')]],
  ['not occurring, and told so', '10:30', [ten, asked('10:00'), update('10:12')], '10:15 met; over 10:12', [denied('10:05')]],
  ['about Metronome itself', '12:00', [ten], 'due –', [rhythm(false, '10:00')]],
  ['by the fast row, from the last update', '12:11', [ten, update('12:00')], '13:00', [slow('10:00'), fast('12:10')]],
  ['by the fast row, no sooner than its first interval', '13:31', [ten, update('12:00')], '13:45', [slow('10:00'), fast('13:30')]],
  ['by the fast row, which has ended what was open', '13:41', [known('11:00')], '12:00 not-reminded; due 13:55', [slow('10:00'), fast('13:40')]],
  ['by the slow row, which has not', '14:59', [ten, update('13:15')], '; due 14:15', [fast('10:00'), slow('14:58')]],
  ['by the slow row, which has', '15:11', [ten, update('13:15')], '14:15 not-reminded; due 16:10', [fast('10:00'), slow('15:10')]],
  ['an emergency', '12:21', [ten, update('12:16')], 'due 12:35', [fast('10:00'), emergency('12:20')]],
  ['an emergency with a deadline sooner than that', '12:21', [ten, update('11:34')], 'due 12:04', [fast('10:00'), emergency('12:20')]],
  ['an emergency ends what is open', '12:35', [ten, update('11:34')], '12:04 not-reminded; due 12:25', [fast('10:00'), emergency('12:10')]],
];
