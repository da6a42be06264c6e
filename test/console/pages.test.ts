/** The pages as a browser without script gets them. */
import { get, type IncomingHttpHeaders } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z');
let incidentId = '';
let cookie = '';
let token = '';

const page = async (
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; headers: Headers }> => {
  const response = await fetch(scenario.url + path, {
    headers: { 'accept-language': 'en', cookie, ...headers },
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
};
/** Without fetch, which unpacks by itself. */
const raw = (path: string, encoding: string): Promise<{ headers: IncomingHttpHeaders; bytes: Buffer }> =>
  new Promise((done, fail) => {
    get(scenario.url + path, { headers: { 'accept-encoding': encoding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done({ headers: response.headers, bytes: Buffer.concat(chunks) }));
    }).on('error', fail);
  });
const send = async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) => {
  const response = await fetch(scenario.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: scenario.url, cookie, 'accept-language': 'en', ...headers },
    body: new URLSearchParams({ csrf: token, ...fields }),
  });
  return { status: response.status, text: await response.text(), location: response.headers.get('location') ?? '' };
};

beforeAll(async () => {
  const { body } = await scenario.ticket({
    id: 'T-1',
    subject: 'Orders fail',
    occurredAt: '2026-11-24T08:50:00+09:00',
    customer: { id: 'store-12', name: 'Shibuya' },
  });
  incidentId = body.incident.id;
  const board = await page('/console');
  cookie = (board.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  token = cookie.split('=')[1] ?? '';
});

const strictHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': null,
};
const strict = Object.keys(strictHeaders);

test('every page answers, with the strict headers, and nothing inline', async () => {
  for (const path of [
    '/console',
    '/console/',
    '/console/report',
    '/console/deliveries',
    '/console/quarantine',
    '/console/settings',
    `/console/incidents/${incidentId}`,
    `/console/incidents/${incidentId}/situation`,
  ]) {
    const { status, text, headers } = await page(path);
    expect([path, status]).toEqual([path, 200]);
    expect(Object.fromEntries(strict.map((name) => [name, headers.get(name)]))).toEqual(strictHeaders);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?! src="\/console\/assets\/)/);
    // Only the script's texts have open places.
    expect(text.replace(/<body [^>]*>/, '')).not.toMatch(/\{\w+\}/);
  }
});

test('pages and files are gzipped for who takes it, and whole for who does not', async () => {
  for (const path of [`/console/incidents/${incidentId}`, '/console/assets/console.css']) {
    const sizes: number[] = [];
    for (const encoding of ['gzip, br', 'identity', 'gzip;q=0']) {
      const response = await raw(path, encoding);
      expect(response.headers.vary).toBe('Accept-Encoding');
      expect(response.headers['content-encoding']).toBe(encoding === 'gzip, br' ? 'gzip' : undefined);
      if (encoding !== 'gzip, br') expect(Number(response.headers['content-length'])).toBe(response.bytes.length);
      sizes.push(response.bytes.length);
    }
    expect(sizes[0]).toBeLessThan(sizes[1]! / 2.5);
    // What a phone loads, with no cache and a poor network.
    expect(sizes[0]).toBeLessThan(9 * 1_024);
  }
});

test('what does not exist is a page that says so', async () => {
  for (const path of [
    '/console/nowhere',
    '/console/incidents/inc_000000000000000000000000',
    '/console/assets/../door.ts',
    '/console/assets/door.ts',
  ]) {
    const { status, headers } = await page(path);
    expect([path, status]).toEqual([path, 404]);
    expect(headers.get('content-type')).toContain('text/html');
  }
  expect((await send('/console', {})).status).toBe(405);
  const headers = { origin: scenario.url };
  const refused = await fetch(`${scenario.url}/console/report`, { method: 'DELETE', headers });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
});

test('the language follows the browser, and is switched for good', async () => {
  expect((await page('/console', { 'accept-language': 'ja' })).text).toContain('<html lang="ja">');
  const switched = await page('/console/settings?lang=ja&x=1');
  expect([switched.status, switched.headers.get('location')]).toEqual([303, '/console/settings?x=1']);
  const chosen = switched.headers.get('set-cookie') ?? '';
  expect(chosen).toBe('metronome-language=ja; Max-Age=31536000; Path=/; SameSite=Lax');
  expect((await page('/console', { cookie: chosen.split(';')[0] ?? '' })).text).toContain('<html lang="ja">');
  // A form that was sent from such an address is not sent in vain.
  const refused = await send('/console/report?lang=ja', { subject: ' ' });
  expect([refused.status, refused.text.includes('<html lang="ja">')]).toEqual([422, true]);
});

