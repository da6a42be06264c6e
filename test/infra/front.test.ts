/** More at once than a door takes: the next is refused and told when to come again, and who was let in is on record. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { functions } from '../../functions/topology.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';

let scenario: Scenario;
const sockets: Socket[] = [];
beforeAll(async () => {
  scenario = await openScenario();
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await scenario.stop();
});

/** A request whose body has yet to end: it is open until then. */
function begin(id: string): { finish: () => Promise<string> } {
  // Of a kind that nobody is told of, which takes less time.
  const body = JSON.stringify({ id, subject: 'x', category: 'outside' });
  const socket = connect(scenario.house.port, '127.0.0.1');
  sockets.push(socket);
  let answer = '';
  const answered = new Promise<string>((resolve, reject) => {
    socket.on('error', reject).on('data', (chunk) => {
      answer += chunk.toString();
      if (answer.includes('\r\n\r\n')) resolve(answer.slice(0, answer.indexOf('\r\n')));
    });
  });
  socket.write(
    `POST /tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer local\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n{`,
  );
  return {
    finish: () => {
      socket.write(body.slice(1));
      return answered;
    },
  };
}

test('a burst past what all instances take at once', async () => {
  const door = functions.find(({ name }) => name === 'tickets');
  const most = (door?.concurrency ?? 0) * (door?.maxInstances ?? 0);
  const open = Array.from({ length: most }, (_, index) => begin(`burst-${index}`));
  let refused = await scenario.ticket({ id: 'one too many', subject: 'x' });
  // Until the last of them has been heard.
  while (refused.status < 300) refused = await scenario.ticket({ id: 'one too many', subject: 'x' });
  expect(refused.status).toBe(503);
  expect([refused.headers.get('retry-after'), refused.headers.get('content-type')]).toEqual([
    '1',
    'application/problem+json',
  ]);
  expect(refused.body.detail).toMatch(/again/);
  // Other doors stay open.
  expect((await scenario.get('/api/incidents')).status).toBe(200);

  const taken: string[] = [];
  for (const [index, each] of open.entries()) {
    const line = await each.finish();
    // On a slow machine some are handed to Pub/Sub, and some had come too slowly and are told so.
    expect(line).toMatch(/^HTTP\/1\.1 (?:201|202|408|503) /);
    if (/ 20[12] /.test(line)) taken.push(`burst-${index}`);
  }
  expect(taken.length).toBeGreaterThan(0);
  await scenario.advance('PT1M');
  const { docs } = await firestore().collection(collections.incidents).select('origin.id').get();
  const filed = new Set(docs.map((each) => each.get('origin.id') as string));
  expect(taken.filter((id) => !filed.has(id))).toEqual([]);
  expect((await scenario.ticket({ id: 'afterwards', subject: 'x' })).status).toBe(201);
});
