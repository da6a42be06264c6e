/** The console's pages, whole: of a house in which every fact is its own, so that one that is taken for another shows. */

import { beforeAll, expect, test } from 'vitest';
import { derivedFrom } from '../../functions/incidents/record/form.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { collections, firestore, incidentRef, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { assemble, hold } from '../../functions/postmortems/assemble.ts';
import { readWeek } from '../../functions/postmortems/week.ts';
import { saidOnce } from '../said-once.ts';
import { openConsole } from '../scenarios/console.ts';
import { useScenario } from '../scenarios/house.ts';
import { inBlocks, outline } from './outline.ts';
import {
  actions,
  at,
  connections,
  contacts,
  databases,
  deliveries,
  documents,
  drill,
  drillId,
  id,
  idOf,
  incidents,
  meetings,
  notionPages,
  notionState,
  now,
  quarantined,
  releases,
  signalId,
  told,
  updates,
} from './rows-of-house.ts';

const scenario = useScenario(now.toISOString(), {
  environment: { ...process.env, JIRA_PROJECT: 'OPS', NOTION_TOKEN: 'x', NOTION_DATABASES: JSON.stringify(databases) },
});
beforeAll(async () => {
  const { clock } = scenario.house.cloud;
  clock.hold();
  clock.moveHeld(now.getTime());
  const put = (collection: string, documentId: string, data: object) =>
    firestore().collection(collection).doc(documentId).set(data);
  const contactsOf = (of: string) => contacts.filter(([each]) => each === of).map(([, , stated]) => stated);
  for (const each of incidents)
    await incidentRef(each.id).set({ ...each, ...derivedFrom(each, each.filedAt, contactsOf(each.id) as Contact[]) });
  for (const [of, contactId, stated] of contacts)
    await incidentRef(of).collection(collections.contacts).doc(contactId).set(stated);
  const timeline = (of: string) => incidentRef(of).collection(collections.timeline);
  for (const [index, [type, actor, when, detail, stated]] of told.entries()) {
    const eventId = String(index + 1).padStart(8, '0');
    const recordedAt = type === 'scoped' ? at('18 10:15') : at(when);
    const event = { id: eventId, type, actor, occurredAt: at(when), recordedAt, detail, isFact: true, ...stated };
    await timeline(id.emergency).doc(eventId).set(event);
  }
  for (const [collection, rows] of Object.entries({ actions, updates, releases, connections, quarantine: quarantined }))
    for (const [name, data] of rows) await put(collection, name, data);
  for (const [name, data] of deliveries) await put(collections.notices, name, data);
  for (const [name, data] of notionPages) await put(collections.notionPages, name, data);
  await put(collections.connections, 'notion', notionState);
  await put(collections.drills, drillId, drill);
  for (const [path, data] of documents) await firestore().doc(path).set(data);
  for (const name of ['2026-W45', '2026-W46']) {
    const week = readWeek(name, policy.zone);
    if (week) await assemble(week, { policy, now: at('16 00:05'), isAnnounced: false });
  }
  for (const each of meetings) await put(collections.meetings, each.id, each);
  const held = readWeek('2026-W45', policy.zone);
  if (held) await hold(held, { actor: 'ann@a.jp', policy, now: at('16 10:00') });
});

const incidentPage = (of: string, more = ''): string => `/console/incidents/${of}${more}`;
const paths = [
  '/console',
  '/console?who=mine',
  '/console?due=overdue&urgency=high',
  '/console?status=recovered',
  '/console?status=linked&source=alert',
  incidentPage(id.emergency, '?recorded=verified'),
  incidentPage(id.emergency, '/situation'),
  incidentPage(id.emergency, '/candidates'),
  incidentPage(id.calm),
  incidentPage(id.recovered),
  incidentPage(id.linked),
  incidentPage(id.none),
  incidentPage(id.open),
  incidentPage(id.answered),
  incidentPage(id.before),
  incidentPage(id.alert),
  incidentPage(id.alert, '/situation'),
  ...[id.recovered, id.none, id.drill].map((of) => incidentPage(of, '/situation')),
  '/console/questions',
  '/console/questions?status=answered',
  '/console/actions',
  '/console/actions?show=mine',
  '/console/actions?show=overdue',
  '/console/actions?show=closed',
  '/console/find?q=%E6%B3%A8%E6%96%87',
  '/console/find?q=%20',
  '/console/connections',
  '/console/drills',
  `/console/drills/${drillId}`,
  '/console/deliveries',
  '/console/deliveries?state=delivered',
  '/console/quarantine',
  ...quarantined.map(([name]) => `/console/quarantine/${name}`),
  `/console/signals/${signalId}`,
  '/console/postmortems',
  ...['guide', 'actions', 'falling-counts', 'questions', 'missing-data', 'incidents', id.before, 'carried', 'end'].map(
    (step) => `/console/postmortems/2026-W46/meeting?step=${step}`,
  ),
  ...['falling-counts', idOf('c'), 'end'].map((step) => `/console/postmortems/2026-W45/meeting?step=${step}`),
  '/console/trends',
  '/console/report',
];

/** In Japanese, the two pages that people read longest: that all are in one language is held page by page elsewhere. */
const wholeIn = { en: paths, ja: [incidentPage(id.emergency), '/console/postmortems/2026-W45'] };

/** The incident that a page is of, and what its forms have seen of it, by another name: so forms of two pages are the same. */
function ownNamed(path: string, page: string): string {
  const [own] = /inc_\w{24}/.exec(path) ?? [];
  const [seen] = /seen=\d{8}/.exec(page) ?? [];
  const text = seen === undefined ? page : page.replaceAll(seen, 'seen=own').replace('seen=own', seen);
  return own === undefined ? text : text.replaceAll(own, 'own');
}

