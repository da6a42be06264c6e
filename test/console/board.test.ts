/** The board: who is due next, whatever is asked for, and however many wait. */
import { describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z');

test('an incident of hundreds of customers hides from nobody who waits in another', async () => {
  const large = (await scenario.ticket({ id: 'T-large', subject: 'Everywhere', customer: { id: 'store-0' } })).body
    .incident.id;
  for (const hundreds of [1, 2]) {
    const affectedCustomers = Array.from({ length: 350 }, (_, index) => ({ id: `store-${hundreds}-${index}` }));
    const stated = { type: 'scoped', affectedCustomers, method: 'list', evidenceUrl: 'https://x.example/1' };
    expect((await scenario.post(`/api/incidents/${large}/events`, stated)).status).toBe(201);
  }
  await scenario.advance('PT1M');
  await scenario.ticket({ id: 'T-small', subject: 'Here only', customer: { id: 'corner-shop' } });
  const page = await (await fetch(`${scenario.url}/console`, { headers: { 'accept-language': 'en' } })).text();
  const card = page.split('<li id="').find((each) => each.includes('Here only')) ?? '';
  expect(card).toContain('corner-shop');
  // Its own page lists the first two hundred, thirty of them unfolded.
  const own = await (
    await fetch(`${scenario.url}/console/incidents/${large}`, { headers: { 'accept-language': 'en' } })
  ).text();
  expect(own).toMatch(/<h2 id="customers">[^<]*\(701\)/);
  const [shown = [], rest = []] = [...own.matchAll(/<ul class="contacts">(.*?)<\/ul>/gs)].map(([, list = '']) =>
    [...list.matchAll(/<strong>(store-[\d-]+)</g)].map(([, name]) => name),
  );
  expect([shown.length, rest.length, new Set([...shown, ...rest]).size]).toEqual([30, 170, 200]);
});

describe('where nobody is known to be affected', () => {
  const read = async (path: string): Promise<string> =>
    (await fetch(scenario.url + path, { headers: { 'accept-language': 'en' } })).text();
  const cardOf = (page: string, id: string): string =>
    page.split('<li ').find((each) => each.startsWith(`id="${id}"`)) ?? '';
  const opened = async (): Promise<string> =>
    (await scenario.alert(thresholdAlert({ id: '0.1', policy: '7' }))).body.incident.id;

  test('the scope has a countdown of its own, and is overdue as an update would be', async () => {
    const id = await opened();
    expect(cardOf(await read('/console'), id)).toMatch(
      /data-due>1\d min \d+ s left<.*Affected customers not confirmed/,
    );
    await scenario.advance('PT20M');
    const board = await read('/console');
    expect(cardOf(board, id)).toMatch(
      /is-overdue.*data-due>overdue by \d+ (?:min|s)<.*Affected customers not confirmed/s,
    );
    expect(await read(`/console/incidents/${id}`)).toMatch(/due-line is-overdue.*Affected customers aren’t known yet/);
    // It is above customers that are due later.
    const later = (await scenario.ticket({ id: 'T-later', subject: 'Later', customer: { id: 'later-shop' } })).body;
    const both = await read('/console');
    expect(both.indexOf(id)).toBeLessThan(both.indexOf(later.incident.id));
  });
});
