/** `npm run drill`: replays a real incident as a drill, or prints how one went. */
import { parseArgs } from 'node:util';
import { startDrill } from '../functions/drills/start-drill.ts';
import { now } from '../functions/platform/clock.ts';
import { closeFirestore } from '../functions/platform/firestore.ts';
import { Problem } from '../functions/platform/problem.ts';
import { policy } from '../functions/policy.ts';
import { loadDrillReport } from '../functions/postmortems/drill-report.ts';
import { drillReportMarkdown } from '../functions/postmortems/render/drill-report-markdown.ts';
import { counted } from './counted.ts';

const usage = `npm run drill -- --from inc_… [--speed 10] [--times 3]
npm run drill -- --report drl_… [--lang ja]

  --from    the incident whose signals are replayed, pseudonymised
  --speed   so many times as fast as it was, from 0.1 to 1000 (1)
  --times   so many times as many reports, from 1 to 50 (1)
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
  if (values.help || !values.from) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  const request = { from: values.from, speed: Number(values.speed), times: Number(values.times) };
  const drill = await startDrill(request, { actor: 'drill', now: now() });
  process.stdout.write(`${drill.id} replays ${drill.from}: ${counted(drill.total, 'report')}. How it goes:
  npm run drill -- --report ${drill.id}
`);
  return 0;
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const wrongIn = (error: unknown): string[] =>
  error instanceof Problem ? error.errors.map(({ path, message }) => `--${path}: ${message}`) : [];

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${[said(error), ...wrongIn(error)].join('\n')}\n\n${usage}`);
  process.exitCode = 2;
} finally {
  await closeFirestore();
}
