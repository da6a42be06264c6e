/** A support agent on the telephone finds last month's printer incident, by whatever the caller says of it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { findCandidates } from '../../functions/find/find-candidates.ts';
import { findIncidents, selectRarest } from '../../functions/find/find-incidents.ts';
import { codeOf, type Incident } from '../../functions/incidents/incident.ts';
import { searchGrams } from '../../functions/incidents/search/searchable.ts';
import { firestore, fromDocument, incidentRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { eraseCustomer } from '../../infra/erase/erase-customer.ts';
import { searchesOf, type Ticket, yearOfTickets } from '../find/year.ts';
import { incident } from '../postmortems/facts.ts';
import { formsIn, openConsole } from './console.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:00:00Z');
/** As many as `npm test` has time for; `find.long.test.ts` files 300, and asks for all that is looked for in a year. */
const year = Number(process.env.YEAR_OF_TICKETS ?? 0);
const tickets = yearOfTickets(year || 60, 'a year');
const incidentIds = new Map<string, string>();

beforeAll(async () => {
  const left: Ticket[] = [...tickets];
  const file = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const { concepts: _, ...body } = next;
      const reply = await scenario.ticket(body);
      expect(reply.status).toBe(201);
      incidentIds.set(next.id, reply.body.incident.id);
    }
  };
  await Promise.all(Array.from({ length: 8 }, file));
});

const find = async (
  asked: string,
): Promise<{ ids: string[]; incidents: { id: string }[]; incomplete?: true; status: number }> => {
  const { status, body } = await scenario.get(`/api/find?q=${encodeURIComponent(asked)}`);
  return { status, ids: (body.incidents ?? []).map((each: { origin: { id: string } }) => each.origin.id), ...body };
};

test('agents find over the tickets of a year everything that they mean, and little else', async () => {
  let [meant, hit, found] = [0, 0, 0];
  const wrong: string[] = [];
  const searches = searchesOf(tickets, 'agents', year ? 200 : 18);
  const results = await Promise.all(searches.map(({ asked }) => find(asked)));
  for (const [index, { asked, means }] of searches.entries()) {
    const ids = results[index]?.ids ?? [];
    const hits = ids.filter((each) => means.has(each)).length;
    meant += means.size;
    hit += hits;
    found += ids.length;
    if (hits < means.size || hits < ids.length) wrong.push(`${asked}: ${hits} of ${means.size}, ${ids.length} found`);
  }
  console.info(`recall ${(hit / meant).toFixed(3)}, precision ${(hit / found).toFixed(3)}`, wrong);
  expect(hit / meant, wrong.join('\n')).toBeGreaterThan(0.99);
  expect(hit / found, wrong.join('\n')).toBeGreaterThan(0.95);
});

describe('a code is said on the telephone', () => {
  test.each([
    ['as it is written', (code: string) => code],
    ['in small letters', (code: string) => code.toLowerCase()],
    ['without its M', (code: string) => code.slice(2)],
    ['with blanks', (code: string) => code.split('').join(' ')],
    [
      'in wide letters',
      (code: string) => code.replace(/[0-9A-Z]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0)),
    ],
    ['with an O for a zero and an l for a one', (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'l')],
  ])('%s', async (_, said) => {
    for (const { id } of tickets.slice(0, 5)) {
      const code = codeOf(incidentIds.get(id) ?? '');
      expect((await find(said(code))).ids).toContain(id);
    }
  });

  test('it is on the incident, and its letters are none that are heard as others', async () => {
    const incident = (await scenario.get(`/api/incidents/${[...incidentIds.values()][0]}`)).body;
    expect(incident.code).toMatch(/^M-[0-9A-HJKMNP-TV-Z]{6}$/);
    expect(incident).not.toHaveProperty('search');
  });
});

test('newest first, questions too, outside tickets never', async () => {
  await scenario.ticket({ id: 'Q-1', subject: '帳票の見方', category: 'question', differsFromExpected: 'no' });
  await scenario.ticket({ id: 'O-1', subject: '帳票の請求', category: 'outside' });
  await scenario.ticket({ id: 'T-1', subject: '帳票が出ない' });
  expect((await find('帳票')).ids).toEqual(['T-1', 'Q-1']);
});

