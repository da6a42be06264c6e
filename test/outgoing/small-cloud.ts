/** For the tests of a file: a Firestore and a Pub/Sub alone, a clock that moves when told to or waited for, and all that has been published. */
import { afterAll } from 'vitest';
import { useClock } from '../../functions/platform/clock.ts';
import { useChannels } from '../../functions/platform/emulator.ts';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { closeFirestore, firestore, fromDocument } from '../../functions/platform/firestore.ts';
import { closePubSub, pubsub } from '../../functions/platform/publish.ts';
import type { LocalCloud } from '../../infra/cloud/src/cloud.ts';
import { Faults } from '../../infra/cloud/src/faults.ts';
import { startLocalCloud } from '../../infra/local/start-cloud.ts';

export const doc = (path: string) => firestore().doc(path);
/** What it holds; of none, nothing. */
export const readDoc = async <T = Record<string, unknown>>(path: string): Promise<T> =>
  fromDocument<T>((await doc(path).get()).data() ?? {});

export interface SmallCloud {
  cloud: LocalCloud;
  faults: Faults;
  /** So many milliseconds from now, by its clock. */
  at(ms?: number): Date;
  pass(ms: number): void;
  /** What every function finds set, beside the cloud. */
  give(environment: Record<string, string | undefined>): void;
  /** What has been published since it was last asked, in its order; as text, and as the JSON that it mostly is. */
  messages(): { text: string; attributes: Record<string, string> }[];
  published(): unknown[];
}

export async function openSmallCloud(start: string, topics: readonly string[] = []): Promise<SmallCloud> {
  let nowMs = Date.parse(start);
  const passTo = async (until: number): Promise<void> => {
    nowMs = Math.max(nowMs, until);
  };
  useClock(
    () => nowMs,
    (ms) => passTo(nowMs + ms),
    passTo,
  );
  const faults = new Faults();
  const cloud = await startLocalCloud({ port: 0, faults });
  useChannels(cloud.channelTo);
  const address = `127.0.0.1:${cloud.port}`;
  const give = (environment: Record<string, string | undefined>): void =>
    handEnvironments({
      functions: {},
      owner: {
        GOOGLE_CLOUD_PROJECT: 'metronome-local',
        FIRESTORE_EMULATOR_HOST: address,
        PUBSUB_EMULATOR_HOST: address,
        ...environment,
      },
    });
  give({});
  for (const name of topics) {
    const [topic] = await (await pubsub()).createTopic(name);
    await topic.createSubscription(`${name}-seen`);
  }
  let seen = 0;
  const messages = () => {
    const rows = cloud.db.prepare('SELECT * FROM pubsub_messages WHERE id > ? ORDER BY id').all(seen);
    seen = Number(rows.at(-1)?.id ?? seen);
    return rows.map(({ data, attributes }) => ({
      text: Buffer.from(data as Uint8Array).toString('utf8'),
      attributes: JSON.parse(String(attributes)),
    }));
  };
  afterAll(async () => {
    await closeFirestore();
    await closePubSub();
    handEnvironments(undefined);
    useChannels(() => undefined);
    const rest = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
    useClock(Date.now, rest, (until) => rest(until - Date.now()));
    await cloud.stop();
  });
  return {
    cloud,
    faults,
    at: (ms = 0) => new Date(nowMs + ms),
    pass(ms) {
      nowMs += ms;
    },
    give,
    messages,
    published: () => messages().map(({ text }) => JSON.parse(text)),
  };
}
