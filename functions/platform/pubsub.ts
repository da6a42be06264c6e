/** The Pub/Sub client, loaded only where something is published: it costs a quarter of a cold start. */
import type { PubSub } from '@google-cloud/pubsub';
import { emulatorOf, emulatorOptions, projectOf } from './emulator.ts';
import { Clients, type Environment } from './environment.ts';

/** One client per function: a shared one would publish a batch under the first function's account. */
const clients = new Clients(connectPubSub);

export const pubsub = (): Promise<PubSub> => clients.get();

export async function connectPubSub(environment: Environment): Promise<PubSub> {
  const { PubSub: Client } = await import('@google-cloud/pubsub');
  const emulator = emulatorOf('PUBSUB', environment);
  if (!emulator) return new Client(projectOf(environment));
  const address = { apiEndpoint: emulator.address, emulatorMode: true };
  return new Client({ ...projectOf(environment), ...address, ...(await emulatorOptions(emulator)) });
}

export const closePubSub = (): Promise<void> => clients.close();
