/** A cloud of a test file's own, in its process: for what is stored and read, where no door and no clock are needed. */
import { afterAll, beforeAll } from 'vitest';
import { useChannels } from '../functions/platform/emulator.ts';
import { handEnvironments } from '../functions/platform/environment.ts';
import { closeFirestore, firestore } from '../functions/platform/firestore.ts';
import type { LocalCloud } from '../infra/cloud/src/cloud.ts';
import { Faults } from '../infra/cloud/src/faults.ts';
import { startLocalCloud } from '../infra/local/start-cloud.ts';

/** It is there while the tests of the file run. @returns the faults that its calls meet */
export function useOwnCloud(environment: Record<string, string> = {}): Faults {
  const faults = new Faults();
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud({ port: 0, faults });
    useChannels(cloud.channelTo);
    const address = `127.0.0.1:${cloud.port}`;
    const owner = { GOOGLE_CLOUD_PROJECT: 'metronome-local', FIRESTORE_EMULATOR_HOST: address, ...environment };
    handEnvironments({ functions: {}, owner });
  });
  afterAll(async () => {
    await closeFirestore();
    handEnvironments(undefined);
    useChannels(() => undefined);
    await cloud.stop();
  });
  return faults;
}

export async function emptyStore(): Promise<void> {
  for (const each of await firestore().listCollections()) await firestore().recursiveDelete(each);
}
