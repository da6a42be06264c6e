/** The whole of Metronome in one process: the functions, the cloud below them, and the clock they read. */
import type { Server } from 'node:http';
import type { Environment } from '../../functions/platform/environment.ts';
import { gaugePrefix } from '../../functions/topology.ts';
import type { LocalCloud } from '../cloud/src/cloud.ts';
import { newestBackupAt } from '../cloud/src/firestore/admin.ts';
import { readDurability } from '../cloud/src/storage.ts';
import { toolEnvironment } from '../stubs/environment.ts';
import type { MailServer } from '../stubs/notices/mail-server.ts';
import { openReceivers } from '../stubs/notices/receivers.ts';
import { answerNotion } from '../stubs/notion/routes.ts';
import { createNotion } from '../stubs/notion/service.ts';
import { answerTools, overhear } from '../stubs/routes.ts';
import { createTools } from '../stubs/service.ts';
import { answerSlack } from '../stubs/slack/routes.ts';
import { createSlack } from '../stubs/slack/service.ts';
import { functions } from '../topology.ts';
import { answerDocuments } from './documents.ts';
import { environmentsOf } from './environments.ts';
import { createFront, listen } from './front.ts';
import { pushInProcess } from './in-process-http.ts';
import { Inbox } from './inbox.ts';
import { provisionLocally } from './provision.ts';
import { localRoutes } from './routes.ts';
import { skipIdleTicks } from './skip.ts';
import { localProject, startLocalCloud } from './start-cloud.ts';

const gaugeTypes = {
  oldestOverdue: `${gaugePrefix}oldest_overdue_seconds`,
  newestBackup: `${gaugePrefix}newest_backup_seconds`,
  oldestTimer: `${gaugePrefix}oldest_timer_seconds`,
  undelivered: `${gaugePrefix}undelivered_notices`,
};

export interface HouseOptions {
  port: number;
  cloudPort: number;
  dataDirectory?: string | undefined;
  fresh?: boolean;
  /** A jump of the clock makes every run, also those that are known to do nothing. */
  makesEveryRun?: boolean;
  /** Values set beforehand, such as your own secrets. Default: the process's environment. */
  environment?: Environment;
  /** Carries pushes, scheduled calls, notifications, and what the ticket tools of this machine post to the doors. */
  fetch?: typeof fetch;
}

export interface House {
  port: number;
  cloud: LocalCloud;
  inbox: Inbox;
  /** The whole environment; each function sees its own part of it. */
  environment: Environment;
  stop(): Promise<void>;
}

/** @throws the error of a port that is taken, with `port` on it */
export async function startHouse(options: HouseOptions): Promise<House> {
  const base = options.environment ?? process.env;
  const { fetch = globalThis.fetch } = options;
  let started: LocalCloud | undefined;
  let dutyDueAt: (() => Date) | undefined;
  let push: typeof globalThis.fetch = fetch;
  const idleness = skipIdleTicks({
    project: localProject,
    version: () =>
      started && holdsRecords(started, base) && !options.makesEveryRun && !started.faults.mayMeet('scheduler.run')
        ? started.firestore.operations.version
        : undefined,
    peek: (parent, query) => started?.firestore.peek(parent, query) ?? [],
    besides: () => dutyDueAt?.().getTime() ?? Number.POSITIVE_INFINITY,
    followsCommits: Boolean(base.NOTION_DATABASES) || [base.CUSTOMER_PAGES, base.PUBLIC_STATUS].includes('on'),
    gauges: {
      write: (at, oldestOverdueSeconds) =>
        started?.monitoring.repeatLast(at, (type, last) => {
          if (!type.startsWith(gaugePrefix)) return undefined;
          if (type === gaugeTypes.oldestOverdue) return { int64Value: String(oldestOverdueSeconds) };
          // A run is left out only while no timer is due.
          if (type === gaugeTypes.oldestTimer) return { int64Value: '0' };
          if (type !== gaugeTypes.newestBackup) return last;
          return { int64Value: String(Math.round((at - newestBackupAt(at)) / 1_000)) };
        }),
      writtenOf: () => started?.monitoring.latest(gaugeTypes.oldestOverdue)?.at,
      hasUndelivered: () => started?.monitoring.latest(gaugeTypes.undelivered)?.value !== 0,
    },
  });
  const cloud = await startLocalCloud({
    port: options.cloudPort,
    dataDirectory: options.dataDirectory,
    fresh: options.fresh ?? false,
    durability: readDurability(base.LOCAL_DURABILITY),
    fetch,
    push: options.fetch ?? ((input, init) => push(input, init)),
    idleness,
  });
  started = cloud;
  cloud.firestore.onChange(idleness.note);
  let front: Server | undefined;
  let mails: MailServer | undefined;
  try {
    const { useClock } = await import('../../functions/platform/clock.ts');
    const { handEnvironments } = await import('../../functions/platform/environment.ts');
    const { useChannels } = await import('../../functions/platform/emulator.ts');
    useChannels(cloud.channelTo);
    useClock(
      () => cloud.clock.now(),
      // In a jump the clock does not move while work runs, so there is nothing to wait for.
      (ms) => (cloud.clock.isJumping ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))),
      // Waiting for a time advances the clock.
      (at) => cloud.clock.waitFor(at),
    );
    await import('../../functions/index.ts');
    const inbox = new Inbox(cloud.db);
    const { db, clock, faults } = cloud;
    let owner = base;
    let root = '';
    const around = { db, clock, faults, fetch, environment: () => owner, doors: () => root };
    const tools = createTools(around);
    const slack = createSlack(around);
    const notion = createNotion(around);
    const receive = openReceivers(around);
    mails = await mailServerFor(base, { db, clock, faults });
    const routes = localRoutes(cloud, inbox, { isEmpty: () => isEmpty(cloud, owner) });
    front = createFront(
      functions,
      async (request, response) =>
        (await answerTools(tools, request, response)) ||
        (await answerSlack(slack, request, response)) ||
        (await answerNotion(notion, request, response)) ||
        (await receive(request, response)) ||
        (await answerDocuments(request, response)) ||
        (await routes(request, response)),
      (request, response) => overhear(tools, request, response),
    );
    push = pushInProcess(front, () => root, fetch);
    // A port chosen by the system is known only after listening. A fixed port opens when everything is ready.
    const port = options.port === 0 ? await listen(front, 0) : options.port;
    root = `http://127.0.0.1:${port}`;
    const addresses = { cloud: `127.0.0.1:${cloud.port}`, root };
    const environments = environmentsOf(
      { ...toolEnvironment(root), ...(mails ? { SMTP_URL: mails.url } : {}), ...base },
      localProject,
      addresses,
    );
    ({ owner } = environments);
    handEnvironments(environments);
    clock.drive(tools.driven);
    await provisionLocally(localProject, { functions: port, cloud: cloud.port }, owner);
    dutyDueAt = await firstDuty(() => new Date(cloud.clock.now()));
    if (options.port !== 0) await listen(front, port);
    cloud.clock.start();
    const listening = front;
    return { port, cloud, inbox, environment: owner, stop: () => stopHouse(listening, cloud, mails) };
  } catch (error) {
    front?.close();
    await mails?.close();
    await cloud.stop();
    throw error;
  }
}