test('a search reads a bounded number of incidents, and says when that was not all', async () => {
  const { operations } = scenario.house.cloud.firestore;
  operations.reset();
  const all = await find('1');
  expect(operations.reads).toBeLessThanOrEqual(policy.find.mostReads + policy.find.mostWeighed + 10);
  expect(all.ids.length).toBeLessThanOrEqual(policy.find.mostFound);
  expect(await find('レシートプリンター')).not.toHaveProperty('incomplete');
});

test.each([
  ['nothing', ''],
  ['blanks and marks', ' 　!? '],
  ['more than anybody types', 'あ'.repeat(201)],
])('%s is a 422 that says what to give', async (_, asked) => {
  const { status, body } = await scenario.get(`/api/find?q=${encodeURIComponent(asked)}`);
  expect(status).toBe(422);
  expect(body.errors).toEqual([{ path: 'q', message: expect.stringContaining('code') }]);
});

test('what nothing holds is found nowhere, and is no error', async () => {
  expect(await find('竜宮城')).toMatchObject({ status: 200, incidents: [] });
});

test('a corrected title is found, and the old one no longer', async () => {
  const { id } = (await scenario.ticket({ id: 'T-2', subject: '券売機が固まる' })).body.incident;
  await scenario.post(`/api/incidents/${id}/events`, { type: 'corrected', field: 'title', value: '発券機が止まる' });
  expect((await find('発券機')).ids).toEqual(['T-2']);
  expect((await find('券売機')).ids).toEqual([]);
});

test('a customer who is named later is found', async () => {
  const { id } = (await scenario.ticket({ id: 'T-3', subject: '厨房の画面' })).body.incident;
  await scenario.post(`/api/incidents/${id}/events`, {
    type: 'scoped',
    affectedCustomerCount: 1,
    affectedCustomers: [{ id: 'shop-999', name: '箱根ガラスの森店' }],
    method: '電話',
    evidenceUrl: 'https://example.jp/e',
  });
  expect((await find('がらすの森')).ids).toEqual(['T-3']);
  expect((await find('shop-999')).ids).toEqual(['T-3']);
});

describe('candidates', () => {
  test('the same trouble is named with its reasons, and linking takes one statement', async () => {
    const one = (await scenario.ticket({ id: 'C-1', subject: '自動釣銭機が動かない', area: 'cash' })).body.incident;
    const two = (await scenario.ticket({ id: 'C-2', subject: '釣銭機が止まった', area: 'cash' })).body.incident;
    await scenario.ticket({ id: 'C-3', subject: '看板の照明が消えた', area: 'sign' });
    const { candidates } = (await scenario.get(`/api/incidents/${two.id}/candidates`)).body;
    expect(candidates[0]).toMatchObject({
      incident: { id: one.id },
      reasons: [
        { kind: 'words', words: ['釣銭機'] },
        { kind: 'area', area: 'cash' },
      ],
    });
    expect(candidates.map((each: { incident: { origin: { id: string } } }) => each.incident.origin.id)).not.toContain(
      'C-3',
    );
    await scenario.post(`/api/incidents/${two.id}/events`, { type: 'linked', to: one.id, basis: '釣銭機' });
    expect(
      (await scenario.get(`/api/incidents/${one.id}/candidates`)).body.candidates.map(
        (each: { incident: { id: string } }) => each.incident.id,
      ),
    ).not.toContain(two.id);
  });

  test('of what is not there: 404', async () => {
    expect((await scenario.get(`/api/incidents/inc_${'0'.repeat(24)}/candidates`)).status).toBe(404);
  });
});

