/** `npm run drill`: replays a real incident as a drill, or prints how one went. */
import { startDrill } from '../functions/drills/start-drill.ts';
import { now } from '../functions/platform/clock.ts';
import { closeFirestore } from '../functions/platform/firestore.ts';
import { Problem } from '../functions/platform/problem.ts';
import { policy } from '../functions/policy.ts';
import { loadDrillReport } from '../functions/postmortems/drill-report.ts';
import { commandOf, runTyped, sharedUsage, type Typed, type ValuesOf, WrongCall } from './command-line.ts';
import { counted } from './counted.ts';
import { drillReportMarkdown } from './drill-report-markdown.ts';
import { onRecords, recordsOptions } from './lacks-firestore.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run drill -- --from M-7K2QXB [--speed 10] [--times 3] [--strike WORD …]
npm run drill -- --report drl_… [--lang ja]
  [--project P] [--database NAME] [--settings DIR]

  --from    code, ID or address of the incident whose signals are replayed, pseudonymized
  --speed   replay speed multiplier, from 0.1 to 1000 (default 1)
  --times   multiplier for the number of reports, from 1 to 50 (default 1)
  --strike  a word to hide from the texts, such as a person's name or a PIN; may be given several times.
            Customers, e-mail addresses and telephone numbers are hidden without it: read the texts first
  --report  print a drill's checkpoints beside those of its original

The minute tick files the signals on schedule. Drills never message customers, write to tickets, or affect counts.

${sharedUsage}
              (or GOOGLE_CLOUD_PROJECT); with FIRESTORE_EMULATOR_HOST set, that Firestore is used (npm start:
              127.0.0.1:8081, project metronome-local)
  --database  a database other than the one that your settings remember
`;

const options = {
  ...recordsOptions,
  from: { type: 'string' },
  speed: { type: 'string', default: '1' },
  times: { type: 'string', default: '1' },
  strike: { type: 'string', multiple: true },
  report: { type: 'string' },
  lang: { type: 'string', default: 'ja' },
} as const;

export const drill = commandOf(usage, options, async (values, typed) => {
  try {
    return await reportOrStart(values, typed);
  } catch (error) {
    if (error instanceof WrongCall) throw error;
    throw new WrongCall([reasonOf(error), ...wrongIn(error)].join('\n'));
  } finally {
    await closeFirestore();
  }
});

async function reportOrStart(values: ValuesOf<typeof options>, typed: Typed): Promise<number> {
  const { from, report: id, lang } = values;
  const work = id ? () => report(id, lang) : from ? () => start(from, values) : undefined;
  if (!work) throw new WrongCall();
  if (lang !== 'ja' && lang !== 'en') throw new Error(`--lang has to be ja or en, and is “${lang}”.`);
  return onRecords(values, typed, 'Nothing was started.', async () => {
    typed.out(await work());
    return 0;
  });
}

async function report(id: string, lang: string): Promise<string> {
  const language = lang === 'en' ? 'en' : 'ja';
  return drillReportMarkdown(await loadDrillReport(id, policy, now()), { language, policy });
}

type Asked = Pick<ValuesOf<typeof options>, 'speed' | 'times' | 'strike'>;

async function start(from: string, { speed, times, strike = [] }: Asked): Promise<string> {
  const request = { from, speed: Number(speed), times: Number(times), strike };
  const drill = await startDrill(request, { actor: 'drill', now: now() });
  return `${drill.id} replays ${drill.from}: ${counted(drill.total, 'report')}. How it goes:
  npm run drill -- --report ${drill.id}
`;
}

const wrongIn = (error: unknown): string[] =>
  error instanceof Problem ? error.errors.map(({ path, message }) => `--${path}: ${message}`) : [];

if (import.meta.main) await runTyped(drill);
