/** Every page and every refusal of the console, read in one language: none has a word of the other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { openScenario, type Scenario, withPolicy } from '../scenarios/house.ts';
import { foreign } from './foreign.ts';

let scenario: Scenario;
let cookie = '';
const paths: string[] = [];
const forms: [path: string, fields: Record<string, string>][] = [];

/** What people write in this house is in neither language. */
const word = 'Ωμέγα';

beforeAll(async () => {
  const channels = [{ kind: 'slack-app', channel: 'C1', name: 'C1', language: 'ja', for: { drill: 'also' } }];
  scenario = await openScenario('2026-11-22T14:30:00Z', {
    environment: { ...process.env, NOTIFY_CHANNELS: JSON.stringify(channels) },
  });
  const file = async (body: Record<string, unknown>) =>
    (await scenario.ticket({ subject: word, customer: { id: '12', name: word }, ...body })).body.incident.id as string;
  const say = (id: string, statement: unknown) => scenario.post(`/api/incidents/${id}/events`, statement);
  // On the Sunday before: nobody answers it for as long as a question may wait, which are hours here.
  const question = await withPolicy(policy.routing, { unansweredQuestionAfter: 'PT3H' }, async () => {
    const asked = { category: 'question', differsFromExpected: 'no', customer: { id: '16' } };
    const { id } = (await scenario.ticket({ id: '7', subject: word, ...asked })).body.question;
    await scenario.advance('PT9H30M');
    if ((await scenario.get(`/api/incidents/${id}`)).body.kind !== 'incident')
      throw new Error('It is a question still.');
    return id;
  });
  const id = await file({ id: '1', occurredAt: '2026-11-23T08:50:00+09:00', affectedCustomerCount: 3 });
  const bare = await file({ id: '2', customer: undefined });
  const wrong = await file({ id: '3', occurredAt: word, businessImpact: word, affectedCustomers: [word], url: word });
  await scenario.advance('PT50M');
  const statements = [
    { type: 'verified', happened: 'yes', ongoing: 'yes', method: word, reportDiffers: word },
    { type: 'scoped', affectedCustomers: [{ id: '13', name: word }], method: word, recurrenceRisk: 'unknown' },
    { type: 'mitigated', kind: 'fix-release', note: word },
    { type: 'caused', category: 'release', summary: word, releaseId: 'none' },
    { type: 'customer-updated', customers: 'all', message: word, channel: 'phone' },
    { type: 'corrected', field: 'occurredAt', value: '2026-11-22T08:00:00+09:00' },
  ];
  for (const each of statements) {
    const { status } = await say(id, each);
    if (status !== 201) throw new Error(`${each.type} was answered ${status}.`);
  }
  const recovered = await file({ id: '4' });
  const told = { type: 'customer-updated', customers: 'all', message: word, channel: 'ticket', recovery: true };
  await say(recovered, told);
  await say(recovered, { type: 'verified', happened: 'yes', ongoing: 'yes' });
  const linked = await file({ id: '5', customer: { id: '15', name: word } });
  await say(linked, { type: 'linked', to: id, basis: word });
  const doubtful = await file({ id: '6' });
  await say(doubtful, { type: 'verified', happened: 'no', method: word, evidenceUrl: 'https://x.example' });
  const answered = (
    await scenario.ticket({
      id: '8',
      subject: word,
      category: 'question',
      differsFromExpected: 'no',
      customer: { id: '17' },
    })
  ).body.question.id;
  await scenario.ticket({ [word]: word });
  await scenario.ticket({ id: '9', subject: word, category: 'outside' });
  const open = {
    incident_id: '0.1',
    scoping_project_id: 'shop',
    state: 'open',
    policy_name: word,
    started_at: 1_795_392_000,
    summary: word,
  };
  await scenario.alert({ version: '1.2', incident: open });
  await scenario.alert({ version: '1.2', incident: { incident_id: '0.2', state: 'sideways' } });
  const made = await scenario.post('/api/actions', { incidentId: id, description: word, kind: 'prevent', owner: word });
  const action = made.body.id;
  const emergency = await file({ id: '10', businessImpact: 'stopped', affectedCustomerCount: 12, area: word });
  await say(emergency, { type: 'role-taken', role: 'lead' });
  await scenario.post(`/api/incidents/${emergency}/updates`, { customers: 'all', message: word });
  const drill = (await scenario.post('/api/drills', { from: id, speed: 10 })).body.id;
  await scenario.advance('PT60M');
  await scenario.post('/api/postmortems/2026-W47/assemble', {});
  await scenario.post('/api/postmortems/2026-W48/assemble', {});
  const { incidents } = (await scenario.get('/api/incidents?limit=200')).body;
  const alert = incidents.find((each: { source: string }) => each.source === 'alert').id;
  const { signals } = (await scenario.get(`/api/incidents/${id}/signals`)).body;
  const { quarantine } = (await scenario.get('/api/quarantine')).body;
  paths.push(
    ...[
      '',
      '?status=recovered&urgency=high',
      '/report',
      '/questions',
      '/actions',
      '/quarantine',
      '/postmortems',
      '/trends',
    ].map((each) => `/console${each}`),
    ...[
      '/connections',
      '/settings',
      '/drills',
      `/drills/${drill}`,
      '/nowhere',
      '/find?q=1',
      `/find?q=${encodeURIComponent(word)}`,
    ].map((each) => `/console${each}`),
    ...[id, bare, wrong, recovered, linked, doubtful, question, answered, alert].map(
      (each) => `/console/incidents/${each}`,
    ),
    `/console/incidents/${id}/candidates`,
    `/console/incidents/${emergency}`,
    `/console/incidents/${emergency}/situation`,
    `/console/signals/${signals[0].id}`,
    ...quarantine.map((each: { id: string }) => `/console/quarantine/${each.id}`),
    ...[id, 'guide', 'actions', 'falling-counts', 'questions', 'missing-data', 'incidents', 'carried', 'end'].map(
      (step) => `/console/postmortems/2026-W48/meeting?step=${step}`,
    ),
    '/console/postmortems/2026-W48',
    '/console/postmortems/2026-W47',
  );
  const at = (incident: string, type: string): string => `/console/incidents/${incident}/events/${type}`;
  const long = 'Ω'.repeat(21_000);
  forms.push(
    ['/console/report', { subject: '', occurredAt: word, affectedCustomerCount: word, url: word }],
    [at(id, 'verified'), { happened: 'no' }],
    [at(id, 'verified'), { happened: word, evidenceUrl: word, occurredAt: word }],
    [at(id, 'scoped'), { affectedCustomerCount: '-1', method: long }],
    [at(id, 'scoped'), { affectedCustomerCount: '1.5' }],
    [at(id, 'scoped'), { affectedCustomerCount: '1' }],
    [at(id, 'mitigated'), { kind: word }],
    [at(id, 'customer-updated'), { whom: 'some', message: long }],
    [at(id, 'commented'), { text: '' }],
    [at(id, 'commented'), { text: long }],
    [at(id, 'corrected'), { field: 'urgency', value: 'low' }],
    [at(id, 'corrected'), { field: 'occurredAt', value: '2030-01-01T00:00' }],
    [at(id, 'corrected'), { field: 'recoveredAt', value: '2026-11-23T09:20' }],
    [at(id, 'corrected'), { field: 'impact.affectedCustomerCount', value: '1' }],
    [at(id, 'linked'), { to: word, basis: '' }],
    [at(id, 'linked'), { to: id, basis: word }],
    [at(id, 'linked'), { to: question, basis: word }],
    [at(id, 'linked'), { to: linked, basis: word }],
    [at(linked, 'linked'), { to: recovered, basis: word }],
    [at(linked, 'commented'), { text: word, occurredAt: '2030-01-01T00:00' }],
    [at(linked, 'mitigated'), { kind: 'revert' }],
    [at(recovered, 'unlinked'), {}],
    [at(doubtful, 'recovered'), {}],
    [at(question, 'mitigated'), { kind: 'revert' }],
    [`/console/incidents/${question}/answer`, {}],
    ['/console/actions', { description: '' }],
    ['/console/actions', { description: word, ticketUrl: word, dueAt: word, kind: word }],
    ['/console/postmortems/2026-W48/meeting/end', { do: 'hold', chair: '', present: word }],
    ['/console/postmortems/2027-W20/assemble', {}],
    ['/console/postmortems/2026-W48/meeting/answers', { item: 'falling-counts', text: '' }],
    ['/console/postmortems/2026-W48/meeting/answers', { item: word, text: word }],
    ['/console/postmortems/2026-W48/meeting/end', { chair: '', present: word }],
    [`/console/postmortems/2026-W48/meeting/actions/${action}`, { choice: 'replan', dueAt: '2020-01-01' }],
    [`/console/postmortems/2026-W48/meeting/actions/${action}`, { choice: 'done' }],
    [`/console/postmortems/2026-W48/meeting/questions/${id}`, { why: word }],
    [`/console/postmortems/2026-W48/meeting/${id}`, { do: 'confirm' }],
    [`/console/postmortems/2026-W48/meeting/${id}`, { affectedCustomerCount: '-1', summary: word }],
    [`/console/postmortems/2026-W48/meeting/${id}`, { businessImpact: word, note: long }],
    [`/console/postmortems/2026-W48/meeting/${linked}`, { businessImpact: 'none' }],
    [`/console/postmortems/2026-W48/meeting/${question}`, { businessImpact: 'none' }],
    ...quarantine.flatMap((each: { id: string }): [string, Record<string, string>][] => [
      [`/console/quarantine/${each.id}/dismiss`, { reason: '' }],
      [`/console/quarantine/${each.id}/replay`, {}],
      [`/console/quarantine/${each.id}/dismiss`, { reason: word }],
      [`/console/quarantine/${each.id}/replay`, {}],
    ]),
  );
});
afterAll(async () => scenario.stop());

