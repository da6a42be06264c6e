/**
 * The oracle can fail: on a small true ledger it has nothing to say, and whatever is broken in a copy of that it notices.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from './calendar.ts';
import {
  addEvent,
  at,
  type Change,
  ids,
  type Ledger,
  noticesOf,
  recordReminder,
  start,
  withoutEvents,
} from './ledger.ts';
import type { Doc } from './oracle/records.ts';
import { createOracle } from './oracle.ts';
import { openOrdinaryHouse } from './ordinary-house.ts';
import { acts } from './rows-of-acts.ts';
import { noSlips, slips } from './rows-of-slips.ts';
import { other, placesIn } from './spoil.ts';
import type { Answer, Delivered, Oracle, Stage } from './stage.ts';

let truth: Ledger;
let saidOfTruth: string[];

beforeAll(async () => {
  const observed: Ledger['observed'] = [];
  const bundles = new Map<string, Answer>();
  const oracle = createOracle();
  const witness: Oracle = {
    ...oracle,
    observe(call, answer, when) {
      if (call.kind === 'http' && call.method === 'GET' && answer) bundles.set(call.path, answer);
      else observed.push([call, answer, when]);
      oracle.observe(call, answer, when);
    },
  };
  const house = await openOrdinaryHouse(start);
  saidOfTruth = await house.play({ start, end: start + 24 * hourMs, acts }, witness);
  const { stage } = house;
  truth = {
    observed,
    bundles,
    delivered: [...stage.delivered()],
    documents: new Map(stage.documents()),
    outages: [],
    now: stage.now(),
  };
  await house.stop();
});

/** What the oracle says of a copy of the ledger in which something was changed. */
async function judge(change: Change): Promise<string[]> {
  const ledger = structuredClone(truth);
  change(ledger);
  const stage: Stage = {
    now: () => ledger.now,
    delivered: () => ledger.delivered,
    outages: () => ledger.outages,
    gauges: () => [],
    remote: () => ({}),
    documents: () => ledger.documents,
    send: async (call) => (call.kind === 'http' ? ledger.bundles.get(call.path) : undefined),
  };
  const oracle = createOracle();
  for (const each of ledger.observed) oracle.observe(...each);
  return [...oracle.check(stage), ...(await oracle.finish(stage))];
}

test('of what is true it says nothing', async () => {
  expect(saidOfTruth).toEqual([]);
  expect(await judge(() => undefined)).toEqual([]);
});

test.each(Object.entries(noSlips))('it says nothing where %s', async (_, change) => {
  expect(await judge(change)).toEqual([]);
});

describe.each(Object.entries(slips))('%s', (_, cases) => {
  test.each(Object.entries(cases))('it says “%s”', async (says, changes) => {
    for (const change of [changes].flat()) {
      expect(await judge(change)).toContainEqual(expect.stringMatching(new RegExp(says)));
    }
  });
});

/** What the oracle reads of a bundle, in the bundle and in its entries. */
const inBundles =
  'drills.nextDueAt aggregates.total.incidents aggregates.total.recovery.medianMinutes aggregates.total.slots.missed ' +
  'aggregates.total.score.reference.sum aggregates.byUrgency.*.customers.sum aggregates.byHour.known ' +
  'aggregates.byHour.days.*.hours.* aggregates.checkpoints.*.pass aggregates.load.people.*.incidents ' +
  'doors.linked doors.dismissed questions.answered reports laterChanges.total trends.*.summary.incidents ' +
  'trends.*.summary.mitigation.known newActions.*.isOverdue carriedActions.*.timesCarried carriedActions.*.bundleId ' +
  'carriedActions.*.lacks carriedActionCount agenda.*.id agenda.*.title emergencies.*.customers';
const inEntries =
  'assignee status ongoing description url firstResponseAt urgency.rule score.reference.rule ' +
  'score.confirmed.value impact.recurrenceRisk impact.scopeMethod impact.scopeEvidenceUrl cause.summary ' +
  'mitigation.summary missing.*.why durations.firstResponse.minutes checkpoints.*.result checkpoints.*.reason ' +
  'checkpoints.*.heading checkpoints.*.evidence checkpoints.*.facts.minutes checkpoints.*.facts.releaseId ' +
  'checkpoints.*.facts.lacks checkpoints.*.facts.affectedCustomerCount checkpoints.*.facts.firstResponseAt ' +
  'checkpoints.*.facts.missed checkpoints.*.facts.missedFor rhythm.slots.*.customer emergency.since ' +
  'emergency.endedAt emergency.minutes.minutes emergency.customers emergency.area emergency.roles.*.minutes';
