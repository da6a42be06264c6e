/** `npm run cloud`: the local cloud alone, for other people's programs. Composite indexes are not asked of them. */
import { parseArgs } from 'node:util';
import { startCloud } from './cloud.ts';
import { readDurability } from './storage.ts';

const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
const dataDirectory = process.env.LOCAL_DATA_DIR || '.local/cloud';
const asked = Number(process.env.LOCAL_CLOUD_PORT || 8081);

try {
  const durability = readDurability(process.env.LOCAL_DURABILITY);
  const cloud = await startCloud({ port: asked, dataDirectory, fresh: values.fresh, checkIndexes: false, durability });
  cloud.clock.start();
  const host = `127.0.0.1:${cloud.port}`;
  process.stdout.write(`
The local cloud is running; what is stored stays in ${dataDirectory}/ (npm run cloud -- --fresh deletes it).
It speaks for Firestore, Pub/Sub, Cloud Scheduler and Cloud Monitoring, for any project. For your programs:

  export FIRESTORE_EMULATOR_HOST=${host}
  export PUBSUB_EMULATOR_HOST=${host}

The clients of Cloud Scheduler and Cloud Monitoring take { apiEndpoint: '127.0.0.1', port: ${cloud.port}, sslCreds } with
insecure credentials. Stop it with Ctrl-C.

`);
  const stop = (): void => void cloud.stop().then(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const isTaken = /EADDRINUSE|No address added/.test(message);
  process.stderr.write(
    isTaken
      ? `Port ${asked} is taken by another program. Stop that one, or choose another: LOCAL_CLOUD_PORT=${asked + 10} npm run cloud\n`
      : `${message}\n`,
  );
  process.exit(1);
}