async function read(
  language: string,
  path: string,
  fields?: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const headers = { 'accept-language': language, cookie, origin: scenario.url };
  const token = cookie.split('=')[1] ?? '';
  const body = fields && new URLSearchParams({ csrf: token, ...fields });
  const response = await fetch(scenario.url + path, {
    headers,
    redirect: 'manual',
    ...(body ? { method: 'POST', body } : {}),
  });
  cookie ||= (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { status: response.status, text: await response.text() };
}

/** What is read or heard of a page: without what is told to programs, quoted from outside, or a name. */
function readable(page: string): string[] {
  return (
    page
      .replace(/<html[^>]*>/, '')
      // Lists that the policy has in both languages, and what else it has as text.
      .replace(/<ul class="inline">.*?<\/ul>|<td>test<\/td>/gs, ' ')
      .replace(/<(script|style|code|pre|q|textarea)\b[^>]*>.*?<\/\1>/gs, ' ')
      .replace(/<(\w+) [^>]*\blang="[^>]*>.*?<\/\1>/gs, ' ')
      .replace(
        /<[^>]*?(?:(?:aria-label|alt|placeholder|title|data-(?:over|left|copied|stale))="[^"]*"[^>]*?)*>/g,
        (tag) =>
          [...tag.matchAll(/(?:aria-label|alt|placeholder|title|data-(?:over|left|copied|stale))="([^"]*)"/g)]
            .map(([, text]) => ` ${text}\n`)
            .join('') || (/^<\/?(?:a|b|strong|small|span|em|abbr|time)\b/.test(tag) ? '' : '\n'),
      )
      .replace(/&#?\w+;/g, ' ')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  );
}

test('what Slack shows is in the language of its channel', async () => {
  const page = await (await fetch(`${scenario.url}/_local/tools/slack`)).text();
  const cards = /<main>(.*)<\/main>/s.exec(page)?.[1] ?? '';
  const lines = readable(cards).map((line) => line.replace(/^#C1 \S+|^スレッド \/ Thread|編集済み \/ edited/g, ''));
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.filter((line) => foreign(line, 'ja'))).toEqual([]);
});

test.each(['ja', 'en'])(
  'no page has a word of the other language: %s',
  async (language) => {
    const found = new Set<string>();
    for (const path of paths) {
      const { text } = await read(language, path);
      expect(text).toContain(`<html lang="${language}">`);
      const part = path.replace(/[a-z]{3}_[\da-f]{24}/, '…');
      for (const line of readable(text)) if (foreign(line, language)) found.add(`${part}: ${line}`);
    }
    expect([...found]).toEqual([]);
  },
  120_000,
);

test.each(['ja', 'en'])(
  'no refusal has a word of the other language: %s',
  async (language) => {
    const found = new Set<string>();
    let refused = 0;
    for (const [path, fields] of forms) {
      const { status, text } = await read(language, path, fields);
      if (status < 400) continue;
      refused += 1;
      expect([path, status < 500]).toEqual([path, true]);
      const part = path.replace(/[a-z]{3}_[\da-f]{24}/, '…');
      for (const line of readable(text)) if (foreign(line, language)) found.add(`${part} ${status}: ${line}`);
    }
    expect([...found]).toEqual([]);
    expect(refused).toBeGreaterThan(25);
  },
  120_000,
);
