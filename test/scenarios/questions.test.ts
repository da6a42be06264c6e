import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { naming } from '../fixtures/naming.ts';
import { openScenario, type Scenario } from './house.ts';

let scenario: Scenario;
const open = async (): Promise<void> => {
  scenario = await openScenario('2026-11-24T01:00:00Z');
};
const close = (): Promise<void> => scenario.stop();

const question = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  subject: '設定の場所を知りたい',
  category: 'question',
  differsFromExpected: 'no',
  ...more,
});
const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;

describe('questions', () => {
  beforeAll(open);
  afterAll(close);

  test('a question is kept as one, with the reason and all that was considered', async () => {
    const { status, body } = await scenario.ticket(question('Q-1'));
    expect(status).toBe(201);
    expect(body.question).toMatchObject({ kind: 'question', status: 'open', routing: { rule: 'question' } });
    expect((await scenario.get('/api/questions')).body.questions.map((each: { id: string }) => each.id)).toContain(
      body.question.id,
    );
    expect((await scenario.get('/api/incidents')).body.incidents).toEqual([]);
    expect((await scenario.ticket(question('Q-1'))).body.created).toBe(false);
  });

  test('an outside ticket is kept and counted, and nothing is announced', async () => {
    const { body } = await scenario.ticket({ id: 'B-1', subject: '請求書', form: 'billing' });
    expect(body.outside).toMatchObject({ kind: 'outside', status: 'kept' });
  });

  test('an alert of the same service, without regard to case, makes it an incident', async () => {
    const incident = {
      incident_id: '0.q',
      state: 'open',
      started_at: 1_795_482_000,
      scoping_project_id: 'p',
      policy_name: 'q',
      policy_user_labels: { service: 'Order' },
    };
    await scenario.alert({ version: '1.2', incident });
    const { body } = await scenario.ticket(question('Q-alert', { area: 'ORDER' }));
    expect(body.incident.routing.rule).toBe('question-open-alert');
  });

  test('an answer whose own answer was lost is sent again, and is there once', async () => {
    const { id } = (await scenario.ticket(question('Q-lost'))).body.question;
    const send = () =>
      scenario.post(`/api/questions/${id}/answer`, { kind: 'explained' }, { 'idempotency-key': 'answer-1' });
    await scenario.post('/_local/faults', { target: 'firestore.Commit', effect: 'fail-after', code: 'INTERNAL' });
    await send();
    expect((await send()).status).toBe(201);
    const { events } = (await scenario.get(`/api/incidents/${id}/timeline`)).body;
    expect(events).toHaveLength(2);
  });

  test('a fourth joins them, unless its ticket names what it belongs to', async () => {
    const same = (index: number, more = {}) =>
      question(`Q-fourth${index}`, { form: 'how-to', area: 'fourth', customer: { id: `f-${index}` }, ...more });
    for (const index of [1, 2]) await scenario.ticket(same(index));
    const third = (await scenario.ticket(same(3))).body.incident;
    const other = (await scenario.ticket({ id: 'Q-other', subject: '注文が通らない' })).body.incident;
    const filed = async (body: Record<string, unknown>) => (await scenario.ticket(body)).body.incident.id;
    const survivorOf = async (id: string) => {
      const { linkedTo } = await read(id);
      return (await read(linkedTo ?? id)).linkedTo ?? linkedTo;
    };
    expect(await survivorOf(await filed(same(4)))).toBe(third.id);
    expect(await survivorOf(await filed(same(5, naming(other.id))))).toBe(other.id);
  });

  test('three customers who ask at once make one incident of all three', async () => {
    const replies = await Promise.all(
      [1, 2, 3].map((index) =>
        scenario.ticket(question(`Q-once${index}`, { form: 'how-to', area: 'once', customer: { id: `o-${index}` } })),
      ),
    );
    const ids = replies.map(({ body }) => (body.question ?? body.incident).id);
    const survivors = await Promise.all(
      ids.map(async (id) => {
        const { kind, linkedTo } = await read(id);
        return [kind, linkedTo ?? id];
      }),
    );
    expect(new Set(survivors.map(String)).size).toBe(1);
    expect(survivors[0]?.[0]).toBe('incident');
  });

  test('answered as explained it is closed; answered as data repaired it was an incident, and keeps its first report', async () => {
    const explained = (await scenario.ticket(question('Q-explained'))).body.question.id;
    const answered = await scenario.post(`/api/questions/${explained}/answer`, {
      kind: 'explained',
      note: '設定画面の右上です',
    });
    expect(answered.status).toBe(201);
    expect(answered.body).toMatchObject({ kind: 'question', status: 'answered' });
    expect((await scenario.post(`/api/questions/${explained}/answer`, { kind: 'explained' })).status).toBe(409);

    const to = (await scenario.ticket({ id: 'Q-none', subject: '会計できない' })).body.incident.id;
    const linked = (await scenario.ticket(question('Q-linked'))).body.question.id;
    await scenario.post(`/api/incidents/${linked}/events`, { type: 'linked', to, basis: '同じ' });
    for (const id of [to, linked])
      expect((await scenario.post(`/api/questions/${id}/answer`, { kind: 'explained' })).status).toBe(409);

    const asked = (
      await scenario.ticket(question('Q-repaired', { customer: { id: 'r' }, occurredAt: '2026-11-24T00:30:00Z' }))
    ).body.question;
    await scenario.advance('PT45M');
    const { body } = await scenario.post(`/api/questions/${asked.id}/answer`, { kind: 'data-repaired' });
    expect(body).toMatchObject({
      kind: 'incident',
      status: 'open',
      reportedAt: asked.reportedAt,
      urgency: { level: 'low' },
    });
    expect(Date.parse(body.filedAt)).toBeGreaterThan(Date.parse(asked.filedAt));
    expect((await scenario.get(`/api/incidents/${asked.id}/contacts`)).body.contacts).toHaveLength(1);
  });

  test('a later word that says that it differs makes it an incident; any other change does not', async () => {
    const { id } = (await scenario.ticket(question('Q-later'))).body.question;
    expect(
      (await scenario.ticket({ id: 'Q-later', subject: 'x', category: 'question', url: 'https://t.example' })).body
        .question.id,
    ).toBe(id);
    const differs = await scenario.ticket(question('Q-later', { differsFromExpected: 'yes' }));
    expect(differs.body.incident).toMatchObject({ id, kind: 'incident' });
  });
});

