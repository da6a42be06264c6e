/** Drills are held on a rhythm: the board shows the next, and an overdue one is announced. */
import type { Timestamp } from '@google-cloud/firestore';
import { expect, test } from 'vitest';
import { lookAtDrillRhythm } from '../../functions/drills/look-at-rhythm.ts';
import { readNextDrill } from '../../functions/incidents/drills/drill.ts';
import type { Timer } from '../../functions/incidents/record/records.ts';
import { fromDocument, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { useScenario, withPolicy } from './house.ts';

const scenario = useScenario('2026-10-31T01:00:00Z');

/** Reported, and over at once: nobody waits while weeks pass. */
async function over(body: object): Promise<void> {
  const { id } = (await scenario.ticket({ subject: '会計できない', ...body })).body.incident;
  const verified = { type: 'verified', happened: 'no', method: '再現せず', evidenceUrl: 'https://logs.example/1' };
  await scenario.post(`/api/incidents/${id}/events`, verified);
}

/** What waits to be pushed, whole: in both languages. */
function publishedLast(): unknown {
  const { data } = scenario.house.cloud.db.prepare('SELECT data FROM pubsub_messages ORDER BY id DESC').get() ?? {};
  return JSON.parse(Buffer.from(data as Uint8Array).toString('utf8'));
}

const toldUntilHeld = async (): Promise<void> => {
  const overdue = async () => (await scenario.inbox()).filter((each) => each.kind === 'drill-overdue');
  await over({ id: 'T-1' });
  await scenario.advance('P3D');
  expect(await overdue()).toEqual([]);
  expect((await scenario.get('/console')).body).toContain('次の訓練の期限');
  await scenario.advance('P2D');
  expect(await overdue()).toHaveLength(1);
  expect((await scenario.get('/console')).body).toContain('訓練の期限超過');
  await scenario.advance('P2D');
  expect(await overdue()).toHaveLength(2);
  await over({ id: 'D-1', drill: true });
  await scenario.advance('P3D');
  expect(await overdue()).toHaveLength(2);
  const markdown = (await scenario.get('/api/postmortems/2026-W45.md?lang=ja')).body;
  expect(markdown).toMatch(/次の訓練の期限は11月11日/);
};

// The policy’s days are many, and each is like another.
test('a drill that nobody holds in time is announced, again and again, until one is held', () =>
  withPolicy(policy.drills, { every: 'P4D', overdueEvery: 'P2D' }, toldUntilHeld));

test('it is overdue at the very instant at which it was due, and not a moment before', async () => {
  const { dueAt } = (await readNextDrill(new Date('2027-02-01T00:00:00Z'), policy)) ?? {};
  if (!dueAt) throw new Error('None is due.');
  const ref = timerRef('drill-rhythm');
  const lookAt = async (now: Date) => {
    await ref.set({ id: ref.id, subject: 'drill-rhythm', subjectId: ref.id, wakeAt: now, pending: [] });
    const found = await ref.get();
    const due = { timer: fromDocument<Timer>(found.data()), version: found.updateTime as Timestamp };
    await lookAtDrillRhythm(due, now);
    return fromDocument<Timer>((await ref.get()).data()).wakeAt;
  };
  expect(await lookAt(new Date(dueAt.getTime() - 1))).toEqual(dueAt);
  const week = 7 * 86_400_000;
  expect(await lookAt(dueAt)).toEqual(new Date(dueAt.getTime() + week));
  const due = {
    ja: '訓練の期限を過ぎています(期限 12月7日(月) 10:00)',
    en: 'Drill overdue (due Mon, Dec 7, 10:00 (Asia/Tokyo))',
  };
  expect(publishedLast()).toMatchObject({
    kind: 'drill-overdue',
    subject: due,
    text: {
      ja: expect.stringContaining(`${due.ja}\n過去の`),
      en: expect.stringContaining(`${due.en}\nTo start a drill`),
    },
    createdAt: dueAt.toISOString(),
  });
  expect(await lookAt(new Date(dueAt.getTime() + week))).toEqual(new Date(dueAt.getTime() + 2 * week));
  // A look that comes late moves none that follows.
  expect(await lookAt(new Date(dueAt.getTime() + 2.4 * week))).toEqual(new Date(dueAt.getTime() + 3 * week));
});