describe('in the console', () => {
  test('every page has the field, and what was asked stays in it', async () => {
    await scenario.ticket({ id: 'P-1', subject: '<b>冷蔵庫</b>の温度' });
    expect((await scenario.get('/console')).body).toContain('action="/console/find"');
    const { status, body } = await scenario.get(`/console/find?q=${encodeURIComponent('冷蔵庫')}`);
    expect(status).toBe(200);
    expect(body).toContain('value="冷蔵庫"');
    expect(body).toContain('&lt;b&gt;冷蔵庫&lt;/b&gt;の温度');
    expect(body).toMatch(/M-[0-9A-Z]{6}/);
  });

  test('nothing to search by is said, with the field', async () => {
    const { status, body } = await scenario.get('/console/find?q=%20');
    expect(status).toBe(200);
    expect(body).not.toContain('role="alert"');
    expect(body).toContain('番号(M-で始まる6文字)');
    expect((await scenario.get('/console/find?q=%21')).status).toBe(422);
  });

  test('candidates are ticked and merged into the first report with one button, and the receipt undoes it', async () => {
    const one = (await scenario.ticket({ id: 'P-2', subject: '自動扉が閉まらない', area: 'door' })).body.incident;
    const two = (await scenario.ticket({ id: 'P-3', subject: '自動扉の故障', area: 'door' })).body.incident;
    const { body } = await scenario.get(`/console/incidents/${two.id}/candidates`);
    expect(body).toContain(`name="incident" value="${one.id}"`);
    const visitor = openConsole(scenario);
    const press = async (page: string, action: RegExp, more: [string, string][] = []) => {
      const form = formsIn(await visitor.page(page)).find((each) => action.test(each.action));
      return visitor.submit(form as NonNullable<typeof form>, more);
    };
    const candidates = `/console/incidents/${two.id}/candidates`;
    expect((await press(candidates, /\/merge$/)).status).toBe(422);
    const merged = await press(candidates, /\/merge$/, [['incident', one.id]]);
    const page = merged.location?.replace('#recorded', '') ?? '';
    expect(page).toMatch(new RegExp(`^/console/incidents/${one.id}\\?merge=mrg_`));
    expect((await scenario.get(`/api/incidents/${two.id}`)).body).toMatchObject({ status: 'linked', linkedTo: one.id });
    expect((await scenario.get(page)).body).toContain(two.code);
    await press(page, /\/unmerge$/);
    expect((await scenario.get(`/api/incidents/${two.id}`)).body.status).toBe('open');
  });

  test('where no words match, open incidents of the same minutes are offered, the newest first', async () => {
    const ids: string[] = [];
    for (const [index, subject] of ['ゴンドラ停止', 'ピアノ調律不能', '噴水逆流'].entries())
      ids.push((await scenario.ticket({ id: `N-${index}`, subject })).body.incident.id);
    const { candidates } = (await scenario.get(`/api/incidents/${ids[0]}/candidates`)).body;
    const near = candidates.filter((each: { reasons: { kind: string }[] }) => each.reasons[0]?.kind === 'minutes');
    const order = near.map((each: { incident: { id: string } }) => each.incident.id);
    expect(order.filter((id: string) => ids.includes(id)).toSorted()).toEqual(ids.slice(1).toSorted());
  });

  test('a candidate of the same area and form is said to be of both, each as what it is', async () => {
    const both = { area: 'gate', form: 'gate-trouble' };
    await scenario.ticket({ id: 'P-4', subject: '改札が開かない', ...both });
    const { id } = (await scenario.ticket({ id: 'P-5', subject: '音が鳴り止む気配なし', ...both })).body.incident;
    const { body } = await scenario.get(`/console/incidents/${id}/candidates?lang=ja`);
    for (const reason of ['同じ製品領域: gate', '同じフォーム: gate-trouble'])
      expect(body).toContain(`<li>${reason}</li>`);
  });
});

test('who is erased is found no longer, by name, by id or in what they wrote', async () => {
  const customer = { id: 'shop-erase', name: '阿蘇くじゅう店' };
  const { id } = (await scenario.ticket({ id: 'E-1', subject: '阿蘇くじゅう店の提灯', customer })).body.incident;
  for (const asked of ['くじゅう', 'shop-erase']) expect((await find(asked)).ids).toEqual(['E-1']);
  await eraseCustomer(firestore(), { customerId: 'shop-erase', pseudonym: 'erased-9' });
  for (const asked of ['くじゅう', '提灯', 'shop-erase']) expect((await find(asked)).ids, asked).toEqual([]);
  expect((await find('erased-9')).incidents.map((each) => each.id)).toEqual([id]);
});