test('a fact is recorded by a plain form, once however often it is sent', async () => {
  const fields = { key: '0123456789abcdef', happened: 'yes', ongoing: 'yes', method: 'tried it' };
  const first = await send(`/console/incidents/${incidentId}/events/verified`, fields);
  expect(first).toMatchObject({ status: 303, location: `/console/incidents/${incidentId}?recorded=verified#recorded` });
  await send(`/console/incidents/${incidentId}/events/verified`, fields);
  const { body } = await scenario.get(`/api/incidents/${incidentId}/timeline`);
  expect(body.events.filter((each: { type: string }) => each.type === 'verified')).toHaveLength(1);
});

test('a refused form comes back with what was typed, and says what is wrong', async () => {
  const fields = {
    key: 'fedcba9876543210',
    kind: 'revert',
    note: 'typed <b>note</b>',
    evidenceUrl: 'javascript:alert(1)',
  };
  const { status, text } = await send(`/console/incidents/${incidentId}/events/mitigated`, fields);
  expect(status).toBe(422);
  expect(text).toContain('Link to evidence: Enter an http or https address.');
  expect(text).toContain('typed &lt;b&gt;note&lt;/b&gt;');
});

/** A form's fields that a person fills in: the choices, and the current values. */
function fieldsOf(text: string, path: string): Map<string, { choices: string[]; now: string[] }> {
  const forms = [...text.matchAll(/<form[^>]* action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
  // A tap above the form of the same name has nothing to fill in.
  const inside = forms.filter(([, action]) => action === path).map(([, , of]) => of ?? '');
  const fields = new Map<string, { choices: string[]; now: string[] }>();
  const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
  const add = (tag: string, now: string[], choices: string[] = []): void => {
    const name = attribute(tag, 'name') ?? '';
    const of = fields.get(name) ?? { choices: [], now: [] };
    fields.set(name, { choices: [...of.choices, ...choices], now: [...of.now, ...now] });
  };
  for (const [tag] of inside.join('').matchAll(/<input [^>]*>/g)) {
    const type = attribute(tag, 'type') ?? '';
    const value = attribute(tag, 'value') ?? '';
    if (type === 'radio' || type === 'checkbox') add(tag, tag.includes(' checked') ? [value] : [], [value]);
    else if (type !== 'hidden') add(tag, [value]);
  }
  for (const [, tag = '', value = ''] of inside.join('').matchAll(/(<textarea [^>]*>)\n?([\s\S]*?)<\/textarea>/g))
    add(tag, [value]);
  for (const [, tag = '', of = ''] of inside.join('').matchAll(/(<select [^>]*>)([\s\S]*?)<\/select>/g)) {
    const options = [...of.matchAll(/<option [^>]*>/g)].map(([each]) => each);
    const chosen = (each: string) => attribute(each, 'value') ?? '';
    add(tag, options.filter((each) => each.includes(' selected')).map(chosen), options.map(chosen));
  }
  return fields;
}

test('whatever was typed and chosen is in its field again where its form is refused', async () => {
  const types = ['responded', 'verified', 'scoped', 'mitigated', 'customer-updated', 'recovered', 'caused', 'fixed'];
  const steps = [...types, 'prevention', 'commented', 'assigned', 'corrected', 'linked'];
  const [shown, lost]: [string[], string[]] = [[], []];
  for (const [index, type] of [...steps, 'report'].entries()) {
    const opened = type === 'report' ? '/console/report' : `/console/incidents/${incidentId}`;
    const path = type === 'report' ? opened : `${opened}/events/${type}`;
    const typed = new Map(
      [...fieldsOf((await page(opened)).text, path)].map(([name, { choices, now }]): [string, string] => {
        if (choices.length > 0) return [name, choices.findLast((each) => !now.includes(each)) ?? choices[0] ?? ''];
        return [name, /At$|^timeValue$/.test(name) ? '2026-11-24T09:51' : `${name} ${index}`];
      }),
    );
    // Whatever else it says, this is no address.
    const wrong = { [type === 'report' ? 'url' : 'evidenceUrl']: 'no address' };
    const fields = { ...Object.fromEntries(typed), ...wrong };
    const { status, text } = await send(path, { ...fields, zone: 'Asia/Tokyo', key: `refused-form-${index}` });
    expect([type, status]).toEqual([type, 422]);
    const after = fieldsOf(text, path);
    for (const [name, value] of Object.entries(fields)) {
      if (typed.has(name)) (after.get(name)?.now.includes(value) ? shown : lost).push(`${type} ${name}`);
    }
  }
  expect(lost).toEqual([]);
  expect(shown.length).toBeGreaterThan(40);
});

test('forms from elsewhere, without a token, or of another type are refused', async () => {
  const path = `/console/incidents/${incidentId}/events/commented`;
  expect((await send(path, { text: 'x' }, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await send(path, { text: 'x', csrf: 'wrong' })).status).toBe(403);
  expect((await send(path, { text: 'x' }, { cookie: '' })).status).toBe(403);
  const json = await fetch(scenario.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: '{}',
  });
  expect(json.status).toBe(415);
  const { body } = await scenario.get(`/api/incidents/${incidentId}/timeline`);
  expect(body.events.filter((each: { type: string }) => each.type === 'commented')).toHaveLength(0);
});

test('a report by hand is filed like any other, once', async () => {
  const fields = {
    key: 'aaaabbbbccccdddd',
    subject: 'The till is frozen',
    occurredAt: '2026-11-24T08:58',
    zone: 'Asia/Tokyo',
    ongoing: 'yes',
    businessImpact: 'stopped',
    customer: 'store-9 = Ueno',
  };
  const first = await send('/console/report', fields);
  expect(first.status).toBe(303);
  const again = await send('/console/report', fields);
  expect(again.location).toBe(first.location);
  const id = /inc_[\da-f]+/.exec(first.location)?.[0];
  const { body } = await scenario.get(`/api/incidents/${id}`);
  expect(body).toMatchObject({
    title: 'The till is frozen',
    kind: 'incident',
    origin: { tool: 'console' },
    urgency: { level: 'high' },
    occurredAt: '2026-11-23T23:58:00.000Z',
    affectedCustomers: [{ id: 'store-9', name: 'Ueno' }],
    impact: { businessImpact: 'stopped', affectedCustomerCount: 1 },
  });
  const blank = await send('/console/report', { key: 'aaaabbbbccccddde', subject: ' ' });
  expect(blank.text).toContain('Subject: Required.');
});

test.each([
  ['occurredAt', 'yesterday', 'Occurred: Enter a time such as 2026-11-24 09:50.'],
  ['affectedCustomerCount', 'many', 'Affected customers: Enter a whole number.'],
])('a report by hand whose %s nobody can read comes back, and is not filed without it', async (name, value, said) => {
  const fields = { key: `unreadable-${name}`, subject: 'The till is slow', customer: 'store-9', [name]: value };
  const { status, text } = await send('/console/report', fields);
  expect(status).toBe(422);
  expect(text.replaceAll(/<[^>]+>/g, '')).toContain(said);
  const { body } = await scenario.get('/api/incidents?limit=200');
  expect(body.incidents.filter((each: { title: string }) => each.title === fields.subject)).toEqual([]);
});

test('what is in quarantine can be looked at, and dismissed with a reason only', async () => {
  await scenario.ticket({ nope: '<script>alert(1)</script>' });
  const list = await page('/console/quarantine');
  const path = /\/console\/quarantine\/qua_[\da-f]+/.exec(list.text)?.[0] ?? '';
  expect((await page(path)).text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect((await send(`${path}/replay`, {})).status).toBe(422);
  expect((await send(`${path}/dismiss`, { reason: '' })).status).toBe(422);
  expect((await send(`${path}/dismiss`, { reason: 'a test of ours' })).status).toBe(303);
  expect((await page(path)).text).toContain('a test of ours');
});

test('the board costs ten queries, and a read an incident; looked at again, the two written last', async () => {
  const costOf = async (path: string, headers: Record<string, string> = {}) => {
    const before = (await scenario.get('/_local/operations')).body;
    const { status, text } = await page(path, headers);
    const after = (await scenario.get('/_local/operations')).body;
    return { queries: after.queries - before.queries, reads: after.reads - before.reads, status, text };
  };
  const whole = await costOf('/console');
  // The next drill takes two of them: the last one, and where there was none the first incident.
  expect(whole.queries).toBe(10);
  // Two that were written last, two incidents in three tiers, drills, questions asked, two counts, the next drill, and who is on duty.
  expect(whole.reads).toBeLessThanOrEqual(14);
  const stamp = /data-stamp="([\d.-]+)"/.exec(whole.text)?.[1];
  const seen = { 'if-none-match': `"${stamp}"` };
  expect(await costOf('/console', seen)).toEqual({ queries: 1, reads: 2, status: 304, text: '' });
  await scenario.ticket({ id: 'B-1', subject: 'Another' });
  expect(await costOf('/console', seen)).toMatchObject({ queries: 10, status: 200 });
});

test('the token of a visitor stays, so that a form in another tab stays good', async () => {
  expect((await page('/console/report')).headers.get('set-cookie')).toBeNull();
  const fresh = await page('/console/report', { cookie: '' });
  expect(fresh.headers.get('set-cookie')).toMatch(/^metronome-form=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const secure = await page('/console/report', { cookie: '', 'x-forwarded-proto': 'https' });
  expect(secure.headers.get('set-cookie')).toMatch(
    /^__Host-metronome-form=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  // Of several ends that it came through the first is the browser's.
  const named = async (proto: string) => {
    const { headers } = await page('/console/report', { cookie: '', 'x-forwarded-proto': proto });
    return headers.get('set-cookie')?.split('=')[0];
  };
  expect(await named('https , http')).toBe('__Host-metronome-form');
  expect(await named('http, https')).toBe('metronome-form');
});

test('a question closes only with an answer of a stated kind; what was changed for the customer is an incident', async () => {
  const ask = async (id: string): Promise<string> => {
    const question = { id, subject: '表示の見方', category: 'question', differsFromExpected: 'no', customer: { id } };
    return (await scenario.ticket(question)).body.question.id;
  };
  const [explained, changed] = [await ask('Q-1'), await ask('Q-2')];
  expect((await page('/console/questions')).text).toContain(explained);

  const answer = (id: string, fields: Record<string, string>) => send(`/console/incidents/${id}/answer`, fields);
  const known = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
  expect((await answer(explained, { kind: '' })).status).toBe(422);
  expect((await answer(explained, { kind: 'explained', note: 'shown where' })).status).toBe(303);
  expect((await answer(changed, { kind: 'setting-changed' })).status).toBe(303);
  expect(await known(explained)).toMatchObject({ kind: 'question', status: 'answered' });
  expect(await known(changed)).toMatchObject({ kind: 'incident', status: 'open' });
  expect((await answer(explained, { kind: 'explained' })).text).toContain('It was already answered.');
});

test('a next action is proposed, completed, and done with evidence only', async () => {
  const stated = { key: 'actionactionaction', description: 'Alarm on it', kind: 'detect' };
  const added = await send('/console/actions', stated);
  expect(added).toMatchObject({ status: 303, location: '/console/actions' });
  const other = await send('/console/actions', { key: 'actionactionaction', description: 'Stop on it', kind: 'fix' });
  expect(other.status).toBe(422);
  for (const text of ['This form was already sent with different content.', 'Stop on it'])
    expect(other.text).toContain(text);
  const list = await page('/console/actions');
  const path = /\/console\/actions\/act_[\da-f]{24}/.exec(list.text)?.[0] ?? '';
  expect(list.text).toContain('Missing: owner, ticket, done criteria');
  const whole = { owner: 'ann@example.com', ticketUrl: 'https://t.example/1', doneWhen: 'it rang' };
  expect((await send(path, { ...whole, ticketUrl: 'javascript:alert(1)' })).status).toBe(422);
  expect((await send(path, whole)).status).toBe(303);
  const early = await send(path, { status: 'done' });
  expect(early.status).toBe(409);
  expect(early.text).toContain('Enter a link that shows it’s done.');
  expect((await send(path, { status: 'done', evidenceUrl: 'https://t.example/1#done' })).status).toBe(303);
  expect((await page('/console/actions?show=closed')).text).toContain('Alarm on it');
});

test('each field of a report by hand is the one that it is called', async () => {
  const fields = {
    key: 'bbbbccccddddeeee',
    subject: 'Printers are slow',
    description: 'since noon',
    url: 'https://t.example/77',
    category: 'trouble',
    area: 'printing',
    differsFromExpected: 'yes',
    occurredAt: '2026-11-24T07:00',
    zone: 'Asia/Tokyo',
    ongoing: 'no',
    businessImpact: 'degraded',
    customer: 'store-20 = Chiba',
    notAffected: 'yes',
    affectedCustomers: 'store-21 = Kobe\r\nstore-22',
    affectedCustomerCount: '5',
    drill: 'yes',
  };
  const { location } = await send('/console/report', fields);
  const id = /inc_[\da-f]+/.exec(location)?.[0];
  expect((await scenario.get(`/api/incidents/${id}`)).body).toMatchObject({
    title: 'Printers are slow',
    description: 'since noon',
    origin: { tool: 'console', url: 'https://t.example/77', area: 'printing', channel: 'console' },
    occurredAt: '2026-11-23T22:00:00.000Z',
    ongoing: 'no',
    isDrill: true,
    urgency: { level: 'low' },
    reporter: { id: 'store-20', name: 'Chiba' },
    affectedCustomers: [{ id: 'store-21', name: 'Kobe' }, { id: 'store-22' }],
    impact: { businessImpact: 'degraded', affectedCustomerCount: 5 },
  });
  const affected = await send('/console/report', { key: 'ccccddddeeeeffff', subject: 'x', customer: 'store-23' });
  const own = (await scenario.get(`/api/incidents/${/inc_[\da-f]+/.exec(affected.location)?.[0]}`)).body;
  expect([own.isDrill, own.affectedCustomers]).toEqual([false, [{ id: 'store-23' }]]);
});

test('each field of an action by hand is the one that it is called', async () => {
  const fields = {
    key: 'ddddeeeeffffgggg',
    description: ' Watch the printers ',
    kind: 'mitigate',
    owner: 'ken@example.com',
    ticketUrl: 'https://t.example/9',
    doneWhen: 'a slow one rings',
  };
  expect(await send('/console/actions', fields)).toMatchObject({ status: 303, location: '/console/actions' });
  await send('/console/actions', fields);
  const own = async () =>
    (await scenario.get('/api/actions?status=agreed')).body.actions.filter(
      (each: { description: string }) => each.description === 'Watch the printers',
    );
  const [action, ...others] = await own();
  const { key: _, ...stated } = fields;
  expect(others).toEqual([]);
  expect(action).toMatchObject({ ...stated, description: 'Watch the printers', status: 'agreed', createdBy: 'local' });
  const path = `/console/actions/${action.id}`;
  const changed = { description: 'Watch them', owner: 'ann@example.com', dueAt: '2026-12-24', status: 'agreed' };
  expect((await send(path, changed)).location).toBe(`/console/actions#${action.id}`);
  expect((await scenario.get(`/api/actions/${action.id}`)).body).toMatchObject({
    ...changed,
    doneWhen: 'a slow one rings',
    dueAt: '2026-12-24T14:59:59.999Z',
    due: { rule: 'replanned' },
  });
  const early = await send(path, { status: 'done', doneWhen: 'two of them ring' });
  // Done needs evidence: its fields keep what was chosen and typed so far.
  const shown = fieldsOf(early.text, path);
  expect(early.status).toBe(409);
  expect([shown.get('status')?.now, shown.get('doneWhen')?.now]).toEqual([['done'], ['two of them ring']]);
  const reason = { status: 'dropped', droppedReason: 'they are gone' };
  expect((await send(path, reason)).status).toBe(303);
  expect((await scenario.get(`/api/actions/${action.id}`)).body).toMatchObject({ ...reason, owner: 'ann@example.com' });
  const refused = await send('/console/actions', { description: 'x', dueAt: 'soon', evidenceUrl: 'ftp://x' });
  expect(refused.status).toBe(422);
});

test.each(['projects/p/builds/1', '..', 'none', 'r-1'])(
  'a page shows the cause that names the release %s',
  async (releaseId) => {
    const { body } = await scenario.ticket({ id: `release ${releaseId}`, subject: 'Wrong totals' });
    const path = `/console/incidents/${body.incident.id}`;
    const cause = { category: 'release', releaseId, key: `the-release-${releaseId}` };
    const caused = await send(`${path}/events/caused`, cause);
    expect(caused.status).toBe(303);
    const { status, text } = await page(path);
    expect([status, text.includes(`value="${releaseId}"`)]).toEqual([200, true]);
  },
);
