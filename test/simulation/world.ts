/**
 * The world around Metronome: all that customers, tools, Cloud Monitoring, responders and meetings do in some days.
 * Pure: the same seed and days give the same plan, and what follows from answers follows from them alone.
 */
import { dayMs, hourMs, minuteMs, startOfDay } from './calendar.ts';
import { Random } from './random.ts';
import type { RemoteName } from './remote/services.ts';
import type { Act, World } from './stage.ts';
import { alert, storm, testNotification } from './world/alerts.ts';
import { alertmanagerGroup, githubDeployment, templateAlert } from './world/alerts-of-others.ts';
import { desk } from './world/desk.ts';
import { drills } from './world/drills.ts';
import { meetings } from './world/meetings.ts';
import { outage } from './world/outages.ts';
import { question, sameQuestion } from './world/questions.ts';
import { duty } from './world/responders.ts';
import { retractions } from './world/retractions.ts';
import { slackPeople } from './world/slack.ts';
import { support } from './world/taps.ts';
import { genericTicket, outsideTicket, ticketOfTool, unreadable } from './world/tickets.ts';

/** A Sunday noon in Japan, so that one day already sees a week end and its meeting. */
const start = Date.parse('2026-11-22T03:00:00Z');

type Happening = (random: Random, at: number, number: number) => Act[];

/** How often a day, at least and at most. */
const perDay: [least: number, most: number, what: Happening][] = [
  [6, 10, genericTicket],
  [3, 6, (random, at, number) => ticketOfTool(random, at, number, 'zendesk')],
  [1, 2, (random, at, number) => ticketOfTool(random, at, number, 'intercom')],
  [1, 2, (random, at, number) => ticketOfTool(random, at, number, 'freshdesk')],
  [1, 2, (random, at, number) => ticketOfTool(random, at, number, 'jira')],
  [2, 4, alert],
  [0, 1, storm],
  [1, 4, question],
  [0, 1, sameQuestion],
  [1, 2, outsideTicket],
  [1, 2, unreadable],
  [1, 1, (_, at) => testNotification(at)],
  [0, 2, outage],
];

/** The same, numbered by themselves: an older seed keeps what it has. */
const besides: [name: string, least: number, most: number, what: Happening][] = [
  ['groups', 1, 3, alertmanagerGroup],
  ['template alerts', 0, 2, templateAlert],
  ['deployments', 0, 2, githubDeployment],
];

/** What people do where there is such a service. */
const peopleOf: Record<RemoteName, (seed: string, start: number, end: number) => Act[]> = {
  tickets: (...of) => [support(...of)],
  slack: slackPeople,
  // People who are paged or on duty do what the responders do.
  pagerduty: () => [],
  calendars: () => [],
  // They read there what they have stated here.
  notion: () => [],
};

/**
 * @param share how busy it is: 1 is some forty things a day
 * @param remote the services outside that there are
 */
export function makeWorld(seed: string | number, days: number, share = 1, remote: readonly RemoteName[] = []): World {
  const end = start + days * dayMs;
  const acts: Act[] = [
    duty(String(seed), start, end),
    retractions(String(seed), start, end),
    ...meetings(String(seed), start, end),
    ...desk(String(seed), start, end),
    ...drills(String(seed), start, end),
    ...remote.flatMap((each) => peopleOf[each](String(seed), start, end)),
  ];
  let number = 0;
  for (let day = 0; day < days; day += 1) {
    for (const [least, most, what] of perDay) {
      const lots = new Random(`${seed}/day ${day}/${perDay.findIndex((each) => each[2] === what)}`);
      for (let count = lots.between(least, most); count > 0; count -= 1) {
        number += 1;
        if (!lots.chance(share)) continue;
        const random = new Random(`${seed}/${number}`);
        acts.push(...what(random, instant(random, start + day * dayMs), number));
      }
    }
  }
  for (const [name, least, most, what] of besides) {
    const lots = new Random(`${seed}/${name}`);
    for (let day = 0, own = 0; day < days; day += 1) {
      for (let count = lots.between(least, most); count > 0; count -= 1) {
        own += 1;
        if (!lots.chance(share)) continue;
        const random = new Random(`${seed}/${name}/${own}`);
        acts.push(...what(random, instant(random, start + day * dayMs), own));
      }
    }
  }
  return { start, end, acts: acts.filter((each) => each.at < end).sort((a, b) => a.at - b.at) };
}

/** Mostly by day, when shops are open; often on a whole minute, as what is scheduled is. */
function instant(random: Random, from: number): number {
  const midday = startOfDay(from) + 12 * hourMs;
  const byDay = midday + random.between(-3 * 60, 9 * 60) * minuteMs;
  const later = byDay < from ? byDay + dayMs : byDay;
  const at = random.chance(0.8) ? later : from + random.between(0, 24 * 60 - 1) * minuteMs;
  return random.chance(0.5) ? at : at + random.between(0, 59_999);
}
