/** `node bench/count.ts 1000` counts what every operation reads and writes while that many other incidents are open. */
import { startHouse } from '../../infra/local/house.ts';
import { counterOf } from './counter.ts';
import { beginsAt } from './paths.ts';
import { clientOf, quietSeeds, write } from './seed.ts';

type Read = (path: string, etag?: string, status?: number) => Promise<Response>;

interface Other {
  /** What is set before and not counted: however long building the local indexes took, the minute is the same. */
  from?: string;
  /** What is looked at or stated before, and not counted. */
  prepare?(read: Read, incidentId: string): Promise<Response>;
  take(read: Read, incidentId: string, prepared?: Response): Promise<unknown>;
}

const read: Read = async (path, etag, status = 200) => {
  const headers = etag ? { 'if-none-match': etag } : {};
  const response = await fetch(`http://127.0.0.1:${house.port}${path}`, { headers });
  if (response.status !== status) throw new Error(`${path} answered ${response.status}.`);
  await response.arrayBuffer();
  return response;
};
const etagOf = (response?: Response): string => response?.headers.get('etag') ?? '';
const setClock = (time: string): Promise<unknown> => sender.post('/_local/clock', { set: `2026-11-24T${time}+09:00` });

/** What is looked at, and what the beat does by itself. Taken in this order, after `paths`. */
const others: Record<string, Other> = {
  incidentPage: { take: (read, incidentId) => read(`/console/incidents/${incidentId}`) },
  board: { take: (read) => read('/console') },
  boardUnchanged: {
    prepare: (read) => read('/console'),
    take: (read, _, prepared) => read('/console', etagOf(prepared), 304),
  },
  boardChangedRow: {
    prepare: async (read, incidentId) => {
      const opened = await read('/console');
      const stated = await sender.post(`/api/incidents/${incidentId}/events`, { type: 'assigned', assignee: 'bench' });
      if (stated.status !== 201) throw new Error(`${stated.status} ${JSON.stringify(stated.body)}`);
      return opened;
    },
    take: (read, _, prepared) => read('/console', etagOf(prepared)),
  },
  boardScrolled: { take: (read) => read('/console?rows=200') },
  incidentList: { take: (read) => read('/api/incidents') },
  quietMinute: { from: '10:26:30', take: () => setClock('10:27:30') },
  search: { take: (read) => read(`/api/find?q=${encodeURIComponent('印刷')}`) },
  searchOfAll: { take: (read) => read(`/api/find?q=${encodeURIComponent('注文')}`) },
  candidates: { take: (read, incidentId) => read(`/api/incidents/${incidentId}/candidates`) },
  // Every fifth minute has a tick of the gauges, too.
  minuteOfGauges: { from: '10:29:30', take: () => setClock('10:30:30') },
};

const house = await startHouse({ port: 0, cloudPort: 0, makesEveryRun: true });
const { sender, counted, count, countPaths } = counterOf(house);

const client = clientOf({ port: house.cloud.port });
const seed = (size: number, at: string): Promise<void> => write(client, quietSeeds(size, new Date(at)));

// The first query of a kind builds its local index: among a few documents that takes no time, and among all of them, minutes.
await setClock('09:00:02');
await seed(200, '2026-11-24T09:00:02+09:00');
await countAll(Object.entries(others).filter(([, { from }]) => from === undefined));
for (const each of await client.listCollections()) await client.recursiveDelete(each);

// Half an hour before, so that the time which seeding takes does not move what is counted to other minutes.
await setClock('09:30:02');
await seed(Number(process.argv[2]), beginsAt);
await sender.post('/_local/clock', { set: beginsAt });
await countAll(Object.entries(others));

async function countAll(looks: [string, Other][]): Promise<void> {
  await countPaths();
  const { body } = await sender.ticket({ id: 'looked-at', subject: '印刷が薄い' });
  for (const [name, { from, prepare, take }] of looks) {
    if (from) await setClock(from);
    const prepared = await prepare?.(read, body.incident.id);
    await count(name, () => take(read, body.incident.id, prepared));
  }
}

if (process.send) process.send(counted, undefined, undefined, () => process.exit(0));
else {
  console.log(JSON.stringify(counted, null, 2));
  process.exit(0);
}