test('candidates are looked for a week before and a week after, both ends included', async () => {
  const own = new Date('2030-03-15T00:00:00Z');
  const week = 7 * 86_400_000;
  const put = async (id: string, ms: number): Promise<void> => {
    const origin = { tool: 'generic' as const, id, area: 'printing', form: 'window' };
    await incidentRef(id).set(incident({ id, filedAt: new Date(own.getTime() + ms), origin }));
  };
  await put('inc_own', 0);
  for (const [id, ms] of Object.entries({ before: -week - 1, first: -week, same: 0, last: week, after: week + 1 }))
    await put(`inc_${id}`, ms);
  const stored = fromDocument<Incident>((await incidentRef('inc_own').get()).data());
  const found = (await findCandidates(stored, policy)).map((each) => each.incident.id);
  expect(found.toSorted()).toEqual(['inc_first', 'inc_last', 'inc_same']);
});

test('while nobody has said what helped, the page and the API offer what helped before, the lightest first', async () => {
  const area = 'label-printing';
  const put = (id: string, day: number, stated: Partial<Incident>) => {
    const origin = { tool: 'generic' as const, id, area };
    const [own, filedAt] = [`inc_${id.repeat(24)}`, new Date(Date.UTC(2033, 0, day))];
    return incidentRef(own).set(incident({ id: own, title: `label ${id}`, filedAt, origin, ...stated }));
  };
  await put('a', 1, { mitigation: { kind: 'revert', summary: 'v12' } });
  await put('b', 2, { mitigation: { kind: 'setting', summary: 'driver off' } });
  await put('c', 10, {});
  await put('d', 11, { mitigation: { kind: 'data-repair' } });
  const own = `inc_${'c'.repeat(24)}`;
  const { body } = await scenario.get(`/api/incidents/${own}/helped`);
  const lines = body.helped.map((each: { kind: string; count: number }) => [each.kind, each.count]);
  // What was filed later is none that helped before.
  expect(lines).toEqual([
    ['setting', 1],
    ['revert', 1],
  ]);
  expect(body.helped[0].examples[0].reasons).toContainEqual({ kind: 'area', area });
  const page = (await scenario.get(`/console/incidents/${own}`)).body;
  expect(page).toMatch(/似た件で効いたこと.*driver off.*v12/s);
  await incidentRef(own).update({ mitigation: { kind: 'workaround' } });
  expect((await scenario.get(`/console/incidents/${own}`)).body).not.toMatch(/似た件で効いたこと/);
  expect((await scenario.get(`/api/incidents/inc_${'9'.repeat(24)}/helped`)).status).toBe(404);
});

test('of more tickets of one id than are shown it says that there are more', async () => {
  const { mostFound } = policy.find;
  const put = (n: number) => {
    const id = `inc_same_${n}`;
    const origin = { tool: 'generic' as const, id: 'SAME-1' };
    return incidentRef(id).set({ ...incident({ id, filedAt: new Date(Date.UTC(2031, 0, n)), origin }), search: [] });
  };
  for (let n = 1; n < mostFound; n += 1) await put(n);
  const few = await find('SAME-1');
  expect([few.incidents.length, few.incomplete]).toEqual([mostFound - 1, undefined]);
  await put(mostFound);
  const full = await find('SAME-1');
  expect([full.incidents.length, full.incomplete]).toEqual([mostFound, true]);
});

test('of several grams the one that the fewest have selects, and of many those that are longest are weighed', async () => {
  const all = firestore().collection('incidents');
  const day = (n: number): Date => new Date(Date.UTC(2032, 0, n));
  for (const [n, search] of [['often'], ['often', 'seldom'], ['often', 'never-alone', 'seldom']].entries())
    await incidentRef(`inc_gram_${n}`).set({ ...incident({ id: `inc_gram_${n}`, filedAt: day(n + 1) }), search });
  const within = all.where('filedAt', '>=', day(1));
  const countOf = async (...grams: string[]) => (await selectRarest(within, grams, policy))?.count;
  expect(await countOf('often', 'seldom')).toBe(2);
  expect(await countOf('seldom', 'never-alone', 'often')).toBe(1);
  expect([await countOf('often', 'nobody’s'), await countOf()]).toEqual([0, undefined]);
  const short = Array.from({ length: policy.find.mostWeighed }, (_, index) => `often-${index}`);
  expect(await countOf(...short, 'x')).toBe(0);
  const picked = await selectRarest(within, ['often', 'never-alone'], policy);
  expect((await picked?.query.get())?.docs.map(({ id }) => id)).toEqual(['inc_gram_2']);
});

