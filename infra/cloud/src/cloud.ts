/** The cloud on this machine: one gRPC server that speaks for Firestore, Pub/Sub, Scheduler and Monitoring. */
import type { DatabaseSync } from 'node:sqlite';
import { type ChannelInterface as Channel, Server, ServerCredentials } from '@grpc/grpc-js';
import { LocalClock } from './clock.ts';
import { Faults } from './faults.ts';
import { createFirestore, type FirestoreOptions } from './firestore/service.ts';
import { addMethods, faultGate, type Gate, methodsOf } from './grpc.ts';
import { Iam } from './iam/iam.ts';
import { InProcess } from './in-process.ts';
import { createMonitoring } from './monitoring/service.ts';
import { createPubSub } from './pubsub/service.ts';
import type { Idleness } from './scheduler/runs.ts';
import { createScheduler } from './scheduler/service.ts';
import { type Durability, openStorage } from './storage.ts';

export interface CloudOptions {
  /** 0 lets the system choose. */
  port: number;
  /** The data's folder; undefined keeps the data in memory. */
  dataDirectory?: string | undefined;
  fresh?: boolean;
  /** What survives a loss of power. Default: `normal`. */
  durability?: Durability;
  /** Queries without a composite index are refused; if this is absent, all are allowed. */
  indexes?: FirestoreOptions['indexes'];
  /** Which scheduled runs a jump of the clock may leave out. */
  idleness?: Idleness;
  /** The faults for deliveries, schedules and notifications, and also for calls if there is no gate. */
  faults?: Faults;
  /** Decides when each call is let in, and whether its answer is let out. */
  gate?: Gate;
  /** The rights of accounts. Default: everything is allowed. */
  iam?: Iam;
  /** Carries pushes, scheduled calls and notifications to their receivers. */
  fetch?: typeof fetch;
  /** Sends pushes by another transport. */
  push?: typeof fetch;
  /** Sees what schedules and alert policies publish. */
  onPublish?: (topic: string, data: Uint8Array) => void;
}

export interface LocalCloud {
  port: number;
  db: DatabaseSync;
  clock: LocalClock;
  faults: Faults;
  iam: Iam;
  /** For clients in this process: an in-process channel if the address is this cloud's, otherwise none. */
  channelTo(address: string): Channel | undefined;
  firestore: ReturnType<typeof createFirestore>;
  pubsub: ReturnType<typeof createPubSub>;
  monitoring: ReturnType<typeof createMonitoring>;
  stop(): Promise<void>;
}

export async function startCloud(options: CloudOptions): Promise<LocalCloud> {
  const db = openStorage(options.dataDirectory, {
    fresh: options.fresh ?? false,
    durability: options.durability ?? 'normal',
  });
  const clock = new LocalClock(clockStore(db));
  const faults = options.faults ?? new Faults();
  const { fetch = globalThis.fetch, iam = new Iam() } = options;
  const firestore = createFirestore({ db, clock, ...(options.indexes && { indexes: options.indexes }) });
  const pubsub = createPubSub({ db, clock, faults, fetch: options.push ?? fetch });
  const publish: typeof pubsub.publish = (topic, data, attributes) => {
    options.onPublish?.(topic, data);
    return pubsub.publish(topic, data, attributes);
  };
  const { idleness } = options;
  const scheduler = createScheduler({ db, clock, faults, publish, fetch, ...(idleness ? { idleness } : {}) });
  const monitoring = createMonitoring({ db, clock, faults, publish, fetch });

  const server = new Server({
    'grpc.max_receive_message_length': 64 * 1024 * 1024,
    'grpc.max_send_message_length': 64 * 1024 * 1024,
  });
  const inProcess = new InProcess();
  const ofFirestore = [firestore.handlers, firestore.admin];
  for (const handlers of [...ofFirestore, ...pubsub.handlers, ...scheduler.handlers, ...monitoring.handlers]) {
    const methods = methodsOf(handlers, options.gate ?? faultGate(faults), iam.authorize);
    addMethods(server, methods);
    inProcess.add(methods);
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  for (const { driven } of [scheduler, pubsub, monitoring]) clock.drive(driven);
  return {
    port,
    db,
    clock,
    faults,
    iam,
    channelTo: (address) => (address === `127.0.0.1:${port}` ? inProcess.channel(address) : undefined),
    firestore,
    pubsub,
    monitoring,
    async stop() {
      const stopped = clock.stop();
      // Deliveries under way finish; hanging ones are released.
      await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
      inProcess.close();
      await stopped;
      server.forceShutdown();
      db.close();
    },
  };
}

function clockStore(db: DatabaseSync): { load(): number | undefined; save(offsetMs: number): void } {
  db.exec('CREATE TABLE IF NOT EXISTS local_clock (id INTEGER PRIMARY KEY CHECK (id = 1), offset_ms REAL NOT NULL)');
  return {
    load: () => {
      const row = db.prepare('SELECT offset_ms FROM local_clock').get();
      return row ? Number(row.offset_ms) : undefined;
    },
    save: (offsetMs) => {
      db.prepare(
        'INSERT INTO local_clock VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET offset_ms = excluded.offset_ms',
      ).run(offsetMs);
    },
  };
}
