/** `npm run drill` as somebody types it, against a local cloud. */
import { beforeAll, expect, test } from 'vitest';
import { drill as replay } from '../../infra/drill.ts';
import { useScenario } from '../scenarios/house.ts';
import { type Ended, inOwnProcess, typed } from './command.ts';

const scenario = useScenario('2026-11-02T01:00:00Z');
let from: string;
beforeAll(async () => {
  const ids: string[] = [];
  for (const n of [1, 2]) {
    const body = { id: `T-${n}`, subject: `会計できない ${n}`, customer: { id: `store-${n}` } };
    ids.push((await scenario.ticket(body)).body.incident.id);
    await scenario.advance('PT20M');
  }
  from = ids[0] ?? '';
  await scenario.post(`/api/incidents/${ids[1]}/events`, { type: 'linked', to: from, basis: '同じ' });
});

const environment = (): Record<string, string> => ({
  FIRESTORE_EMULATOR_HOST: `127.0.0.1:${scenario.house.cloud.port}`,
  GOOGLE_CLOUD_PROJECT: 'metronome-local',
});
const drill = (...args: string[]): Promise<Ended> => typed(replay, args, environment());

test('it starts a drill, as fast and as large as was asked for, and prints how it went', async () => {
  const { code, out, err } = await inOwnProcess(
    'drill.ts',
    ['--from', from, '--speed', '10', '--times', '3'],
    environment(),
  );
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`replays ${from}: 6 reports`);
  const id = /drl_[\da-f]{24}/.exec(out)?.[0];
  await scenario.advance('PT4M');
  const { drills } = (await scenario.get('/api/drills')).body;
  expect(drills).toMatchObject([{ id, from, speed: 10, times: 3, startedBy: 'drill', state: 'done', next: 6 }]);

  const report = await drill('--report', id ?? '');
  expect([report.code, report.err]).toEqual([0, '']);
  expect(report.out).toContain(`# 訓練の結果 ${id} (6/6, ×10, ×3)`);
  expect(report.out.match(/訓練 M-/g)).toHaveLength(6);
  const english = (await drill('--report', id ?? '', '--lang', 'en')).out;
  expect(english).toContain('| Was the first response fast enough? |');
  expect(english).not.toMatch(/[ぁ-んァ-ヶ一-龠]/);
});

test('without a size it is replayed as it was', async () => {
  const { code, out } = await drill('--from', from);
  expect([code, out]).toEqual([0, expect.stringContaining('2 reports')]);
});

test('help is no mistake', async () => {
  const { code, out, err } = await inOwnProcess('drill.ts', ['--help']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('npm run drill -- --from M-7K2QXB');
});

const none = 'inc_000000000000000000000000';
test.each<[args: string[], said: string]>([
  [[], 'npm run drill -- --from M-7K2QXB'],
  [['--from', none], `Incident ${none} not found.`],
  [['--from', 'FROM', '--speed', 'fast'], '--speed: It has to be a number from 0.1 to 1000.'],
  [['--from', 'FROM', '--times', '51'], '--times: It has to be a whole number from 1 to 50.'],
  [['--from', 'FROM', '--size', '3'], "Unknown option '--size'"],
  [['--report', 'drl_1'], 'No drill has the ID drl_1.'],
  [['--report', 'drl_1', '--lang', 'fr'], '--lang has to be ja or en, and is “fr”.'],
])('%j is refused with why', async (args, said) => {
  const before = (await scenario.get('/api/drills')).body.drills.length;
  const { code, out, err } = await drill(...args.map((each) => (each === 'FROM' ? from : each)));
  expect([code, out + err]).toEqual([2, expect.stringContaining(said)]);
  expect((await scenario.get('/api/drills')).body.drills).toHaveLength(before);
});
