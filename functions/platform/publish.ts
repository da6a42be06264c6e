/** Publishes to a topic, with a deadline and the trace of the current request. Throws Pub/Sub's error. */
import type { PubSub } from '@google-cloud/pubsub';
import type { TopicName, topics } from '../topology.ts';
import { withinMs as orLate } from './deadline.ts';
import { defined } from './defined.ts';
import { emulatorOf, emulatorOptions, projectOf } from './emulator.ts';
import { Clients, type Environment } from './environment.ts';
import { currentTraceId } from './log.ts';
import type { Notice, PagerStep } from './notice-schemas.ts';

/** One client per function: a shared one would publish a batch under the first function's account. */
const clients = new Clients(connectPubSub);

/** The client is loaded only if something is published: it costs a quarter of a cold start. */
export const pubsub = (): Promise<PubSub> => clients.get();

export async function connectPubSub(environment: Environment): Promise<PubSub> {
  const { PubSub: Client } = await import('@google-cloud/pubsub');
  const emulator = emulatorOf('PUBSUB', environment);
  if (!emulator) return new Client(projectOf(environment));
  const address = { apiEndpoint: emulator.address, emulatorMode: true };
  return new Client({ ...projectOf(environment), ...address, ...(await emulatorOptions(emulator)) });
}

export const closePubSub = (): Promise<void> => clients.close();

/** Values that are sent as JSON. */
interface Payloads {
  [topics.notifications]: Notice | PagerStep;
  [topics.outgoing]:
    | { sync: 'notion' | 'pages' }
    | { actionTicket: string }
    | { updateId: string }
    | { readReply: string }
    | { tryTool: string }
    | { cardsOf: string }
    | { notice: Notice; channel: object; why: string };
  [topics.alertSeries]: { seriesOf: string };
}

/** Bytes go to any topic. */
type PayloadOf<T extends TopicName> = Buffer | (T extends keyof Payloads ? Payloads[T] : never);

interface Publishing {
  attributes?: Readonly<Record<string, string>>;
  withinMs?: number;
}

/** @throws Error of Pub/Sub, or where it does not answer in time; it may be published for all that */
export const publish = <T extends TopicName>(topic: T, payload: PayloadOf<T>, how: Publishing = {}): Promise<void> =>
  publishAll(topic, [payload], how);

/** Each in a message of its own. */
export async function publishAll<T extends TopicName>(
  topic: T,
  payloads: readonly PayloadOf<T>[],
  { attributes, withinMs = 10_000 }: Publishing = {},
): Promise<void> {
  if (payloads.length === 0) return;
  const batching = { maxMessages: payloads.length };
  const publisher = (await pubsub()).topic(topic, { gaxOpts: { timeout: withinMs }, batching });
  const own = defined({ traceId: currentTraceId(), ...attributes });
  const published = payloads.map((each) => {
    const data = each instanceof Buffer ? each : Buffer.from(JSON.stringify(each));
    return publisher.publishMessage({ data, attributes: own });
  });
  await orLate(withinMs, Promise.all(published), 'Pub/Sub');
}
