/** `npm start`: the whole house on this machine. */
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { now } from '../../functions/platform/clock.ts';
import { runIn } from '../../functions/platform/environment.ts';
import { firestore } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { machineLanguage } from '../machine-language.ts';
import { requireCustomers } from '../own-settings/customers-file.ts';
import { speakTo } from '../own-settings/speak-to.ts';
import { replaceList } from '../own-settings/write-customers.ts';
import { settingsFolder } from '../settings-folder.ts';
import { stopOnce } from '../stop-once.ts';
import { firstTicket } from './first-ticket.ts';
import { startHouse } from './house.ts';
import { sayHere, sayTaken } from './words.ts';

const { values } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    slack: { type: 'boolean', default: false },
    // Read before any other module loads (infra/own-settings/load.ts).
    settings: { type: 'string' },
    language: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(
    'npm start [-- --fresh] [--slack] [--settings DIR] [--language en|ja]\n\n  --fresh     delete the data stored in .local/ and start over\n  --slack     add a channel of the Slack stub, with a page to press its buttons\n  --settings  the folder of your own settings, if it is not infra/settings (METRONOME_SETTINGS sets it too)\n  --language  of notices, drafts and console, if not as your settings or your machine have it: en or ja\n\nPORT (8080), LOCAL_CLOUD_PORT (8081), LOCAL_DATA_DIR (.local) and LOCAL_DURABILITY (normal; full) are read from the environment.\n',
  );
  process.exit(0);
}

const port = readPort('PORT', 8080);
const cloudPort = readPort('LOCAL_CLOUD_PORT', 8081);
const dataDirectory = process.env.LOCAL_DATA_DIR || '.local';

try {
  speakTo(machineLanguage(process.env, values.language), values.language !== undefined);
  const environment = values.slack
    ? { ...process.env, NOTIFY_CHANNELS: withSlack(process.env.NOTIFY_CHANNELS) }
    : process.env;
  // Before anything starts, so that errors in it appear at once.
  const customers = requireCustomers(settingsFolder(values.settings), machineLanguage(process.env, values.language));
  const house = await startHouse({ port, cloudPort, dataDirectory, fresh: values.fresh, environment });
  if (customers) await runIn(house.environment, () => replaceList(firestore(), customers, now()));
  const base = `http://127.0.0.1:${house.port}`;
  const ticket = firstTicket(base, house.environment.TICKETS_TOKEN?.split(',')[0] ?? '', policy.language);
  process.stdout.write(
    sayHere(policy.language, 'running', { base, dataDirectory, cloudPort: house.cloud.port, ticket }),
  );
  // For the next start, however this one ends.
  flushCompileCache();
  house.cloud.clock.onProgress = (at, share) =>
    process.stderr.write(
      sayHere(policy.language, 'advanced', { at: new Date(at).toISOString(), percent: Math.floor(share * 100) }),
    );
  const stop = stopOnce(() => {
    process.stdout.write(sayHere(policy.language, 'stopping'));
    return house.stop();
  }, process.exit);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

/** A channel of the stub's beside those that are configured, which takes drills too. */
function withSlack(configured: string | undefined): string {
  const channels: unknown[] = JSON.parse(configured || '[]');
  return JSON.stringify([
    ...channels,
    { kind: 'slack-app', channel: 'C1', name: 'slack-here', for: { drill: 'also' } },
  ]);
}

function readPort(name: string, otherwise: number): number {
  const text = process.env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  process.stderr.write(`${name} has to be a port from 0 to 65535, and is “${text}”.\n`);
  process.exit(1);
}

function explain(error: unknown): string {
  const taken = sayTaken(policy.language, error, { PORT: port, LOCAL_CLOUD_PORT: cloudPort }, 'npm start');
  return taken ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
}
