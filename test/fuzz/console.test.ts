/** Every form and page of the console with hostile fields and queries: a page or a redirect, never a failure. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { useScenario } from '../scenarios/house.ts';
import { hostileText, wellFormedText } from './hostile.ts';
import { longestMs, runs } from './runs.ts';
import { actionBody, reviewBody, statementBodies } from './statements.ts';
import { type Answered, send } from './wire.ts';

const scenario = useScenario();
let cookie = '';
let token = '';
let forms: { path: string; fields: [string, string][] }[] = [];
let pages: string[] = [];

beforeAll(async () => {
  const customer = { id: 'store-12', name: '渋谷店' };
  const { incident } = (await scenario.ticket({ id: 'a', subject: '注文が通らない', customer })).body;
  const { question } = (
    await scenario.ticket({ id: 'q', subject: '場所', category: 'question', differsFromExpected: 'no' })
  ).body;
  await scenario.ticket({ id: 'no subject' });
  const quarantined = (await scenario.get('/api/quarantine')).body.quarantine[0].id;
  const action = (await scenario.post('/api/actions', { ...actionBody, incidentId: incident.id })).body.id;
  const signal = (await scenario.get(`/api/incidents/${incident.id}/signals`)).body.signals[0].id;
  await scenario.post('/api/postmortems/2026-W40/assemble', {});
  const board = await send(scenario.url, '/console');
  cookie = String(board.headers['set-cookie']).split(';')[0] ?? '';
  token = cookie.split('=')[1] ?? '';
  const flat = (body: object): [string, string][] =>
    Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  const zone: [string, string][] = [
    ['zone', 'Asia/Tokyo'],
    ['occurredAt', '2026-11-24T09:50'],
    ['key', 'k'.repeat(20)],
  ];
  forms = [
    ...statementBodies.map((body) => ({
      path: `/console/incidents/${incident.id}/events/${String(body.type)}`,
      fields: [
        ...flat(body),
        ...zone,
        ['whom', 'some'],
        ['customer', 'store-12'],
        ['timeValue', '2026-11-24T09:50'],
      ] as [string, string][],
    })),
    {
      path: '/console/report',
      fields: [
        ['subject', '止まった'],
        ['ongoing', 'yes'],
        ['businessImpact', 'stopped'],
        ['customer', 'store-12 渋谷店'],
        ['affectedCustomers', 'store-13\nstore-14 = 新宿店'],
        ['affectedCustomerCount', '3'],
        ['description', 'x'],
        ['url', 'https://desk.example'],
        ['area', 'order'],
        ['category', 'trouble'],
        ['drill', 'yes'],
        ['notAffected', 'yes'],
        ...zone,
      ],
    },
    { path: `/console/quarantine/${quarantined}/replay`, fields: [] },
    { path: `/console/quarantine/${quarantined}/dismiss`, fields: [['reason', ' ']] },
    {
      path: `/console/incidents/${question.id}/answer`,
      fields: [
        ['kind', 'explained'],
        ['note', 'x'],
      ],
    },
    { path: '/console/actions', fields: [...flat(actionBody), ['key', 'x']] },
    {
      path: `/console/actions/${action}`,
      fields: [...flat(actionBody), ['status', 'done'], ['evidenceUrl', 'https://x']],
    },
    { path: '/console/postmortems/2026-W40/assemble', fields: [] },
    ...['go', 'answers', 'end', `questions/${question.id}`, `actions/${action}`].map((path) => ({
      path: `/console/postmortems/2026-W40/meeting/${path}`,
      fields: [
        ['step', 'guide'],
        ['to', 'actions'],
        ['item', 'falling-counts'],
        ['text', 'x'],
        ['seen', ''],
        ['why', 'x'],
        ['choice', 'replan'],
        ['dueAt', '2027-01-01'],
        ['present', 'x'],
        ['chair', 'x'],
      ] as [string, string][],
    })),
    {
      path: `/console/postmortems/2026-W40/meeting/${incident.id}`,
      fields: [...flat(reviewBody), ...flat(reviewBody.cause)],
    },
  ];
  pages = [
    '',
    '/report',
    '/quarantine',
    `/quarantine/${quarantined}`,
    '/questions',
    '/actions',
    '/postmortems',
    '/postmortems/2026-W40',
    '/postmortems/2026-W40/meeting',
    '/postmortems/2026-W40/meeting/said?step=guide',
    '/postmortems/2026-W40/print',
    '/postmortems/2026-W40/charts/counts.svg',
    '/trends',
    '/connections',
    '/settings',
    `/incidents/${incident.id}`,
    `/incidents/${question.id}`,
    `/signals/${signal}`,
    '/assets/icon.svg',
  ].map((path) => `/console${path}`);
});

/** @returns what is wrong with an answer that a person sees; undefined where nothing is */
function complaintOf({ status, headers, text }: Answered): string | undefined {
  if (status >= 500) return `${status} ${text.slice(0, 300)}`;
  if (status === 303) {
    const location = String(headers.location);
    return /^\/console(?:[/?#]|$)/.test(location) ? undefined : `leads to ${location}`;
  }
  if (/[<"']evil9/.test(text)) return `unescaped: ${/.{0,80}[<"']evil9.{0,80}/s.exec(text)?.[0]}`;
  if (status < 400) return undefined;
  return /<main[\s\S]*<p[ >]/.test(text) ? undefined : `no page: ${status} ${text.slice(0, 300)}`;
}

/** What has to come out escaped wherever it is shown. */
const marked = fc.oneof(
  { weight: 3, arbitrary: wellFormedText },
  { weight: 1, arbitrary: fc.constantFrom('<evil9>', '"evil9', "'evil9", '</textarea><evil9>', 'https://x/"evil9') },
);

type FieldChange = { at: number; value: string } | { at: number; isGone: true } | { name: string; value: string };
const change: fc.Arbitrary<FieldChange> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ at: fc.nat(), value: marked }) },
  { weight: 1, arbitrary: fc.record({ at: fc.nat(), isGone: fc.constant(true as const) }) },
  { weight: 1, arbitrary: fc.record({ name: marked, value: marked }) },
);

