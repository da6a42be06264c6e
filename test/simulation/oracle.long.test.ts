/** The oracle can fail: on a small true ledger it has nothing to say, and what is broken in a copy of that it notices. */
import { beforeAll, describe, expect, test } from 'vitest';
import { hourMs } from './calendar.ts';
import { type Change, type Ledger, start } from './ledger.ts';
import { checkBundles } from './oracle/bundles.ts';
import { createOracle } from './oracle.ts';
import { openOrdinaryHouse } from './ordinary-house.ts';
import { acts } from './rows-of-acts.ts';
import { noSlips, slips } from './rows-of-slips.ts';
import { other, placesIn } from './spoil.ts';
import type { Answer, Oracle, Stage } from './stage.ts';

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

const stageOf = (ledger: Ledger): Stage => ({
  now: () => ledger.now,
  delivered: () => ledger.delivered,
  outages: () => ledger.outages,
  gauges: () => [],
  remote: () => ({}),
  documents: () => ledger.documents,
  send: async (call) => (call.kind === 'http' ? ledger.bundles.get(call.path) : undefined),
});

/** What the oracle says of a copy of the ledger in which something was changed. */
async function judge(changes: readonly Change[]): Promise<string[]> {
  const ledger = structuredClone(truth);
  for (const change of changes) change(ledger);
  const stage = stageOf(ledger);
  const oracle = createOracle();
  for (const each of ledger.observed) oracle.observe(...each);
  return [...oracle.check(stage), ...(await oracle.finish(stage))];
}

test('of what is true it says nothing', async () => {
  expect([saidOfTruth, await judge([])]).toEqual([[], []]);
});

test.each(Object.entries(noSlips))('it says nothing where %s', async (_, changes) => {
  expect(await judge(changes)).toEqual([]);
});

describe.each(Object.entries(slips))('%s', (_, changes) => {
  let said: string[];
  beforeAll(async () => {
    said = await judge(Object.values(changes));
  });
  test.each(Object.keys(changes))('it says “%s”', (says) => {
    expect(said).toContainEqual(expect.stringMatching(new RegExp(says)));
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
  const bundles = structuredClone(truth.bundles);
  const places = [...bundles].flatMap(([address, { body }]) =>
    address.startsWith('/api/postmortems/2026-W') ? placesIn(body, path.split('.')) : [],
  );
  for (const [holder, name] of places) holder[name] = other(holder[name]);
  expect(places.length).toBeGreaterThan(0);
  const unheld = { readings: [], held: new Map(), from: start };
  expect(await checkBundles(stageOf({ ...truth, bundles }), unheld)).not.toEqual([]);
});
