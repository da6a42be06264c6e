import { afterEach, describe, expect, test } from 'vitest';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { isDrawnMore } from '../fuzz/runs.ts';
import { logged } from '../logged.ts';
import { useScenario, withImpatientDoors } from './house.ts';

const scenario = useScenario();
afterEach(() => scenario.house.cloud.faults.clear());

const fault = (faults: Record<string, unknown>[]) => scenario.post('/_local/faults', { faults });
const away = (service: string) => ({ target: `${service}.*`, effect: 'fail', code: 'UNAVAILABLE', times: 1_000_000 });

async function titles(): Promise<string[]> {
  const { body } = await scenario.get('/api/incidents?limit=200');
  return body.incidents.map((each: { title: string }) => each.title);
}

/** How bad each line is that a door logs meanwhile, and what it says. */
const toldOf = async (work: () => Promise<unknown>): Promise<string[]> =>
  (await logged(work)).map(({ severity, message }) => `${severity} ${message}`);

describe('when things fail, nothing that was accepted is lost', () => {
  test('the answer of a commit is lost: the client resends, meets ALREADY_EXISTS, and the ticket is created once', async () => {
    await fault([{ target: 'firestore.Commit', effect: 'fail-after', code: 'UNAVAILABLE', times: 1 }]);
    const reply = await scenario.ticket({ id: 'lost-answer', subject: 'lost answer' });
    expect(reply.status).toBe(201);
    expect(reply.body.created).toBe(true);
    expect((await scenario.get(`/api/incidents/${reply.body.incident.id}`)).body.reportCount).toBe(1);
  });

  test('the same of an alert', async () => {
    await fault([{ target: 'firestore.Commit', effect: 'fail-after', code: 'UNAVAILABLE', times: 1 }]);
    const reply = await scenario.alert(thresholdAlert({ id: '0.lost', policy: '900' }));
    expect(reply.status).toBe(201);
    expect((await scenario.get(`/api/incidents/${reply.body.incident.id}`)).body.reportCount).toBe(1);
  });

  test('Firestore away: the door answers 202 within its deadline, and the body is filed once Firestore is back', async () => {
    await fault([away('firestore')]);
    const [ticket, alert] = await withImpatientDoors(() =>
      Promise.all([
        scenario.ticket({ id: 'away-1', subject: 'while away', ongoing: 'yes' }),
        scenario.alert(thresholdAlert({ id: '0.away', policy: '901', policyName: 'alert while away' })),
      ]),
    );
    expect([ticket.status, alert.status]).toEqual([202, 202]);
    expect(ticket.body).toEqual({ accepted: true });
    scenario.house.cloud.faults.clear();
    await scenario.advance('PT30M');
    expect(await titles()).toEqual(expect.arrayContaining(['while away', 'alert while away']));
    const { body } = await scenario.get('/api/incidents?limit=200');
    const filed = body.incidents.find((each: { title: string }) => each.title === 'while away');
    expect((await scenario.ticket({ id: 'away-1', subject: 'while away', ongoing: 'yes' })).body.incident.id).toBe(
      filed.id,
    );
  });

  test('Firestore hangs: the same', async () => {
    // All of them: what is left of another request would use up a single one.
    await fault([{ target: 'firestore.Commit', effect: 'hang', times: 1_000 }]);
    const reply = await withImpatientDoors(() => scenario.ticket({ id: 'hang-1', subject: 'while hanging' }));
    expect(reply.status).toBe(202);
    scenario.house.cloud.faults.clear();
    await scenario.advance('PT15M');
    expect(await titles()).toContain('while hanging');
  });

  test('Firestore refuses: the door does not wait for its deadline, and the body is filed once it may be', async () => {
    // All of them, here too.
    await fault([{ target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED', times: 1_000 }]);
    const lines = await toldOf(async () => {
      const reply = await scenario.ticket({ id: 'refused-1', subject: 'while refused' });
      expect([reply.status, reply.body]).toEqual([202, { accepted: true }]);
    });
    expect(lines).toEqual(expect.arrayContaining(['ERROR Firestore refused', 'NOTICE spilled to Pub/Sub']));
    scenario.house.cloud.faults.clear();
    await scenario.advance('PT5M');
    expect(await titles()).toContain('while refused');
  });

  test('what fails after the deadline ends no process: the body has gone on already, and is filed once', async () => {
    const late = { id: 'late-1', subject: 'late' };
    expect((await scenario.ticket(late)).status).toBe(201);
    await fault([
      { target: 'firestore.Commit', effect: 'delay', delayMs: 400 },
      { target: 'firestore.BatchGetDocuments', effect: 'fail', code: 'PERMISSION_DENIED' },
      // What has gone on comes back later than that.
      { target: 'pubsub.push', effect: 'delay', delayMs: 60_000 },
    ]);
    const lines = await toldOf(async () => {
      const reply = await withImpatientDoors(() => scenario.ticket({ ...late, description: 'more' }));
      expect(reply.status).toBe(202);
      const left = () => scenario.house.cloud.faults.list().map(({ target }) => target);
      await expect.poll(left).not.toContain('firestore.BatchGetDocuments');
      await scenario.advance('PT5M');
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        'WARNING Firestore did not answer in time',
        'NOTICE spilled to Pub/Sub',
        'WARNING storing failed after the door’s deadline',
      ]),
    );
    expect((await titles()).filter((title) => title === 'late')).toHaveLength(1);
  });

  test('both away: 503 with Retry-After, and nothing is promised', async () => {
    await fault([away('firestore'), away('pubsub')]);
    const reply = await withImpatientDoors(() => scenario.ticket({ id: 'both-1', subject: 'both away' }));
    expect(reply.status).toBe(503);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    scenario.house.cloud.faults.clear();
    // The door keeps storing after its deadline, and may be faster than the sender's retry.
    const again = await scenario.ticket({ id: 'both-1', subject: 'both away' });
    expect([again.status, again.body.created]).toBeOneOf([
      [201, true],
      [200, false],
    ]);
    expect((await titles()).filter((title) => title === 'both away')).toHaveLength(1);
  });

  test.runIf(isDrawnMore)(
    'Firestore, then Pub/Sub as well, go away in the middle of a load: what was answered 2xx is there, once',
    async () => {
      const answered = new Set<string>();
      let sent = 0;
      const sendSome = (count: number) =>
        Promise.all(
          Array.from({ length: count }, async () => {
            sent += 1;
            const subject = `load-${sent}`;
            const { status } = await scenario.ticket({ id: subject, subject });
            if (status < 300) answered.add(subject);
            else expect(status).toBe(503);
          }),
        );
      await sendSome(5);
      await withImpatientDoors(async () => {
        const before = sendSome(5);
        await fault([away('firestore')]);
        await Promise.all([before, sendSome(10)]);
        await fault([away('pubsub')]);
        await sendSome(5);
      });
      scenario.house.cloud.faults.clear();
      await sendSome(5);
      await scenario.advance('PT15M');
      const stored = (await titles()).filter((title) => title.startsWith('load-'));
      expect(new Set(stored).size).toBe(stored.length);
      expect([...answered].filter((subject) => !stored.includes(subject))).toEqual([]);
      expect(answered.size).toBeGreaterThanOrEqual(20);
    },
  );

  test('a delivery that is doubled, delayed or whose acknowledgement is lost files once', async () => {
    // In the same house: what doors still store after their deadline would meet a client that is closed.
    await fault([
      { target: 'pubsub.push', effect: 'double', times: 1 },
      { target: 'pubsub.push', effect: 'delay', delayMs: 60_000, times: 1 },
      { target: 'pubsub.push', effect: 'fail-after', times: 1 },
    ]);
    for (const id of ['p-1', 'p-2', 'p-3']) {
      await scenario.publish('ticket-notifications', { id, subject: id });
    }
    await scenario.advance('PT15M');
    for (const id of ['p-1', 'p-2', 'p-3']) expect((await titles()).filter((each) => each === id)).toHaveLength(1);
  });
});
