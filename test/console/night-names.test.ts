/** At night everything has the name that people use: records their codes and titles, stores their own, once each. */
import { beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../../functions/incidents/incident.ts';
import { policy } from '../../functions/policy.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { freshdeskBody } from '../fixtures/tickets.ts';
import { formsIn, openConsole } from '../scenarios/console.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z', { environment: toolSecrets });
let visitor: ReturnType<typeof openConsole>;
const ids: string[] = [];
beforeAll(async () => {
  visitor = openConsole(scenario);
  for (const [index, subject] of ['注文が通らない', '伝票が出ない', '予約が消えた'].entries()) {
    const customer = { id: `org-${index}`, name: `とり吉 ${index}号店` };
    const affectedCustomers = index === 0 ? [{ id: '麺処' }] : [];
    const filed = await scenario.ticket({ id: `T-${index}`, subject, customer, affectedCustomers });
    ids.push(filed.body.incident.id);
  }
});

const page = (index: number, more = ''): Promise<string> => visitor.page(`/console/incidents/${ids[index]}${more}`);
const formOf = (html: string, end: string) => {
  const form = formsIn(html).find(({ action }) => action.endsWith(end));
  if (!form) throw new Error(`There is no form ${end}.`);
  return form;
};
const incident = async (index: number) => (await scenario.get(`/api/incidents/${ids[index]}`)).body;

describe('a record that is merged', () => {
  test('is named by its code where it is asked for; what is no code is said to be none', async () => {
    const form = formOf(await page(1), '/events/linked');
    const wrong = await visitor.submit(form, [
      ['to', 'M-000000'],
      ['basis', 'same'],
    ]);
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('an incident’s code, ID, or address');
    const merged = await visitor.submit(form, [
      ['to', ` ${codeOf(ids[0] ?? '').toLowerCase()} `],
      ['basis', 'same'],
    ]);
    expect(merged.status).toBe(303);
    expect((await incident(1)).linkedTo).toBe(ids[0]);
    const { status } = await scenario.post(`/api/incidents/${ids[2]}/events`, {
      type: 'linked',
      to: `https://m.example/console/incidents/${ids[0]}?x=1`,
      basis: 'the API takes an address as well',
    });
    expect(status).toBeLessThan(300);
  });

  test('is named on both pages and in the timeline by its code and title, and nowhere by its id alone', async () => {
    for (const [here, there] of [
      [0, 1],
      [0, 2],
      [1, 0],
    ] as const) {
      const html = await page(here);
      const { title } = await incident(there);
      expect(html).toContain(`${codeOf(ids[there] ?? '')} ${title}</a>`);
      // Addresses hold ids; what is read does not.
      expect(html.replaceAll(/<[^>]*>/g, ' ')).not.toMatch(/\binc_[\da-f]{24}\b/);
    }
  });
});

describe('a store', () => {
  test('is chosen from those that are known, and keeps its id and its name with its blanks', async () => {
    const html = await page(0, '/customers?q=%E3%81%A8%E3%82%8A%E5%90%89');
    const form = formOf(html, '/events/scoped');
    const offered = [...html.matchAll(/name="pick" value="([^"]*)"/g)].map(([, value = '']) => value);
    // Those that it has already are not offered.
    expect(offered).toEqual([]);
    const other = (
      await scenario.ticket({ id: 'T-9', subject: '別件', customer: { id: 'org-9', name: 'とり吉 渋谷店' } })
    ).body;
    expect(other.incident.id).toBeDefined();
    const [choice = ''] = [
      ...(await page(0, '/customers?q=%E6%B8%8B%E8%B0%B7')).matchAll(/name="pick" value="([^"]*)"/g),
    ].map(([, value = '']) => value);
    expect(choice).toBe('org-9\tとり吉 渋谷店');
    const picked = await visitor.submit(form, [
      ['pick', choice],
      ['affectedCustomers', '麺処 二号店'],
    ]);
    expect(picked.status).toBe(303);
    const { affectedCustomers } = await incident(0);
    expect(affectedCustomers).toContainEqual(expect.objectContaining({ id: 'org-9', name: 'とり吉 渋谷店' }));
    expect(affectedCustomers).toContainEqual(expect.objectContaining({ id: '麺処 二号店' }));
  });

  test('that was named by mistake is taken off with one press, and is due no more', async () => {
    const before = (await incident(0)).impact.affectedCustomerCount;
    const form = formsIn(await page(0)).find(
      ({ action, fields }) =>
        action.endsWith('/events/customer-removed') && fields.some(([, value]) => value === '麺処'),
    );
    if (!form) throw new Error('Nobody can be taken off.');
    expect((await visitor.submit(form, [])).status).toBe(303);
    const after = await incident(0);
    expect(after.impact.affectedCustomerCount).toBe(before - 1);
    expect(after.affectedCustomers.map((each: { id: string }) => each.id)).not.toContain('麺処');
    const html = await page(0);
    expect(html).toContain('Removed from affected customers');
    expect(html).toContain('Named by mistake');
  });

  test('by the dozens in a ticket is taken off with all others that it named, but who reported', async () => {
    const named = (count: number) => Array.from({ length: count }, (_, each) => ({ id: `s-${each}` }));
    const ticket = { subject: '注文が通らない', customer: { id: 'org-1' } };
    const [few, many] = await Promise.all(
      [3, 60].map(async (count) => {
        const body = { ...ticket, id: `named ${count}`, affectedCustomers: named(count) };
        return (await scenario.ticket(body)).body.incident.id as string;
      }),
    );
    const forms = async (id: string | undefined) =>
      formsIn(await visitor.page(`/console/incidents/${id}`)).filter(({ action }) => action.endsWith('/names-removed'));
    expect(await forms(few)).toEqual([]);
    const [form] = await forms(many);
    if (!form) throw new Error('Nothing takes the names back.');
    expect((await visitor.submit(form, [['why', '書き込み']])).status).toBe(303);
    const { affectedCustomers, impact } = (await scenario.get(`/api/incidents/${many}`)).body;
    expect([affectedCustomers.map(({ id }: { id: string }) => id), impact.affectedCustomerCount]).toEqual([
      ['org-1'],
      1,
    ]);
    const html = await visitor.page(`/console/incidents/${many}`);
    expect(html).toContain('Removed customers named by a ticket');
    expect(await forms(many)).toEqual([]);
  });
});

