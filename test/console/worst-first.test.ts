/** The board answers what is worst: emergencies, then stopped and overdue, then the rest; drills apart, and closed together. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Cursor, loadBoard } from '../../functions/console/waiting.ts';
import { readDrill } from '../../functions/incidents/drills/drill.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { derivedFrom } from '../../functions/incidents/record/form.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { incidentRef, timerRef } from '../../functions/platform/firestore.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { useOwnCloud } from '../own-cloud.ts';
import { incident, minutesAfter } from '../postmortems/facts.ts';
import { formsIn, openConsole } from '../scenarios/console.ts';
import { useScenario } from '../scenarios/house.ts';

describe('the order', () => {
  useOwnCloud();
  const now = new Date('2026-11-24T03:00:00Z');
  const ago = (minutes: number): Date => minutesAfter(now, -minutes);
  async function put(id: string, dueAt: Date, stated: Partial<Incident>): Promise<void> {
    const of = incident({ id, filedAt: ago(120), impact: { affectedCustomerCount: 1 }, ...stated });
    const customers = [{ id: 'a' }];
    const contact = { id: 'con_1', customers, missedInARow: 0, affectedKnownAt: now, nextUpdateDueAt: dueAt };
    await incidentRef(id).set({ ...of, ...derivedFrom(of, now, [contact as unknown as Contact]) });
  }
  const stopped = { impact: { affectedCustomerCount: 1, businessImpact: 'stopped' as const } };
  const emergency = (endedAt: Date | null): Partial<Incident> => ({
    ...stopped,
    emergency: { since: ago(10), endedAt } as unknown as NonNullable<Incident['emergency']>,
  });
  beforeAll(async () => {
    await put('inc_old', ago(960), { impact: { businessImpact: 'degraded' } });
    await put('inc_unknown', ago(500), {});
    await put('inc_stopped_late', ago(7), stopped);
    await put('inc_was_emergency', ago(9), emergency(ago(1)));
    await put('inc_emergency', minutesAfter(now, 8), emergency(null));
    await put('inc_emergency_late', ago(1), emergency(null));
    await put('inc_stopped_soon', minutesAfter(now, 3), stopped);
    await put('inc_soon', minutesAfter(now, 2), {});
    await put('inc_drill', ago(5_000), { ...stopped, isDrill: true });
  });
  const order = [
    'inc_emergency_late',
    'inc_emergency',
    'inc_was_emergency',
    'inc_stopped_late',
    'inc_old',
    'inc_unknown',
    'inc_soon',
    'inc_stopped_soon',
  ];

  test('an emergency is above what is long overdue, stopped and overdue above the rest, and no drill counts', async () => {
    const { rows, count, overdue } = await loadBoard({}, now, 50);
    expect([rows.map(({ id }) => id), count, overdue]).toEqual([order, 8, 5]);
  });

  test.each([1, 2, 3, 5, 7])('page by page of %i, each is there once', async (most) => {
    const seen: string[] = [];
    let after: Cursor | undefined;
    do {
      const board = await loadBoard({}, now, most, after);
      seen.push(...board.rows.map(({ id }) => id));
      after = board.next;
      expect(after?.shown ?? seen.length).toBe(seen.length);
    } while (after);
    expect(seen).toEqual(order);
  });
});

describe('the page', () => {
  const scenario = useScenario('2026-11-24T00:00:00Z');
  const read = async (path = '/console'): Promise<string> =>
    (await fetch(scenario.url + path, { headers: { 'accept-language': 'ja' } })).text();
  const closeOn = async (path: string, ids: string[]): Promise<void> => {
    const { page, submit } = openConsole(scenario);
    const form = formsIn(await page(path)).find(({ action }) => action === '/console/close');
    expect(
      (
        await submit(
          form ?? { action: '', fields: [] },
          ids.map((id) => ['id', id]),
        )
      ).status,
    ).toBe(303);
  };
  const statusOf = async (id: string): Promise<string> => (await scenario.get(`/api/incidents/${id}`)).body.status;

  test('says how late once, and shows urgency quietly beside a stop that is loud', async () => {
    const stopped = { subject: '会計できない', businessImpact: 'stopped', occurredAt: '2026-11-24T08:55:00+09:00' };
    const { id } = (await scenario.ticket({ id: 'T-1', ...stopped, customer: { id: 'store-1' } })).body.incident;
    await scenario.advance('PT22M');
    const card = (await read()).split('<li ').find((each) => each.startsWith(`id="${id}"`)) ?? '';
    expect(card.match(/超過</g)).toHaveLength(1);
    expect(card).toContain('<strong class="severity stopped">業務停止</strong>');
    expect(card).toMatch(/<span class="badge plain">緊急性 高/);
    expect(card).not.toContain('badge bad');
  });

  test('drills have a section of their own, and end together with one press', async () => {
    const { id: from } = (await scenario.ticket({ id: 'T-2', subject: '元', customer: { id: 'store-2' } })).body
      .incident;
    const drill = (await scenario.post('/api/drills', { from, times: 2, speed: 0.1 })).body;
    await scenario.advance('PT1M');
    const late = (await scenario.ticket({ id: 'T-3', drill: true, subject: '練習' })).body.incident.id;
    const incidents = (await scenario.get('/api/incidents')).body.incidents as Incident[];
    const ids = incidents.filter(({ isDrill }) => isDrill).map((each) => each.id);
    expect(ids).toContain(late);
    const page = await read();
    expect(page).toContain('対応中のインシデント 2件');
    const [above = '', below = ''] = page.split('<h2 id="drills">');
    for (const id of ids) expect([above.includes(id), below.includes(id)]).toEqual([false, true]);
    await closeOn('/console', ids);
    expect(await Promise.all(ids.map(statusOf))).toEqual(ids.map(() => 'not-occurring'));
    expect((await readDrill(drill.id)).state).toMatch(/done|stopped/);
    expect(await read()).not.toContain('<h2 id="drills">');
  });

  test('an alert whose customers nobody knows is snoozed by one tap, and no incident with a customer is', async () => {
    const { id } = (await scenario.alert(thresholdAlert({ id: '0.9', policy: '9' }))).body.incident;
    const { page, submit } = openConsole(scenario);
    const snoozes = async () =>
      formsIn(await page(`/console/incidents/${id}`)).filter(({ action }) => action.endsWith('/events/snoozed'));
    const [form] = await snoozes();
    expect((await submit(form ?? { action: '', fields: [] }, [])).status).toBe(303);
    expect(await read(`/console/incidents/${id}`)).toMatch(/あと3時間59分|あと4時間/);
    await scenario.post(`/api/incidents/${id}/events`, { type: 'scoped', affectedCustomers: [{ id: 'store-9' }] });
    expect(await snoozes()).toEqual([]);
    const { status, body } = await scenario.post(`/api/incidents/${id}/events`, { type: 'snoozed' });
    expect([status, body.detail]).toEqual([409, expect.stringContaining('can be snoozed')]);
    await scenario.post(`/api/incidents/${id}/events`, { type: 'recovered' });
  });

  test('alerts of which nobody has known the scope for a day are closed together, and no other', async () => {
    const opened = async (policy: string): Promise<string> =>
      (await scenario.alert(thresholdAlert({ id: `0.${policy}`, policy }))).body.incident.id;
    const stale = [await opened('1'), await opened('2')];
    expect(await read('/console/close')).toContain('該当するインシデントはありません');
    const { clock } = scenario.house.cloud;
    const passes = (hours: number): void => clock.moveHeld(clock.now() + hours * 3_600_000);
    clock.hold();
    passes(25);
    const fresh = await opened('3');
    expect(await read()).toContain('href="/console/close"');
    const page = await read('/console/close');
    expect([...stale, fresh].map((id) => page.includes(id))).toEqual([true, true, false]);
    await closeOn('/console/close', stale);
    expect(await Promise.all([...stale, fresh].map(statusOf))).toEqual(['recovered', 'recovered', 'open']);
    // Next week the draft that shows it is assembled again.
    passes(6 * 24);
    const timer = timerRef('bundle_2026-W48');
    const wakeAt = new Date('2027-01-01T00:00:00Z');
    await timer.set({ id: timer.id, subject: 'bundle', subjectId: '2026-W48', wakeAt, pending: [] });
    await closeOn('/console/close', [fresh]);
    expect((await timer.get()).get('wakeAt').toDate().getTime()).toBeLessThan(wakeAt.getTime());
  });
});
