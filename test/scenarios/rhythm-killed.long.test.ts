/** `kill -9` at each step of the road from a timer to a delivered notice: after a restart the notice is there. */
import { expect, it } from 'vitest';
import { ownProcess } from './own-process.ts';

const { start, kill, reopen } = ownProcess();

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
async function call(url: string, path: string, body?: unknown): Promise<any> {
  const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
  const reply = await fetch(url + path, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return reply.json();
}

it.each([
  ['before the commit', { target: 'firestore.Commit' }],
  ['after the commit, before the publish', { target: 'pubsub.Publish' }],
  ['after the publish, before the timer is free', { target: 'firestore.Commit', skip: 1 }],
  ['after that, before the delivery', { target: 'firestore.Commit', skip: 2 }],
  ['after the delivery, before its record', { target: 'firestore.Commit', skip: 3 }],
])('%s', async (_, where) => {
  const url = await start();
  await call(url, '/_local/clock', { set: '2026-11-24T10:00:00+09:00' });
  const ticket = { id: 'T-1', subject: '注文が通らない', customer: { id: 'store-12' } };
  // A door on a slow machine keeps the ticket and answers before it has filed it; sent again, it is the same ticket.
  const file = async (): Promise<string | undefined> => (await call(url, '/tickets', ticket)).incident?.id;
  let id = await file();
  while (!id) id = await file();
  await call(url, '/_local/clock', { advance: 'PT9M' });
  await call(url, '/_local/faults', { ...where, effect: 'hang' });
  const jump = call(url, '/_local/clock', { advance: 'PT90S' }).catch(() => undefined);
  await expect.poll(async () => (await call(url, '/_local/faults')).faults).toEqual([]);
  kill();
  await jump;

  const again = await reopen();
  try {
    await again.advance('PT7M');
    const due = (await again.inbox()).filter((each) => each.kind === 'update-due');
    expect(due.length).toBeGreaterThanOrEqual(1);
    expect(new Set(due.map((each) => each.id)).size).toBe(1);
    const { events } = (await again.get(`/api/incidents/${id}/timeline`)).body;
    expect(events.filter((each: { type: string }) => each.type === 'reminded')).toHaveLength(1);
  } finally {
    await again.stop();
  }
});
