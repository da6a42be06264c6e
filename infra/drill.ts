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
import { lacksFirestore } from './lacks-firestore.ts';

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
  const { from, report: id, lang } = values;
  const work = id ? () => report(id, lang) : from ? () => start(from, values) : undefined;
  if (values.help || !work) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  if (lang !== 'ja' && lang !== 'en') throw new Error(`--lang has to be ja or en, and is “${lang}”.`);
  const { GOOGLE_CLOUD_PROJECT: project, FIRESTORE_EMULATOR_HOST: emulator } = process.env;
  const lacks = await lacksFirestore({ project, emulator });
  if (lacks) {
    process.stderr.write(`${lacks} Nothing was started.\n`);
    return 2;
  }
  process.stdout.write(await work());
  return 0;
}

async function report(id: string, lang: string): Promise<string> {
  const language = lang === 'en' ? 'en' : 'ja';
  return drillReportMarkdown(await loadDrillReport(id, policy, now()), language, policy.customerLabel[language]);
}

async function start(from: string, { speed, times }: { speed: string; times: string }): Promise<string> {
  const request = { from, speed: Number(speed), times: Number(times) };
  const drill = await startDrill(request, { actor: 'drill', now: now() });
  return `${drill.id} replays ${drill.from}: ${counted(drill.total, 'report')}. How it goes:
  npm run drill -- --report ${drill.id}
`;
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