test('an update that does not get there is said at once: on the page, to an open page, and on the board', async () => {
  const body = freshdeskBody({ ticket_id: 77, requester_email: 'store-77', requester_name: 'Ueno' });
  const headers = { authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}` };
  const { id } = (await scenario.post('/tickets/freshdesk', body, headers)).body.incident;
  const path = `/console/incidents/${id}`;
  scenario.house.cloud.faults.add({ target: 'tools.freshdesk.*', effect: 'fail', times: 50 });
  const drafts = formOf(await visitor.page(`${path}/drafts`), '/updates');
  const sent = await visitor.submit(drafts, []);
  expect(sent.status).toBe(303);
  const shown = await visitor.page(`${path}?recorded=update-requested`);
  expect(shown).toContain('Sending. The result appears');
  expect(shown).not.toContain('Recorded: ');
  await scenario.advance('PT2M');
  const failing = await visitor.page(path);
  expect(failing).toMatch(/role="alert"><strong>Not delivered yet: Ueno<\/strong>/);
  const version = /data-news="[^"]*\/news\/(\d+)/.exec(failing)?.[1];
  expect(await visitor.page(`${path}/news/${version}`)).toContain('Not delivered yet: Ueno');
  // A page that says it already is told nothing new.
  expect(await visitor.page(`${path}/news/${version}?failing`)).toBe('');
  expect(await visitor.page('/console')).toContain('Update not sent');
});

test('that an update has arrived meanwhile refuses no form; that somebody has stated something does', async () => {
  scenario.house.cloud.faults.clear();
  const body = freshdeskBody({ ticket_id: 78, requester_email: 'store-78', requester_name: 'Chiba' });
  const headers = { authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}` };
  const { id } = (await scenario.post('/tickets/freshdesk', body, headers)).body.incident;
  const path = `/console/incidents/${id}`;
  await visitor.submit(formOf(await visitor.page(`${path}/drafts`), '/updates'), []);
  const html = await visitor.page(path);
  await scenario.advance('PT1M');
  const { events } = (await scenario.get(`/api/incidents/${id}/timeline`)).body;
  expect(events.map((each: { type: string }) => each.type)).toContain('customer-updated');
  expect((await visitor.submit(formOf(html, '/events/mitigated'), [['kind', 'setting']])).status).toBe(303);
  expect((await visitor.submit(formOf(html, '/events/fixed'), [['permanentFix', 'x']])).status).toBe(412);
});

describe('settings', () => {
  test('are seen, and say what cannot be right', async () => {
    const html = await visitor.page('/console/settings');
    expect(html).toContain('id="settings"');
    expect(html).toContain('<code>SENDERS</code>');
    expect(html).toContain('Read-only here: change policy.…');
    expect(html).toContain('none loaded');
    expect(html).toContain('Messages to customers carry no company name or phone number: set policy.sender.');
    const before = policy.sender;
    try {
      policy.sender = {
        ...policy.sender,
        company: { ja: '株式会社例', en: 'Example Inc.' },
        telephone: '03-0000-0000',
      };
      const mended = await visitor.page('/console/settings');
      expect(mended).toContain('Example Inc., 03-0000-0000');
      expect(mended).not.toContain('lack our name');
    } finally {
      policy.sender = before;
    }
  });
});

test('a page of long comments stays one that a telephone opens: the newest are on it, and it says that there are more', async () => {
  const { id } = (await scenario.ticket({ id: 'long', subject: '注文が通らない' })).body.incident;
  for (let each = 0; each < 40; each += 1) {
    const text = `${each} ${'長'.repeat(19_900)}`;
    expect((await scenario.post(`/api/incidents/${id}/events`, { type: 'commented', text })).status).toBe(201);
  }
  const html = await visitor.page(`/console/incidents/${id}`);
  expect(html.length).toBeLessThan(700_000);
  expect(html).toContain('39 長');
  expect(html).not.toContain('>1 長');
  expect(html).toMatch(/newest \d\d/i);
});