/** Whether nothing has been reported or held yet; what the house notes of itself does not count. */
async function isEmpty(cloud: LocalCloud, owner: Environment): Promise<boolean> {
  const { collections, firestore } = await import('../../functions/platform/firestore.ts');
  for (const collectionId of [collections.signals, collections.incidents, collections.postmortems]) {
    const isThere = holdsRecords(cloud, owner)
      ? cloud.firestore.peek(`projects/${localProject}/databases/(default)/documents`, {
          from: [{ collectionId }],
          limit: { value: 1 },
        }).length > 0
      : !(await firestore().collection(collectionId).limit(1).get()).empty;
    if (isThere) return false;
  }
  return true;
}

/** Whether the functions keep their records in this cloud, and not in another Firestore that the environment names. */
function holdsRecords(cloud: LocalCloud, environment: Environment): boolean {
  const host = environment.FIRESTORE_EMULATOR_HOST;
  return host === undefined || host === `127.0.0.1:${cloud.port}`;
}

/** Loads who is on duty before the first page is opened. Without a calendar, nothing is asked. */
async function firstDuty(now: () => Date): Promise<(() => Date) | undefined> {
  const [duty, { runFunction }] = await Promise.all([
    import('../../functions/duty/duty.ts'),
    import('../../functions/platform/environment.ts'),
  ]);
  const asTick = <T>(work: () => T): T => runFunction('minuteTick', work);
  await asTick(() => duty.refreshDuty(now()));
  const isThere = asTick(() => duty.dutyDueAt(now())) !== null;
  return isThere ? () => asTick(() => duty.dutyDueAt(now()) ?? now()) : undefined;
}

/** Only if a channel is mail and no mail server is configured. */
async function mailServerFor(base: Environment, around: Pick<LocalCloud, 'db' | 'clock' | 'faults'>) {
  const isNeeded = base.SMTP_URL === undefined && /"mail"/.test(base.NOTIFY_CHANNELS ?? '');
  return isNeeded ? (await import('../stubs/notices/mail-server.ts')).startMailServer(around) : undefined;
}

async function stopHouse(front: Server, cloud: LocalCloud, mails: MailServer | undefined): Promise<void> {
  // Lets pending deliveries arrive while the receivers still listen.
  await Promise.race([cloud.clock.stop(), atMost(3_000)]);
  const closed = new Promise<void>((resolve) => front.close(() => resolve()));
  front.closeIdleConnections();
  const grace = setTimeout(() => front.closeAllConnections(), 3_000);
  await closed;
  clearTimeout(grace);
  await mails?.close();
  const { closeFirestore } = await import('../../functions/platform/firestore.ts');
  const { closeBackups } = await import('../../functions/platform/backups.ts');
  const { closeMonitoring } = await import('../../functions/platform/monitoring.ts');
  const { closePubSub } = await import('../../functions/platform/publish.ts');
  const { handEnvironments } = await import('../../functions/platform/environment.ts');
  const { useChannels } = await import('../../functions/platform/emulator.ts');
  // A call that hangs would keep a client from closing; the process need not wait for it.
  const closing = Promise.allSettled([closeFirestore(), closePubSub(), closeMonitoring(), closeBackups()]);
  await Promise.race([closing, atMost(1_000)]);
  handEnvironments(undefined);
  useChannels(() => undefined);
  await cloud.stop();
}

const atMost = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
