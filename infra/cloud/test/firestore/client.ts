import { Firestore, type Settings } from '@google-cloud/firestore';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { afterAll } from 'vitest';
import { Faults } from '../../src/faults.ts';
import { createFirestore, type FirestoreOptions } from '../../src/firestore/service.ts';
import { addMethods, faultGate, methodsOf } from '../../src/grpc.ts';
import { openStorage } from '../../src/storage.ts';

export interface Cloud {
  /** A client, of a project of its own unless told which. */
  connect(settings?: Settings): Firestore;
  close(): Promise<void>;
}

export interface LocalCloud extends Cloud {
  clock: { at: number; now(): number };
  operations: ReturnType<typeof createFirestore>['operations'];
}

/** Whether the tests run against another emulator than ours. */
export const isElsewhere = process.env.FIRESTORE_EMULATOR_HOST !== undefined;

process.env.METADATA_SERVER_DETECTION = 'none';

/** Firestore at FIRESTORE_EMULATOR_HOST where that is set, else ours. */
export async function startCloud(): Promise<Cloud> {
  const host = process.env.FIRESTORE_EMULATOR_HOST;
  return host ? connections(host, async () => {}) : startLocal();
}

/** The same for all tests of a file, with a client of it. */
export async function openFirestore(): Promise<{ cloud: Cloud; firestore: Firestore }> {
  const cloud = await startCloud();
  afterAll(() => cloud.close());
  return { cloud, firestore: cloud.connect() };
}

/** Ours, with a stopped clock that tests move. */
export async function startLocal(options: Partial<FirestoreOptions> = {}): Promise<LocalCloud> {
  const db = options.db ?? openStorage(undefined);
  const clock = { at: Date.parse('2026-11-16T00:00:00Z'), now: () => clock.at };
  const firestore = createFirestore({ clock, ...options, db });
  const megabytes = 1024 * 1024;
  const server = new Server({ 'grpc.max_receive_message_length': 64 * megabytes });
  addMethods(
    server,
    methodsOf(firestore.handlers, faultGate(new Faults()), () => undefined),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const clients = connections(`127.0.0.1:${port}`, async () => {
    server.forceShutdown();
    db.close();
  });
  return { ...clients, clock, operations: firestore.operations };
}

let projects = 0;

function connections(host: string, stop: () => Promise<void>): Cloud {
  const open: Firestore[] = [];
  const [hostname, port] = host.split(':');
  return {
    connect(settings = {}) {
      const projectId = `test-${process.pid}-${Date.now()}-${++projects}`;
      const client = new Firestore({ projectId, host: `${hostname}:${port}`, ssl: false, ...settings });
      open.push(client);
      return client;
    },
    async close() {
      await Promise.all(open.map((client) => client.terminate()));
      await stop();
    },
  };
}
