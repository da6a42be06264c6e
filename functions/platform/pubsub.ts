/** The Pub/Sub client, loaded only where something is published: it costs a quarter of a cold start. */
import type { PubSub } from '@google-cloud/pubsub';

let client: Promise<PubSub> | undefined;

export function pubsub(): Promise<PubSub> {
  client ??= import('@google-cloud/pubsub').then(({ PubSub: Client }) => new Client());
  return client;
}

/** For a process that outlives its Pub/Sub: the next call connects anew. */
export async function closePubSub(): Promise<void> {
  const closing = client;
  client = undefined;
  await (await closing)?.close();
}
