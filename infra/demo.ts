/**
 * `npm run demo`: a fresh local cloud lives half a year, told through the real doors, and then stands open at today.
 * Nothing is put into the store from behind: what the pages show is what the rules made of it.
 */
import { randomUUID } from 'node:crypto';
import { policy } from '../functions/policy.ts';
import { weekOf } from '../functions/postmortems/week.ts';
import { liveAt } from './demo/live.ts';
import { progressOn } from './demo/progress.ts';
import { watchErrorRate } from './demo/shop.ts';
import { tell, today, weeks } from './demo/story.ts';
import { localProject, startHouse } from './local/house.ts';
import { emailOf } from './provision/accounts.ts';

const port = Number(process.env.PORT ?? 8080);
const cloudPort = Number(process.env.LOCAL_CLOUD_PORT ?? 8081);
const dataDirectory = process.env.LOCAL_DATA_DIR ?? '.local/demo';
const seed = Number(process.env.DEMO_SEED ?? 20_261_124);
/** Where the half year ends, for pictures that are to be the same again. */
const end = process.env.DEMO_NOW ? Date.parse(process.env.DEMO_NOW) : Date.now();

// The functions' own log is for somebody who looks for something.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = ((chunk: string | Uint8Array, ...rest: never[]) =>
  typeof chunk === 'string' && chunk.startsWith('{"severity"') ? true : write(chunk, ...rest)) as typeof write;

const house = await startHouse({
  port,
  cloudPort,
  dataDirectory,
  fresh: true,
  // What opens Freshdesk's door here opens none elsewhere.
  environment: { FRESHDESK_TOKEN: randomUUID(), ...process.env },
});
const base = `http://127.0.0.1:${house.port}`;
const start = weekOf(new Date(end - weeks * 7 * 86_400_000), policy.zone).start.getTime();
const life = liveAt(base, house.environment);

await life.call('POST', '/_local/clock', { set: new Date(start).toISOString() });
// What the shop's own project opens to Metronome, as docs/deploy.md says of alerts of other projects.
house.cloud.iam.grantElsewhere('shop-prod', emailOf('metronome-minute-tick', localProject), 'roles/monitoring.viewer');
await watchErrorRate(`${base}${life.alertsDoor}`);
const began = Date.now();
const showProgress = progressOn(process.stderr);
let reached = start;
for (const step of [...tell(start, end, seed), ...today(end)]) {
  if (step.at > reached) await life.call('POST', '/_local/clock', { set: new Date(step.at).toISOString() });
  reached = step.at;
  await life.happen(step);
  showProgress((step.at - start) / (end - start), step.at);
}
// It has taken a while to tell: the clock ends where the visitor's stands.
const arrival = process.env.DEMO_NOW ? end : Math.max(Date.now(), end);
await life.call('POST', '/_local/clock', { set: new Date(arrival).toISOString() });
showProgress(1, end);
process.stdout.write(`
Half a year has passed in ${Math.round((Date.now() - began) / 1_000)} s (${life.refused()} things told were refused). Something is burning:

  Console   ${base}/console

Stop it with Ctrl-C.
`);

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) process.exit(130);
    isStopping = true;
    house.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
