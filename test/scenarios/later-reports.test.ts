/** Table L where people see it: what a later report makes of a record, in the notice, in Slack and on the board. */
import { afterAll, describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { openSlackScenario } from './slack-house.ts';

const scenario = await openSlackScenario('2026-11-24T01:00:00Z', toolSecrets);
afterAll(() => scenario.stop());

type Body = Record<string, unknown>;
const proof = { authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}` };
const freshdesk = (id: string, event: string, message: string) =>
  scenario.post(
    `/tickets/freshdesk?event=${event}&ticket=${id}`,
    { ticket_subject: 'x', requester_email: 'a@x.example', message },
    proof,
  );

const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const typesOf = async (id: string): Promise<string[]> =>
  (await scenario.get(`/api/incidents/${id}/timeline`)).body.events.map((each: Body) => each.type);
const toldOf = async (id: string) => (await scenario.inbox()).filter((each) => each.incidentId === id);
const kindsOf = async (id: string) => (await toldOf(id)).map(({ kind }) => kind);
const state = (id: string, statement: Body) => scenario.post(`/api/incidents/${id}/events`, statement);
const shownInSlack = async (text: string) => JSON.stringify(await scenario.messages()).includes(text);
const boardShows = async (id: string, text: string) => {
  const page = await (await fetch(`${scenario.url}/console?lang=ja`)).text();
  return (page.split(`id="${id}"`)[1]?.split('<li id=')[0] ?? '').includes(text);
};
let tickets = 0;
const filed = async (more: Body = {}): Promise<{ id: string; ticket: Body }> => {
  tickets += 1;
  const ticket = {
    id: `L-${tickets}`,
    subject: '注文が通らない',
    customer: { id: 'store-12' },
    businessImpact: 'inconvenient',
    ongoing: 'yes',
    ...more,
  };
  const { id } = (await scenario.ticket(ticket)).body.incident;
  await scenario.advance('PT1M');
  return { id, ticket };
};

describe('a later report', () => {
  const send = async (body: Body): Promise<void> => {
    await scenario.ticket(body);
    await scenario.advance('PT2M');
  };

  test('that is worse is taken, and announced', async () => {
    const { id, ticket } = await filed();
    await send({ ...ticket, businessImpact: 'stopped', affectedCustomerCount: 60 });
    expect(await read(id)).toMatchObject({
      impact: { businessImpact: 'stopped', affectedCustomerCount: 60 },
      emergency: { rule: 'many-customers-stopped' },
    });
    const [notice] = (await toldOf(id)).filter(({ kind }) => kind === 'emergency-begun');
    expect(notice?.text).toContain('業務影響度: 軽微 → 業務停止');
    expect(await shownInSlack('業務影響度: 軽微 → 業務停止')).toBe(true);
    expect(await boardShows(id, '60店舗')).toBe(true);
  });

  test('that is worse than a person stated leaves that, and its assignee is told that a report says otherwise', async () => {
    const { id, ticket } = await filed();
    await state(id, { type: 'corrected', field: 'businessImpact', value: 'none' });
    await send({ ...ticket, businessImpact: 'degraded' });
    expect((await read(id)).impact.businessImpact).toBe('none');
    expect(await typesOf(id)).toContain('reported-otherwise');
    const text = '業務影響度: 報告では「一部支障」、記録は「影響なし」のままです';
    expect((await toldOf(id)).at(-1)).toMatchObject({ kind: 'reported-worse', text: expect.stringContaining(text) });
    expect(await shownInSlack(text)).toBe(true);
  });

  test('after the recovery that says more opens it again at once; a change of tags does not', async () => {
    const { id, ticket } = await filed();
    await state(id, { type: 'customer-updated', customers: 'all', message: '復旧しました', recovery: true });
    await send({ ...ticket, form: 'vip' });
    expect([(await read(id)).status, await kindsOf(id)]).toEqual(['recovered', ['incident-filed']]);
    await send({ ...ticket, subject: 'また止まった' });
    expect(await read(id)).toMatchObject({ status: 'open' });
    expect(await kindsOf(id)).toEqual(['incident-filed', 'reopened']);
    expect(await shownInSlack('収束後に再び報告があり、再開しました')).toBe(true);
    expect(await boardShows(id, '店舗')).toBe(true);
  });
});

test('a customer who writes is announced and marked on board and card until they are answered; so after the recovery', async () => {
  const filing = await freshdesk('9001', 'created', '');
  const { id } = filing.body.incident;
  await scenario.advance('PT1M');
  await freshdesk('9001', 'customer-wrote', 'まだ使えません');
  await scenario.advance('PT1M');
  expect(await kindsOf(id)).toEqual(['incident-filed', 'customer-wrote']);
  const [mark, onCard] = ['店舗から連絡あり(未返信)', '未返信の連絡'];
  expect([await boardShows(id, mark), await shownInSlack(onCard)]).toEqual([true, true]);
  await state(id, { type: 'customer-updated', customers: 'all', message: '復旧しました', recovery: true });
  await scenario.advance('PT11M');
  expect([await boardShows(id, mark), await shownInSlack(onCard)]).toEqual([false, false]);
  // In the same words as before, they are said again.
  await freshdesk('9001', 'customer-wrote', 'まだ使えません');
  await scenario.advance('PT1M');
  expect((await kindsOf(id)).at(-1)).toBe('recovery-questioned');
  expect([await boardShows(id, mark), await shownInSlack(onCard)]).toEqual([true, true]);
});

test('the same words of an agent are as many updates as were sent, and once what is sent again within ten minutes', async () => {
  const { id } = (await freshdesk('9002', 'created', '')).body.incident;
  for (let times = 0; times < 2; times += 1) {
    await freshdesk('9002', 'agent-replied', '調査中です');
    await scenario.advance('PT9M');
    // The tool did not hear that it had arrived; by then another window has begun, maybe.
    await freshdesk('9002', 'agent-replied', '調査中です');
    await scenario.advance('PT3M');
  }
  expect((await typesOf(id)).filter((type) => type === 'customer-updated')).toHaveLength(2);
  await freshdesk('9002', 'solved', '');
  await scenario.advance('PT11M');
  await freshdesk('9002', 'solved', '');
  const { events } = (await scenario.get(`/api/incidents/${id}/timeline`)).body;
  expect(events.filter((each: { detail: Body }) => each.detail.kind === 'solved')).toHaveLength(2);
});

describe('an alert group', () => {
  const alert = (id: string, resource: string) => {
    const body = thresholdAlert({ id, policy: '77', startedAt: new Date('2026-11-24T01:00:00Z') }) as {
      incident: Body;
    };
    return scenario.alert({ ...body, incident: { ...body.incident, resource_display_name: resource } });
  };

  test('names another resource once, and an alert after the recovery opens it again, be it a new one or the same', async () => {
    const { id } = (await alert('0.l1', 'db-1')).body.incident;
    await alert('0.l2', 'db-2');
    await alert('0.l3', 'db-2');
    await scenario.advance('PT1M');
    expect((await typesOf(id)).filter((type) => type === 'alert-joined')).toHaveLength(1);
    for (const next of ['0.l4', '0.l1']) {
      await state(id, { type: 'recovered', customers: 'all' });
      await scenario.advance('PT20M');
      expect((await read(id)).status).toBe('recovered');
      await alert(next, 'db-1');
      await scenario.advance('PT1M');
      expect((await read(id)).status).toBe('open');
    }
    expect((await kindsOf(id)).filter((kind) => kind === 'reopened')).toHaveLength(2);
    await state(id, { type: 'recovered', customers: 'all' });
    await scenario.advance('PT61M');
    const another = (await alert('0.l1', 'db-1')).body.incident;
    expect([another.id === id, (await read(another.id)).status]).toEqual([false, 'open']);
    await scenario.advance('PT1M');
    expect(await kindsOf(another.id)).toContain('incident-filed');
  });
});
