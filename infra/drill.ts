/** `npm run drill`: replays a real incident as a drill, or prints how one went. */
import { parseArgs } from 'node:util';
import { startDrill } from '../functions/drills/start-drill.ts';
import { now } from '../functions/platform/clock.ts';
import { closeFirestore } from '../functions/platform/firestore.ts';
import { Problem } from '../functions/platform/problem.ts';
import { policy } from '../functions/policy.ts';
import { loadDrillReport } from '../functions/postmortems/drill-report.ts';
import { type CommandLine, runTyped, type Typed, usualProject } from './command-line.ts';
import { counted } from './counted.ts';
import { drillReportMarkdown } from './drill-report-markdown.ts';
import { lacksFirestore } from './lacks-firestore.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run drill -- --from inc_… [--speed 10] [--times 3]
npm run drill -- --report drl_… [--lang ja]

  --from    the incident whose signals are replayed, pseudonymized
  --speed   replay speed multiplier, from 0.1 to 1000 (default 1)
  --times   multiplier for the number of reports, from 1 to 50 (default 1)
  --report  print a drill's checkpoints beside those of its original

The minute tick files the signals on schedule. Drills never message customers, write to tickets, or affect counts.
It writes to the project of GOOGLE_CLOUD_PROJECT, or to FIRESTORE_EMULATOR_HOST (npm start: 127.0.0.1:8081, project
metronome-local).
`;

export const drill: CommandLine = async (typed) => {
  try {
    return await reportOrStart(typed);
  } catch (error) {
    typed.err(`${[reasonOf(error), ...wrongIn(error)].join('\n')}\n\n${usage}`);
    return 2;
  } finally {
    await closeFirestore();
  }
};

async function reportOrStart({ args, out, err }: Typed): Promise<number> {
  const { values } = parseArgs({
    args,
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
    out(usage);
    return values.help ? 0 : 2;
  }
  if (lang !== 'ja' && lang !== 'en') throw new Error(`--lang has to be ja or en, and is “${lang}”.`);
  const lacks = await lacksFirestore(usualProject());
  if (lacks) {
    err(`${lacks} Nothing was started.\n`);
    return 2;
  }
  out(await work());
  return 0;
}

async function report(id: string, lang: string): Promise<string> {
  const language = lang === 'en' ? 'en' : 'ja';
  return drillReportMarkdown(await loadDrillReport(id, policy, now()), { language, policy });
}

async function start(from: string, { speed, times }: { speed: string; times: string }): Promise<string> {
  const request = { from, speed: Number(speed), times: Number(times) };
  const drill = await startDrill(request, { actor: 'drill', now: now() });
  return `${drill.id} replays ${drill.from}: ${counted(drill.total, 'report')}. How it goes:
  npm run drill -- --report ${drill.id}
`;
}

const wrongIn = (error: unknown): string[] =>
  error instanceof Problem ? error.errors.map(({ path, message }) => `--${path}: ${message}`) : [];

if (import.meta.main) await runTyped(drill);