const paths = [...inBundles.split(' '), ...inEntries.split(' ').map((each) => `entries.*.${each}`)];

test.each(paths)('it reads %s of a bundle', async (path) => {
  let spoiled = 0;
  const said = await judge(({ bundles }) => {
    for (const [address, { body }] of bundles) {
      if (!address.startsWith('/api/postmortems/2026-W')) continue;
      for (const [holder, name] of placesIn(body, path.split('.'))) {
        holder[name] = other(holder[name]);
        spoiled += 1;
      }
    }
  });
  expect(spoiled).toBeGreaterThan(0);
  // Of what is held any change is noticed, whatever the oracle reads of it.
  expect(said.filter((each) => !each.includes('was held, and has changed since'))).not.toEqual([]);
});

test.each<[what: string, change: Change, says: RegExp]>([
  [
    'who was not told of what was missed',
    (l) => withoutEvents(l, 'forgotten', (event) => event.type === 'escalated'),
    /and it was not escalated/,
  ],
  [
    'a scope that nobody was asked for',
    (l) => withoutEvents(l, 'nobody', (event) => event.type === 'reminded'),
    /should have been asked for/,
  ],
])('%s is noticed also where something fails every few minutes', async (_what, change, says) => {
  const said = await judge((ledger) => {
    const times = Array.from({ length: (ledger.now - start) / (10 * minuteMs) }, (_, index) => at(10 * index));
    ledger.outages = times.map((from) => ({ what: 'firestore', from, to: from + 1_000 }));
    change(ledger);
  });
  expect(said).toContainEqual(expect.stringMatching(says));
});

test('a question is announced where its incident was linked to before that, and else nowhere', async () => {
  const isUntold = /recovery-questioned of .* should have been told of/;
  const tellElsewhere = (ledger: Ledger): void => {
    for (const each of noticesOf(ledger, '701', 'recovery-questioned')) each.incidentId = ids.told!;
  };
  expect(await judge(tellElsewhere)).toContainEqual(expect.stringMatching(isUntold));
  const said = await judge((ledger) => {
    const isQuestion = ([path, { type }]: [string, Doc]): boolean =>
      path.startsWith(`incidents/${ids['701']}/`) && type === 'recovery-questioned';
    // The linking process's clock may be a little behind.
    for (const { recordedAt } of [...ledger.documents].filter(isQuestion).map(([, each]) => each)) {
      addEvent(ledger, '701', { type: 'linked', detail: { to: ids.told }, recordedAt: recordedAt - 1_500 });
    }
    tellElsewhere(ledger);
  });
  expect(said.filter((each) => isUntold.test(each))).toEqual([]);
});

test('who died between a notice and the record of it had sent it, and nothing else', async () => {
  const dies = (ledger: Ledger): void => {
    const diedAt = Date.parse(noticesOf(ledger, 'forgotten', 'update-due')[0]!.deliveredAt) + 100;
    ledger.outages = [{ what: 'instance', from: diedAt, to: diedAt }];
    recordReminder(ledger, 'forgotten', at(18));
  };
  expect(await judge(dies)).toEqual([]);
  const said = await judge((ledger) => {
    dies(ledger);
    for (const each of noticesOf(ledger, 'forgotten', 'update-due')) each.customers = ['store-99'];
  });
  expect(said).toContainEqual(expect.stringMatching(/reminded of .* should have been told of/));
});

test('a notice may come late where something failed, and is then that of one reminder alone', async () => {
  const comesLate = (ledger: Ledger): Delivered => {
    ledger.outages = [{ what: 'channel', from: at(15), to: at(60) }];
    return Object.assign(noticesOf(ledger, 'forgotten', 'update-due')[0]!, {
      deliveredAt: new Date(at(7 * 60)).toISOString(),
    });
  };
  expect(await judge(comesLate)).toEqual([]);
  const again = await judge(
    (ledger) => void ledger.delivered.push({ ...comesLate(ledger), id: 'ntc_other', text: 'once more' }),
  );
  expect(again).toContainEqual(expect.stringMatching(/nothing was recorded that it is about/));
  const inVain = await judge((ledger) => {
    comesLate(ledger);
    ledger.outages = [];
  });
  expect(inVain).toContainEqual(expect.stringMatching(/nothing was recorded that it is about/));
});