test.each(['ja', 'en'] as const)('each page says all that is known, in %s', async (language) => {
  const read = async (path: string): Promise<string> => {
    const reply = await fetch(scenario.url + path, { headers: { 'accept-language': language } });
    return `${'='.repeat(20)} ${path} ${reply.status}\n${ownNamed(path, outline(await reply.text()))}`;
  };
  const situation = async (of: string): Promise<string> =>
    `${'='.repeat(20)} situation.md\n${(await scenario.get(`/api/incidents/${of}/situation.md?lang=${language}`)).body}`;
  const situations = language === 'en' ? [id.emergency, id.alert].map(situation) : [];
  const pages = await Promise.all([...wholeIn[language].map(read), ...situations]);
  await expect(`${inBlocks(saidOnce(pages.join('\n')))}\n`).toMatchFileSnapshot(
    `../fixtures/console/pages.${language}.txt`,
  );
});

/** The content of a bundle's page. */
const long = new Set(['aggregates', 'trends', 'newcomerGuide', 'chairChecklist', 'checkpoints']);
const withoutLong = (key: string, value: unknown): unknown => (long.has(key) ? undefined : value);

test.each([
  ['2026-W46.md', 'en-GB', 'text/markdown', 'en'],
  ['2026-W46.md?lang=ja', 'en', 'text/markdown', 'ja'],
  ['2026-W46.html', 'ja', 'text/html', 'ja'],
  ['2026-W46.html?lang=en', 'ja', 'text/html', 'en'],
  ['2026-W46.json', 'en', 'application/json', null],
])('a bundle is read as %s by who accepts %s', async (path, accepted, type, language) => {
  const { status, headers } = await fetch(`${scenario.url}/api/postmortems/${path}`, {
    headers: { 'accept-language': accepted },
  });
  const [kind, charset] = (headers.get('content-type') ?? '').split('; ');
  expect([status, kind, headers.get('content-language')]).toEqual([200, type, language]);
  if (language === null) return;
  expect([charset, headers.get('vary')?.toLowerCase()]).toEqual([
    'charset=utf-8',
    expect.stringContaining('accept-language'),
  ]);
});

test('each answer of the API holds all that is stored of it, and nothing of how it is kept', async () => {
  const of = (path: string) => `/api/incidents/${id.emergency}${path}`;
  const answers = await Promise.all(
    [
      of(''),
      of('/contacts'),
      of('/signals'),
      of('/updates'),
      of('/situation'),
      of('/releases'),
      of('/candidates'),
      `/api/incidents/${id.alert}/series`,
      `/api/incidents/${id.calm}/series`,
      `/api/signals/${signalId}`,
      '/api/questions',
      '/api/actions',
      '/api/quarantine?state=dismissed',
      `/api/quarantine/${quarantined[0]?.[0]}`,
      '/api/drills',
      `/api/drills/${drillId}`,
      '/api/find?q=CAVE',
      '/api/postmortems',
      '/api/postmortems/2026-W45',
      '/api/postmortems/2026-W46?limit=1',
      '/api/postmortems/2026-W47',
      '/api/postmortems/2026-W48',
    ].map(async (path) => {
      const { status, body } = await scenario.get(path);
      return `${'='.repeat(20)} ${path} ${status}\n${JSON.stringify(body, withoutLong)}`;
    }),
  );
  const text = answers.join('\n').replace(/pol_[\da-f]{12}/g, 'pol_1');
  await expect(`${text}\n`).toMatchFileSnapshot('../fixtures/console/answers.txt');
});

test.each([
  // When the tool said something last: before it was asked, or as it was.
  ['jira', '18 11:07', 'The tool answered.'],
  ['jira', '18 11:08', 'Error: no result after two minutes'],
  ['jira', '18 11:58', 'Error: no result after two minutes'],
  ['jira', '18 11:59', 'Asking the tool.'],
  ['nobody', '18 11:59', ''],
])('of %s that was asked at %s the page says: %s', async (tool, when, said) => {
  const path = `/console/connections?tool=${tool}&sent=${at(when).getTime()}`;
  const text = await (await fetch(scenario.url + path, { headers: { 'accept-language': 'en' } })).text();
  const [, progress = ''] = /<p class="recorded"[^>]*>([^<]*)</.exec(text) ?? [];
  expect(progress.slice(0, said.length || undefined)).toBe(said);
});

const reviewed = { do: 'confirm', businessImpact: 'unknown', countUnknown: 'yes', category: 'unknown' };
const { press } = openConsole(scenario);
const pressed = async (path: string, fields: Record<string, string>): Promise<number> =>
  (await press(path, fields)).status;

test.each<[string, () => Promise<number>]>([
  ['on its page', () => pressed(incidentPage(id.before, '/events/commented'), { text: '続報' })],
  ['in the meeting', () => pressed(`/console/postmortems/2026-W46/meeting/${id.before}`, reviewed)],
  ['by the API', async () => (await scenario.post(`/api/incidents/${id.before}/review`, { note: '続報' })).status],
  [
    'as a fact by the API',
    async () => (await scenario.post(`/api/incidents/${id.before}/events`, { type: 'commented', text: 'x' })).status,
  ],
])('what is recorded of last week’s incident %s wakes the draft that shows it', async (_, record) => {
  const timer = timerRef('bundle_2026-W46');
  await timer.set({ id: timer.id, subject: 'bundle', subjectId: '2026-W46', wakeAt: at('30 09:00'), pending: [] });
  expect([201, 303]).toContain(await record());
  expect((await timer.get()).get('wakeAt').toDate()).toEqual(now);
});
