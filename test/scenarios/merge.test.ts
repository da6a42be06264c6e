/** Many reports of one trouble are merged in one act, whatever comes in between, and that act is undone as one. */
import { afterEach, describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { type Reply, useHouses } from './house.ts';

const { scenario } = useHouses('2026-11-24T01:00:00Z');
afterEach(() => scenario.house.cloud.faults.clear());

let filed = 0;
async function file(more: Record<string, unknown> = {}): Promise<{ id: string; code: string }> {
  filed += 1;
  const body = { id: `M-${filed}`, subject: `会計できない ${filed}`, ongoing: 'yes', customer: { id: `c-${filed}` } };
  return (await scenario.ticket({ ...body, ...more })).body.incident;
}
const files = async (count: number): Promise<{ id: string; code: string }[]> => {
  const all = [];
  for (let n = 0; n < count; n += 1) all.push(await file());
  return all;
};
const merge = (id: string, incidents: string[], headers: Record<string, string> = {}): Promise<Reply> =>
  scenario.post(`/api/incidents/${id}/merge`, { incidents }, headers);
async function undo(id: string, mergeId: string): Promise<Reply> {
  const answer = await fetch(`${scenario.url}/api/incidents/${id}/merges/${mergeId}`, { method: 'DELETE' });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}
const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const linkedTo = async (ids: string[]): Promise<(string | null)[]> =>
  Promise.all(ids.map(read)).then((all) => all.map((each) => (each.status === 'linked' ? each.linkedTo : null)));
const eventsOf = async (id: string): Promise<string[]> =>
  (await scenario.get(`/api/incidents/${id}/timeline?limit=200`)).body.events.map(({ type }: { type: string }) => type);
const idsOf = (all: { id: string }[]): string[] => all.map(({ id }) => id);

/** What of an incident says how it is, without where it is in its timeline and what has been told apart. */
async function stateOf(id: string) {
  const {
    lastSequence: _,
    statedSequence: __,
    changedAt: ___,
    unlinkedFrom: ____,
    links: _____,
    ...state
  } = await read(id);
  const contacts = (await scenario.get(`/api/incidents/${id}/contacts?limit=200`)).body.contacts;
  return { ...state, contacts };
}

test('by ids, codes and addresses; sent again it answers the same and records nothing', async () => {
  const [target, one, two, three] = await files(4);
  const { id } = target!;
  const named = [one!.id, two!.code, `https://example.jp/console/incidents/${three!.id}`];
  const merged = await merge(id, named);
  const ids = idsOf([one!, two!, three!]);
  expect(merged).toMatchObject({ status: 200, body: { merged: ids, refused: [] } });
  expect(merged.body).not.toHaveProperty('pending');
  expect(await linkedTo(ids)).toEqual([id, id, id]);
  const customers = (await read(id)).affectedCustomers;
  expect(customers).toHaveLength(4);
  const events = await eventsOf(id);
  const again = await merge(id, ids.toReversed());
  expect(again.body).toMatchObject({ mergeId: merged.body.mergeId, merged: ids.toReversed(), refused: [] });
  expect(await eventsOf(id)).toEqual(events);
});

test('what cannot be merged is named with its reason, and keeps nothing else from being merged', async () => {
  const [target, one, elsewhere, other] = await files(4);
  const { id } = target!;
  expect((await merge(other!.id, [elsewhere!.id])).status).toBe(200);
  const drill = await file({ drill: true });
  const unknown = 'inc_0123456789abcdef01234567';
  // One of them is named twice, by its id and by its code.
  const named = [id, 'M-000000', unknown, elsewhere!.code, drill.id, one!.id, one!.code];
  const { status, body } = await merge(id, named);
  expect([status, body.merged]).toEqual([200, [one!.id]]);
  expect(body.refused.map((each: { incident: string }) => each.incident)).toEqual([
    'M-000000',
    id,
    unknown,
    elsewhere!.code,
    drill.id,
  ]);
  for (const { why } of body.refused) expect(why).toMatch(/^[A-Z].*\.$/);
  expect(await linkedTo([elsewhere!.id, one!.id])).toEqual([other!.id, id]);
});

test.each([
  ['no report', []],
  ['more than the policy allows', Array.from({ length: policy.merge.most + 1 }, (_, n) => `M-${n}`)],
])('%s is refused', async (_, incidents) => {
  const { id } = await file();
  expect((await merge(id, incidents)).status).toBe(422);
});

test('an older version of the record is refused, and a merge into a merged report goes to its primary', async () => {
  const [target, member, one] = await files(3);
  await merge(target!.id, [member!.id]);
  const stale = await merge(target!.id, [one!.id], { 'if-match': '"00000001"' });
  expect(stale.status).toBe(412);
  const { body } = await merge(member!.id, [one!.id]);
  expect(body.merged).toEqual([one!.id]);
  expect(await linkedTo([one!.id])).toEqual([target!.id]);
  // It is undone at the address at which it was asked for.
  expect((await undo(member!.id, body.mergeId)).body.unmerged).toEqual([one!.id]);
  expect(await linkedTo([one!.id, member!.id])).toEqual([null, target!.id]);
});

describe('undone', () => {
  test('each report and the primary are as if they had never been merged; undone again, nothing happens', async () => {
    const all = await files(4);
    const [target, ...reports] = idsOf(all) as [string, ...string[]];
    const before = await Promise.all([target, ...reports].map(stateOf));
    const { mergeId } = (await merge(target, reports)).body;
    const undone = await undo(target, mergeId);
    expect(undone).toMatchObject({ status: 200, body: { mergeId } });
    expect(undone.body.unmerged.toSorted()).toEqual(reports.toSorted());
    expect(await Promise.all([target, ...reports].map(stateOf))).toEqual(before);
    expect(await undo(target, mergeId)).toMatchObject({ status: 200, body: { mergeId, unmerged: [] } });
    const again = await merge(target, reports);
    expect(again.body).toMatchObject({ mergeId, merged: reports });
    expect(await linkedTo(reports)).toEqual(reports.map(() => target));
  });

  test('what was linked before, and by another merge, stays', async () => {
    const all = await files(4);
    const [target, before, one, two] = idsOf(all) as [string, string, string, string];
    await scenario.post(`/api/incidents/${before}/events`, { type: 'linked', to: target, basis: 'same' });
    const first = (await merge(target, [before, one])).body;
    expect(first.merged).toEqual([before, one]);
    await merge(target, [two]);
    expect((await undo(target, first.mergeId)).body.unmerged).toEqual([one]);
    expect(await linkedTo([before, one, two])).toEqual([target, null, target]);
  });

  test('a merge that never was is not found', async () => {
    const { id } = await file();
    expect((await undo(id, 'mrg_0123456789abcdef01234567')).status).toBe(404);
  });
});

test('of more than a few the first are merged before the answer, and the others by the next look; so is the end', async () => {
  const count = policy.merge.atOnce + 3;
  const all = await files(count + 1);
  const [target, ...reports] = idsOf(all) as [string, ...string[]];
  const { status, body } = await merge(target, reports);
  expect([status, body.merged.length, body.pending]).toEqual([202, policy.merge.atOnce, reports.slice(-3)]);
  await scenario.advance('PT1M');
  expect(await linkedTo(reports)).toEqual(reports.map(() => target));
  const undone = await undo(target, body.mergeId);
  expect([undone.status, undone.body.pending.length]).toEqual([202, 3]);
  await scenario.advance('PT1M');
  expect(await linkedTo(reports)).toEqual(reports.map(() => null));
});

test('undone before the rest was merged, the rest is not merged', async () => {
  const all = await files(policy.merge.atOnce + 2);
  const [target, ...reports] = idsOf(all) as [string, ...string[]];
  const { body } = await merge(target, reports);
  expect((await undo(target, body.mergeId)).body.unmerged).toHaveLength(policy.merge.atOnce);
  await scenario.advance('PT1M');
  expect(await linkedTo(reports)).toEqual(reports.map(() => null));
});

test('killed at any commit, the same request makes the links that are left, and one undoes them all', async () => {
  const all = await files(4);
  const [target, ...reports] = idsOf(all) as [string, ...string[]];
  const partly = new Set<number>();
  for (let skip = 0; ; skip += 1) {
    const fault = { target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED', skip };
    await scenario.post('/_local/faults', { faults: [fault] });
    const { status } = await merge(target, reports);
    scenario.house.cloud.faults.clear();
    partly.add((await linkedTo(reports)).filter(Boolean).length);
    const { body } = await merge(target, reports);
    expect(body).toMatchObject({ merged: reports, refused: [] });
    expect((await undo(target, body.mergeId)).body.unmerged.toSorted()).toEqual(reports.toSorted());
    expect(await linkedTo(reports)).toEqual(reports.map(() => null));
    if (status < 500) break;
  }
  expect([...partly].toSorted()).toEqual([0, 1, 2, 3]);
});

test('killed while the rest is merged, a later look merges what is left', async () => {
  const all = await files(policy.merge.atOnce + 4);
  const [target, ...reports] = idsOf(all) as [string, ...string[]];
  for (const skip of [0, 1, 2]) {
    const { body } = await merge(target, reports);
    expect(body.pending).toHaveLength(3);
    const fault = { target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED', skip };
    await scenario.post('/_local/faults', { faults: [fault] });
    await scenario.advance('PT1M');
    scenario.house.cloud.faults.clear();
    await scenario.advance('PT10M');
    expect(await linkedTo(reports)).toEqual(reports.map(() => target));
    await undo(target, body.mergeId);
    await scenario.advance('PT2M');
    expect(await linkedTo(reports)).toEqual(reports.map(() => null));
  }
});

test('two people who merge the same at once merge it once; into two incidents, each report goes to one of them', async () => {
  const [target, ...reports] = idsOf(await files(5)) as [string, ...string[]];
  const [one, two] = await Promise.all([merge(target, reports), merge(target, reports.toReversed())]);
  expect([one.status, two.status]).toEqual([200, 200]);
  expect(one.body.mergeId).toBe(two.body.mergeId);
  expect((await eventsOf(target)).filter((each) => each === 'linked')).toHaveLength(reports.length);

  const [here, there, ...more] = idsOf(await files(5)) as [string, string, ...string[]];
  const both = await Promise.all([merge(here, more), merge(there, more)]);
  const homes = await linkedTo(more);
  for (const [index, each] of more.entries()) {
    const [winner, loser] = homes[index] === here ? both : both.toReversed();
    expect(winner?.body.merged).toContain(each);
    expect(loser?.body.refused.map(({ incident }: { incident: string }) => incident)).toContain(each);
  }
});
