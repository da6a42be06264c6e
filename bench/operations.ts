/** What each path reads, writes and commits, counted by the local cloud as Firestore bills it. */
import { startHouse } from '../infra/local/house.ts';
import { measure } from './measure.ts';
import { beginsAt, paths, type Sender } from './paths.ts';

await measure(async () => {
  const house = await startHouse({ port: 0, cloudPort: 0 });
  const sender = senderTo(`http://127.0.0.1:${house.port}`);
  const { operations } = house.cloud.firestore;
  // Soon after a whole minute, so that no schedule falls into what is counted.
  await sender.post('/_local/clock', { set: beginsAt });
  const figures: Record<string, unknown> = {};
  for (const [name, { prepare, take }] of Object.entries(paths)) {
    const prepared = await prepare?.(sender);
    operations.reset();
    await take(sender, prepared);
    const { reads, writes, commits } = operations;
    figures[`operations.${name}`] = { reads, writes, commits };
  }
  return { figures, notes: {} };
});

function senderTo(url: string): Sender {
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    post,
    ticket: (body) => post('/tickets', body, { authorization: 'Bearer local' }),
    alert: (body) => post('/alerts?auth_token=local', body),
    advance: async (duration) => void (await post('/_local/clock', { advance: duration })),
  };
}
