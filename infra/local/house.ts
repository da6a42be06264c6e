/** The whole of Metronome in one process: the functions, the cloud they stand on, and the clock they read. */
import type { Server } from 'node:http';
import { readChannels } from '../../functions/outgoing/channels/channel.ts';
import { functions, gaugePrefix } from '../../functions/topology.ts';
import { type LocalCloud, startCloud } from './cloud.ts';
import { createFront, listen } from './front.ts';
import { Inbox } from './inbox.ts';
import { provisionLocally } from './provision.ts';
import { localRoutes } from './routes.ts';
import { skipIdleTicks } from './skip.ts';
import { toolEnvironment } from './tools/environment.ts';
import { answerTools, overhear } from './tools/routes.ts';
import { createTools } from './tools/service.ts';

export const localProject = 'metronome-local';

const gaugeTypes = {
  oldestOverdue: `${gaugePrefix}oldest_overdue_seconds`,
  undelivered: `${gaugePrefix}undelivered_notices`,
};

export interface HouseOptions {
  port: number;
  cloudPort: number;
  dataDirectory?: string | undefined;
  fresh?: boolean;
  /** A jump of the clock makes every run, also those that are known to do nothing. */
  makesEveryRun?: boolean;
}

export interface House {
  port: number;
  cloud: LocalCloud;
  inbox: Inbox;
  stop(): Promise<void>;
}

/** @throws the error of a port that is taken, with `port` on it */
export async function startHouse(options: HouseOptions): Promise<House> {
  let started: LocalCloud | undefined;
  const cloud = await startCloud({
    port: options.cloudPort,
    dataDirectory: options.dataDirectory,
    fresh: options.fresh ?? false,
    idleness: skipIdleTicks({
      project: localProject,
      version: () =>
        started && holdsRecords(started) && !options.makesEveryRun ? started.firestore.operations.version : undefined,
      peek: (parent, query) => started?.firestore.peek(parent, query) ?? [],
      writeGauges: (at, oldestOverdueSeconds) =>
        started?.monitoring.repeatLast(at, (type, last) => {
          if (!type.startsWith(gaugePrefix)) return undefined;
          return type === gaugeTypes.oldestOverdue ? { int64Value: String(oldestOverdueSeconds) } : last;
        }),
      hasUndelivered: () => started?.monitoring.latest(gaugeTypes.undelivered) !== 0,
    }),
  });
  started = cloud;
  let front: Server | undefined;
  try {
    setEnvironment(cloud.port);
    const { useClock } = await import('../../functions/platform/clock.ts');
    useClock(() => cloud.clock.now());
    await import('../../functions/index.ts');
    const inbox = new Inbox(cloud.db);
    let house = '';
    const { db, clock, faults } = cloud;
    const tools = createTools({ db, clock, faults, environment: process.env, doors: () => house });
    const routes = localRoutes(cloud, inbox, { isEmpty: () => isEmpty(cloud) });
    front = createFront(
      functions,
      async (request, response) => (await answerTools(tools, request, response)) || (await routes(request, response)),
      (request, response) => overhear(tools, request, response),
    );
    const port = await listen(front, options.port);
    house = `http://127.0.0.1:${port}`;
    for (const [name, value] of Object.entries(toolEnvironment(house))) process.env[name] ??= value;
    clock.drive(tools.driven);
    addInboxChannel(port);
    process.env.CONSOLE_URL ??= `http://127.0.0.1:${port}/console`;
    await provisionLocally(localProject, { functions: port, cloud: cloud.port });
    cloud.clock.start();
    const listening = front;
    return { port, cloud, inbox, stop: () => stopHouse(listening, cloud) };
  } catch (error) {
    front?.close();
    await cloud.stop();
    throw error;
  }
}

async function isEmpty(cloud: LocalCloud): Promise<boolean> {
  if (holdsRecords(cloud)) return cloud.firestore.isEmpty(localProject);
  const { firestore } = await import('../../functions/platform/firestore.ts');
  return (await firestore().listCollections()).length === 0;
}

/** Whether the functions keep their records in this cloud, and not in another Firestore that the environment names. */
function holdsRecords(cloud: LocalCloud): boolean {
  const host = process.env.FIRESTORE_EMULATOR_HOST;
  return host === undefined || host === addressOf(cloud.port);
}

const addressOf = (cloudPort: number): string => `127.0.0.1:${cloudPort}`;

/** What is set already stays: the official emulators, or secrets of one's own. */
function setEnvironment(cloudPort: number): void {
  const host = addressOf(cloudPort);
  process.env.FIRESTORE_EMULATOR_HOST ??= host;
  process.env.PUBSUB_EMULATOR_HOST ??= host;
  process.env.MONITORING_EMULATOR_HOST ??= host;
  process.env.GOOGLE_CLOUD_PROJECT ??= localProject;
  process.env.METADATA_SERVER_DETECTION ??= 'none';
  // The console asks nobody to prove anything; a deployment never says so.
  process.env.METRONOME_LOCAL = '1';
  process.env.TICKETS_TOKEN ??= 'local';
  process.env.ALERTS_TOKEN ??= 'local';
}

async function stopHouse(front: Server, cloud: LocalCloud): Promise<void> {
  // What is being delivered arrives while somebody still listens.
  await Promise.race([cloud.clock.stop(), atMost(3_000)]);
  const closed = new Promise<void>((resolve) => front.close(() => resolve()));
  front.closeIdleConnections();
  const grace = setTimeout(() => front.closeAllConnections(), 3_000);
  await closed;
  clearTimeout(grace);
  const { closeFirestore } = await import('../../functions/platform/firestore.ts');
  const { closeMonitoring } = await import('../../functions/platform/monitoring.ts');
  const { closePubSub } = await import('../../functions/platform/pubsub.ts');
  // A call that hangs would keep a client from closing; the process need not wait for it.
  const closing = Promise.allSettled([closeFirestore(), closePubSub(), closeMonitoring()]);
  await Promise.race([closing, atMost(1_000)]);
  await cloud.stop();
}

const atMost = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** On this machine a channel of kind `inbox` is always on. */
function addInboxChannel(port: number): void {
  const channels: unknown[] = JSON.parse(process.env.NOTIFY_CHANNELS || '[]');
  const url = `http://127.0.0.1:${port}/_local/inbox`;
  process.env.NOTIFY_CHANNELS = JSON.stringify([...channels, { kind: 'inbox', url, allowPrivate: true }]);
  // What is wrong with them is said now, and not with the first notice.
  readChannels(process.env.NOTIFY_CHANNELS);
}
