import { PubSub, v1 } from '@google-cloud/pubsub';
import { LocalClock } from '../../src/clock.ts';
import { Faults } from '../../src/faults.ts';
import { createPubSub } from '../../src/pubsub/service.ts';
import { openStorage } from '../../src/storage.ts';
import { startEndpoint } from '../endpoint.ts';
import { serve } from '../grpc-server.ts';

export const start = Date.parse('2026-11-24T10:00:00Z');

/** Pub/Sub of this machine with the real client, a clock that only jumps, and a push endpoint. */
export async function startPubSub(directory?: string) {
  process.env.METADATA_SERVER_DETECTION = 'none';
  const clock = new LocalClock();
  clock.set(start);
  const faults = new Faults();
  const db = openStorage(directory);
  const local = createPubSub({ db, clock, faults });
  clock.drive(local.driven);
  const server = await serve(local.handlers, faults);
  const endpoint = await startEndpoint();
  const connection = { projectId: 'p', apiEndpoint: `127.0.0.1:${server.port}`, emulatorMode: true };
  const pubsub = new PubSub(connection);
  const sslCreds = (await import('@grpc/grpc-js')).credentials.createInsecure();
  const plain = { projectId: 'p', servicePath: '127.0.0.1', port: server.port, sslCreds } as ConstructorParameters<
    typeof v1.SubscriberClient
  >[0];
  const subscriber = new v1.SubscriberClient(plain);

  return {
    clock,
    faults,
    endpoint,
    local,
    pubsub,
    /** Host and port. */
    address: connection.apiEndpoint,
    /** The generated client, for calls that the hand-written one does not make. */
    subscriber,
    /** Advances the clock. @returns what the endpoint received meanwhile */
    async advance(ms: number) {
      const before = endpoint.received.length;
      await clock.jump((now) => now + ms);
      return endpoint.received.slice(before);
    },
    async close() {
      await clock.stop();
      await pubsub.close();
      await subscriber.close();
      server.close();
      await endpoint.close();
      db.close();
    },
  };
}

export type Cloud = Awaited<ReturnType<typeof startPubSub>>;

export const seconds = (count: number) => ({ seconds: count });
export const attemptsOf = (received: { json: { deliveryAttempt?: number } }[]) =>
  received.map(({ json }) => json.deliveryAttempt);
export const textOf = (received: { json: { message: { data: string } } }[]) =>
  received.map(({ json }) => Buffer.from(json.message.data, 'base64').toString());
