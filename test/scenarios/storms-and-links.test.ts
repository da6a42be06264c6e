/** A storm whose incident is linked continues at the primary, and what undoing the link gives back. */
import { afterEach, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { type Reply, useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');
afterEach(() => scenario.house.cloud.faults.clear());

const alert = (id: string, policy: string): Promise<Reply> => scenario.alert(thresholdAlert({ id, policy }));
const record = (id: string, event: Record<string, unknown>): Promise<Reply> =>
  scenario.post(`/api/incidents/${id}/events`, event);
const link = (id: string, to: string): Promise<Reply> => record(id, { type: 'linked', to, basis: 'one cause' });
const reportsOn = async (id: string): Promise<number> => (await scenario.get(`/api/incidents/${id}`)).body.reportCount;
async function file(id: string): Promise<string> {
  return (await scenario.ticket({ id, subject: '会計できない', customer: { id: `c-${id}` } })).body.incident.id;
}
/** Nothing lies open when the next test lets days pass. */
async function recoverAll(): Promise<void> {
  const { incidents } = (await scenario.get('/api/incidents?status=open&limit=200')).body;
  const told = { type: 'customer-updated', customers: 'all', message: '復旧しました', recovery: true };
  for (const { id } of incidents) await record(id, told);
}

test('an alert that came to the survivor by way of a link is of both, until the link ends', async () => {
  const to = await file('S-1');
  const { id } = (await alert('0.1', '100')).body.incident;
  await link(id, to);
  expect((await alert('0.2', '100')).body.incident.id).toBe(id);
  expect([await reportsOn(id), await reportsOn(to)]).toEqual([2, 3]);
  await record(id, { type: 'unlinked' });
  expect([await reportsOn(id), await reportsOn(to)]).toEqual([2, 1]);
});

test('what came by way of a link is its own again as that ends: an alert and its end, also of those after a while', async () => {
  const to = await file('S-7');
  const { id } = (await alert('0.10', '103')).body.incident;
  await link(id, to);
  const close = (of: string) => scenario.alert(thresholdAlert({ id: of, policy: '103', state: 'closed' }));
  await alert('0.11', '103');
  // By then the storm's own record has been rewritten.
  await scenario.advance('PT6M');
  await alert('0.12', '103');
  await scenario.advance('PT6M');
  await alert('0.13', '103');
  for (const each of ['0.11', '0.12', '0.13']) expect((await close(each)).body.incident.id).toBe(id);
  expect([await reportsOn(id), await reportsOn(to)]).toEqual([7, 8]);
  await record(id, { type: 'unlinked' });
  expect([await reportsOn(id), await reportsOn(to)]).toEqual([7, 1]);
  // And so does what opens after it.
  expect((await alert('0.14', '103')).body.incident.id).toBe(id);
});

test('an alert that is on its way while its incident is linked reaches the survivor', async () => {
  const to = await file('S-2');
  const { id } = (await alert('0.3', '101')).body.incident;
  // Both have read, and neither has committed.
  const commits = scenario.house.cloud.faults.hold({ target: 'firestore.Commit', times: 2 });
  const { incident, ...rest } = thresholdAlert({ id: '0.4', policy: '101' });
  const late = scenario.alert({ ...rest, incident: { ...incident, resource_display_name: 'checkout-api' } });
  await commits.met();
  const linking = link(id, to);
  await commits.met(2);
  commits.letGo();
  await Promise.all([late, linking]);
  expect([await reportsOn(id), await reportsOn(to)]).toEqual([2, 3]);
  // Its resource is named once, on either of them, and neither commit has written over the other.
  const [own, primary] = await Promise.all([id, to].map((each) => scenario.get(`/api/incidents/${each}`)));
  expect(own?.body).toMatchObject({ status: 'linked', linkedTo: to });
  expect([own, primary].flatMap((each) => each?.body.alertResources ?? [])).toEqual(['checkout-api']);
});

test('whether its last alert is recent is asked of the alerts of the group, whatever that is linked to', async () => {
  const to = await file('S-3');
  const { id } = (await alert('0.5', '102')).body.incident;
  await scenario.advance('PT4M');
  // So soon after the first that the storm's own record stays as it is.
  await alert('0.6', '102');
  await link(id, to);
  await scenario.advance('PT58M');
  expect((await alert('0.7', '102')).body.incident.id).toBe(id);
});

test('an alert of a group waits where Firestore cannot say how old the last one is, and begins no second incident', async () => {
  const { id } = (await alert('0.20', '105')).body.incident;
  await scenario.advance('PT4M');
  await alert('0.21', '105');
  await scenario.advance('PT58M');
  // An index that is not ready.
  scenario.house.cloud.faults.add({ target: 'firestore.RunQuery', effect: 'fail', code: 'FAILED_PRECONDITION' });
  await alert('0.22', '105');
  await scenario.advance('PT5M');
  expect(await reportsOn(id)).toBe(3);
});

test('the reports of a primary are counted and listed in the order of their receipt, however many are linked to it', async () => {
  const to = await file('S-4');
  const many = Array.from({ length: 35 }, (_, index) => `S-4-${index}`);
  for (const [index, each] of many.entries()) {
    await link(await file(each), to);
    if (index % 20 === 0) await scenario.advance('PT1S');
  }
  const listed: Reply['body'][] = [];
  for (let token = ''; token !== 'none'; ) {
    const page = await scenario.get(`/api/incidents/${to}/signals?limit=25${token && `&pageToken=${token}`}`);
    listed.push(...page.body.signals);
    token = page.body.nextPageToken ?? 'none';
  }
  expect(await reportsOn(to)).toBe(36);
  expect(listed.map((each) => each.sourceId).toSorted()).toEqual(['S-4', ...many].toSorted());
  const places = listed.map((each) => `${each.receivedAt} ${each.id}`);
  expect(places).toEqual(places.toSorted());
});

test('a question that was linked and unlinked is still looked at after three days', async () => {
  const asked = { category: 'question', differsFromExpected: 'no', ongoing: 'no', customer: { id: 'c-q' } };
  const { id } = (await scenario.ticket({ id: 'Q-1', subject: '設定の場所を知りたい', ...asked })).body.question;
  const to = await file('S-6');
  await link(id, to);
  await record(id, { type: 'unlinked' });
  await recoverAll();
  await scenario.advance('P3DT5M');
  expect((await scenario.get(`/api/incidents/${id}`)).body).toMatchObject({ kind: 'incident', status: 'open' });
});