test(
  'every form is taken, or comes back with what is wrong',
  async () => {
    const visit = fc.record({
      which: fc.nat(),
      changes: fc.array(change, { maxLength: 4 }),
      language: fc.constantFrom('ja', 'en', 'xx'),
    });
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(visit, async ({ which, changes, language }) => {
        const form = forms[which % forms.length];
        const fields = changed(form?.fields ?? [], changes);
        const answered = await send(scenario.url, form?.path ?? '', {
          method: 'POST',
          headers: {
            cookie,
            origin: scenario.url,
            'accept-language': language,
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: Buffer.from(new URLSearchParams([['csrf', token], ...fields]).toString()),
        });
        statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1);
        expect(complaintOf(answered)).toBeUndefined();
      }),
      runs(30),
    );
    for (const status of [303, 409, 422]) expect(statuses.get(status) ?? 0).toBeGreaterThan(0);
  },
  longestMs,
);

test(
  'every page is there afterwards, whatever the address asks besides',
  async () => {
    const visit = fc.record({
      which: fc.nat(),
      query: fc.array(
        fc.tuple(fc.constantFrom('lang', 'status', 'state', 'week', 'recorded', 'page', 'after'), hostileText),
        { maxLength: 3 },
      ),
      path: fc.option(hostileText, { freq: 6, nil: '' }),
      method: fc.constantFrom('GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'GET', 'GET'),
    });
    await fc.assert(
      fc.asyncProperty(visit, async ({ which, query, path, method }) => {
        const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value.slice(0, 300)]));
        const more = path === null || path === '' ? '' : `/${encodeURIComponent(path.toWellFormed().slice(0, 300))}`;
        const answered = await send(scenario.url, `${pages[which % pages.length]}${more}?${search}`, {
          method,
          headers: { cookie },
        });
        if (method === 'HEAD') expect(answered.status).toBeLessThan(500);
        else expect(complaintOf(answered)).toBeUndefined();
      }),
      runs(8),
    );
    for (const page of pages)
      expect([page, (await send(scenario.url, page, { headers: { cookie } })).status]).toEqual([page, 200]);
  },
  longestMs,
);

function changed(fields: [string, string][], changes: FieldChange[]): [string, string][] {
  let now = [...fields];
  for (const each of changes) {
    if ('name' in each) now.push([each.name, each.value]);
    else if ('isGone' in each) now = now.filter((_, index) => index !== each.at % now.length);
    else now = now.map(([name, value], index) => [name, index === each.at % now.length ? each.value : value]);
  }
  return now;
}
