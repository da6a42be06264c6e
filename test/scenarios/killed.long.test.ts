import { expect, test } from 'vitest';
import { ownProcess } from './own-process.ts';

const { start, kill } = ownProcess();

const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
const file = (url: string, id: string) =>
  fetch(`${url}/tickets`, { method: 'POST', headers, body: JSON.stringify({ id, subject: '注文が通らない' }) });

test('what was answered 201 is there after kill -9 and a restart, and the same report is still the same incident', async () => {
  const url = await start();
  const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => file(url, `K-${index}`)));
  const answered = await Promise.all(
    replies.map(async (reply) => ((await reply.json()) as { incident: { id: string } }).incident.id),
  );
  expect(replies.every((reply) => reply.status === 201)).toBe(true);
  kill();

  const again = await start();
  const list = (await (await fetch(`${again}/api/incidents?limit=200`)).json()) as { incidents: { id: string }[] };
  expect(list.incidents.map((each) => each.id).sort()).toEqual(answered.sort());
  expect((await file(again, 'K-3')).status).toBe(200);
});
