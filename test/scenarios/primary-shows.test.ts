/** What a primary shows of an outage is what all of its reports say: the first of them, and the worst. */
import { afterAll, expect, test } from 'vitest';
import { type Form, formsIn, openConsole } from './console.ts';
import { expectFold } from './folds.ts';
import { openSlackScenario, saidOn } from './slack-house.ts';

const house = await openSlackScenario('2026-11-24T03:10:00.000Z');
afterAll(() => house.stop());

const read = async (id: string) => (await house.get(`/api/incidents/${id}`)).body;
const record = async (id: string, event: object): Promise<void> =>
  expect((await house.post(`/api/incidents/${id}/events`, event)).status).toBe(201);
const textOf = async (path: string, language: string): Promise<string> => {
  const page = await fetch(house.url + path, { headers: { 'accept-language': language } });
  return (await page.text()).replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
};

test('a report of 12:10 that is merged into one of 12:16 is the first, and the primary says from where it knows', async () => {
  const customer = { id: 'store-1' };
  const occurredAt = '2026-11-24T03:08:00.000Z';
  const first = { id: 'T-1', subject: '会計できない', ongoing: 'yes', customer, occurredAt, businessImpact: 'stopped' };
  const earlier = (await house.ticket(first)).body.incident;
  await house.advance('PT6M');
  const second = { id: 'T-2', subject: 'レジが止まった', ongoing: 'yes', customer: { id: 'store-2' } };
  const own = (await house.ticket(second)).body.incident;
  const id: string = own.id;
  const fields = ({ reportedAt, occurredAt: at, impact, score, missing }: typeof own) => ({
    reportedAt,
    occurredAt: at,
    impact,
    score: score.reference.value,
    missing: missing.map(({ field }: { field: string }) => field),
  });
  const alone = fields(own);
  await house.advance('PT1M41S');
  await record(id, { type: 'responded' });
  await house.advance('PT20S');
  await record(earlier.id, { type: 'linked', to: id, basis: '同じ障害' });

  const { code } = earlier;
  const from = { incidentId: earlier.id, code };
  const primary = await read(id);
  expect(primary).toMatchObject({
    reportedAt: earlier.reportedAt,
    occurredAt,
    firstResponseAt: expect.stringMatching(/^2026-11-24T03:17:4/),
    impact: { businessImpact: 'stopped', affectedCustomerCount: 2 },
    knownFrom: { reportedAt: from, occurredAt: from, businessImpact: from },
    // A link judges nothing again.
    urgency: { rule: 'occurrence-unknown', inputs: { occurredAt: null } },
  });
  expect(fields(primary).missing).not.toContain('occurredAt');
  expect(fields(primary).missing).not.toContain('impact.businessImpact');

  const page = await textOf(`/console/incidents/${id}`, 'ja');
  for (const said of [
    `発生日時11月24日\\(火\\) 12:08 [^(]*\\(${code} より\\)`,
    `第一報11月24日\\(火\\) 12:10 [^(]*\\(${code} より\\)`,
    `業務影響度業務停止 \\(${code} より\\)`,
    '初動まで 7分4\\d秒',
  ])
    expect(page).toMatch(new RegExp(said));
  expect(await textOf(`/console/incidents/${id}`, 'en')).toContain(`(from ${code})`);
  const situation = await house.get(`/api/incidents/${id}/situation`);
  expect(situation.body.known).toMatchObject({ businessImpact: 'stopped', from: { occurredAt: from } });
  await house.advance('PT1M');
  for (let round = 0; round < 6; round += 1) await house.advance('PT5S');
  const card = (await house.cards()).find((each) => saidOn(each).includes('レジが止まった'));
  expect(saidOn(card as never)).toContain(`第一報: 11月24日(火) 12:10 (${code} より)`);
  await expectFold(id);

  // The form takes a code, and what is refused names none by its id.
  const visitor = openConsole(house);
  const form = formsIn(await visitor.page(`/console/incidents/${id}`)).find((each) => each.action.endsWith('/linked'));
  const refused = await visitor.submit(form as Form, [
    ['to', code],
    ['basis', 'the other way'],
  ]);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain(`${code} was merged into this one`);

  // What somebody corrects is the primary's own, and what is left of a link that ends is nothing.
  await record(id, { type: 'corrected', field: 'businessImpact', value: 'degraded' });
  expect((await read(id)).knownFrom).toEqual({ reportedAt: from, occurredAt: from });
  await record(earlier.id, { type: 'unlinked' });
  const apart = await read(id);
  expect(fields({ ...apart, score: own.score })).toEqual({
    ...alone,
    impact: { businessImpact: 'degraded', affectedCustomerCount: 1 },
    missing: alone.missing.filter((field: string) => field !== 'impact.businessImpact' && field !== 'firstResponseAt'),
  });
  expect(apart).not.toHaveProperty('knownFrom');
});