// Days pass: each in a house where nothing else waits for them.
describe('a question that nobody answers', () => {
  beforeEach(open);
  afterEach(close);

  test('unanswered for three days, it is an incident', async () => {
    const { id } = (await scenario.ticket(question('Q-quiet'))).body.question;
    await scenario.advance('P3DT2M');
    expect(await read(id)).toMatchObject({ kind: 'incident', status: 'open' });
    const { body } = await scenario.get(`/api/incidents/${id}/timeline`);
    const reclassified = body.events.find((each: { type: string }) => each.type === 'reclassified');
    expect(reclassified).toMatchObject({ actor: 'rule', detail: { rule: 'unanswered' } });
  });

  test('linked at the moment at which it falls due, it stays linked, and is looked at when that is undone', async () => {
    const { id } = (await scenario.ticket(question('Q-due'))).body.question;
    const to = (await scenario.ticket({ id: 'T-due', subject: '会計できない' })).body.incident.id;
    await scenario.post(`/api/incidents/${to}/events`, { type: 'recovered', customers: 'all' });
    await scenario.advance('P2DT23H58M');
    // The look has claimed it and has seen it open, and has not decided yet.
    const reading = scenario.house.cloud.faults.hold({ target: 'firestore.BatchGetDocuments', skip: 1 });
    const looking = scenario.advance('PT3M');
    await reading.met();
    const state = (event: Record<string, unknown>) => scenario.post(`/api/incidents/${id}/events`, event);
    expect((await state({ type: 'linked', to, basis: '同じ質問' })).status).toBe(201);
    reading.letGo();
    await looking;
    expect(await read(id)).toMatchObject({ kind: 'question', status: 'linked', linkedTo: to });
    expect((await state({ type: 'unlinked' })).status).toBe(201);
    await scenario.advance('PT2M');
    expect(await read(id)).toMatchObject({ kind: 'incident', status: 'open' });
  });
});