describe('more than is read, or shown', () => {
  const of = (stated: Partial<typeof policy.find>) => ({ ...policy, find: { ...policy.find, ...stated } });
  const ids = async (asked: string, stated: Partial<typeof policy.find>) => {
    const { incidents, incomplete } = await findIncidents(asked, of(stated));
    return [incidents.map(({ id }) => id), incomplete];
  };
  const put = async (id: string, n: number, stated: Partial<Incident> = {}) => {
    const made = { ...incident({ id, filedAt: new Date(Date.UTC(2033, 0, n)), title: `鍾乳洞 ${n}` }), ...stated };
    await incidentRef(id).set({ ...made, search: searchGrams(made, policy) });
  };
  const caves = (...of: number[]): string[] => of.map((n) => `inc_cave_${n}`);
  beforeAll(async () => {
    for (const n of [1, 2, 3, 4, 5]) await put(`inc_cave_${n}`, n);
  });

  test.each<[string, Partial<typeof policy.find>, number[], true | undefined]>([
    ['all are read, in pages', { pageSize: 2, mostReads: 6, mostFound: 9 }, [5, 4, 3, 2, 1], undefined],
    ['as many are read as there are', { pageSize: 2, mostReads: 5, mostFound: 9 }, [5, 4, 3, 2, 1], true],
    ['one fewer is read', { pageSize: 2, mostReads: 4, mostFound: 9 }, [5, 4, 3, 2], true],
    ['as many are shown as one page has', { pageSize: 2, mostReads: 9, mostFound: 2 }, [5, 4], true],
    ['fewer are shown than were read', { pageSize: 4, mostReads: 9, mostFound: 3 }, [5, 4, 3], true],
    ['fewer are shown than one page has, not full', { pageSize: 9, mostReads: 9, mostFound: 4 }, [5, 4, 3, 2], true],
    ['as many are shown as there are', { pageSize: 9, mostReads: 9, mostFound: 5 }, [5, 4, 3, 2, 1], undefined],
  ])('%s', async (_, stated, expected, incomplete) => {
    expect(await ids('鍾乳洞', stated)).toEqual([caves(...expected), incomplete]);
  });

  test('what is named exactly counts as read', async () => {
    await put('inc_cave_6', 6, { origin: { tool: 'generic', id: '鍾乳洞' } });
    expect(await ids('鍾乳洞', { pageSize: 9, mostReads: 3, mostFound: 9 })).toEqual([caves(6, 5), true]);
    await incidentRef('inc_cave_6').delete();
  });

  test('of an address, the ticket that has it, wherever it is; else what has its last part', async () => {
    const url = 'https://t.example/a/CAVE-9';
    const address = (id: string, at: string) => ({ origin: { tool: 'generic' as const, id, url: at } });
    await put('inc_url_1', 11, address('CAVE-9', url));
    await put('inc_url_2', 12, { ...address('CAVE-9', 'https://other.example/CAVE-9'), ticketUrls: [url] });
    await put('inc_url_3', 13, address('CAVE-9', 'https://third.example/CAVE-9'));
    expect((await ids(url, {}))[0]).toEqual(['inc_url_2', 'inc_url_1']);
    expect((await ids('https://fourth.example/CAVE-9', {}))[0]).toEqual(['inc_url_3', 'inc_url_2', 'inc_url_1']);
    expect((await ids('CAVE-9', {}))[0]).toEqual(['inc_url_3', 'inc_url_2', 'inc_url_1']);
  });

  test('as many letters may be asked for as the policy has', async () => {
    await expect(findIncidents('x'.repeat(policy.find.mostCharacters), policy)).resolves.toBeDefined();
    await expect(findIncidents('x'.repeat(policy.find.mostCharacters + 1), policy)).rejects.toMatchObject({
      status: 422,
    });
  });
});
