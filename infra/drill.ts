/** `npm run drill`: replays a real incident as a drill, or prints how one went. */
import { parseArgs } from 'node:util';
import { startDrill } from '../functions/drills/start-drill.ts';
import { now } from '../functions/platform/clock.ts';
import { closeFirestore } from '../functions/platform/firestore.ts';
import { policy } from '../functions/policy.ts';
import { loadDrillReport } from '../functions/postmortems/drill-report.ts';
import { drillReportMarkdown } from '../functions/postmortems/render/drill-report-markdown.ts';

const usage = `npm run drill -- --from inc_… [--speed 10] [--times 3]
npm run drill -- --report drl_… [--lang ja]

  --from    the incident whose signals are replayed, pseudonymised
  --speed   so many times as fast as it was (1)
  --times   so many times as many reports (1)
  --report  prints a drill's checkpoints beside those of its original

The minute tick files its signals as their times come; nothing of it reaches a customer, a ticket tool or a statistic.
It writes to the project of GOOGLE_CLOUD_PROJECT, or to FIRESTORE_EMULATOR_HOST (npm start: 127.0.0.1:8081, project
metronome-local).
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      speed: { type: 'string', default: '1' },
      times: { type: 'string', default: '1' },
      report: { type: 'string' },
      lang: { type: 'string', default: 'ja' },
      help: { type: 'boolean', default: false },
    },
  });
  const language = values.lang === 'en' ? 'en' : 'ja';
  if (values.report) {
    const report = await loadDrillReport(values.report, policy, now());
    process.stdout.write(drillReportMarkdown(report, language, policy.customerLabel[language]));
    return 0;
  }
  const [speed, times] = [Number(values.speed), Number(values.times)];
  if (values.help || !values.from || !(speed > 0) || !Number.isInteger(times) || times < 1) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const drill = await startDrill({ from: values.from, speed, times }, { actor: 'drill', now: now() });
  process.stdout.write(`${drill.id} replays ${drill.from}: ${drill.total} reports. How it goes:
  npm run drill -- --report ${drill.id}
`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
} finally {
  await closeFirestore();
}
