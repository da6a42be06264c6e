/** The matrix of rooms can fail: lint is run with it over small bad files, and over what it has to let pass. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const top = join(import.meta.dirname, '..');

/** A file and one line of it, and whether lint has to refuse it. */
const lines: [path: string, source: string, isRefused: boolean][] = [
  ['functions/intake/up.ts', "import '../api/api.ts';", true],
  ['functions/intake/sideways.ts', "import '../postmortems/store.ts';", true],
  ['functions/intake/sources/sideways-from-deeper.ts', "import '../../outgoing/notify.ts';", true],
  ['functions/intake/lazily.ts', "export const load = () => import('../evidence/series.ts');", true],
  ['functions/intake/types.ts', "import type { Bundle } from '../postmortems/bundle.ts';", true],
  ['functions/intake/again.ts', "export * from '../customer-updates/look.ts';", true],
  ['functions/intake/tests.ts', "import '../../test/house.ts';", true],
  ['functions/intake/unknown-room.ts', "import '../garage/car.ts';", true],
  ['functions/intake/down.ts', "import '../incidents/record/records.ts';", false],
  ['functions/intake/ground.ts', "import '../policy.ts';", false],
  ['functions/intake/sources/own-room.ts', "import '../request.ts';", false],
  ['functions/intake/package.ts', "import '@google-cloud/firestore';", false],
  ['functions/incidents/rhythm/up.ts', "import '../../customer-updates/look.ts';", true],
  ['functions/incidents/rhythm/own-room.ts', "import '../record/records.ts';", false],
  ['functions/incidents/facts/up.ts', "import '../views/exported.ts';", true],
  ['functions/incidents/clocks/types.ts', "import type { Link } from '../links/decide-link.ts';", true],
  ['functions/incidents/clocks/own-floor.ts', "import '../rhythm/own-room.ts';", false],
  ['functions/incidents/record/up.ts', "import '../statements/record-event.ts';", true],
  ['functions/incidents/statements/record-event.ts', "import '../record/up.ts';", false],
  // In its folder it would be an act: what decides is on the floor of the fold.
  ['functions/incidents/fold/evolve.ts', "import '../signals/later-report.ts';", false],
  ['functions/incidents/statements/given.ts', "import type { Event } from './record-event.ts';", true],
  ['functions/console/sideways.ts', "import '../api/api.ts';", true],
  ['functions/console/down.ts', "import '../postmortems/store.ts';", false],
  ['functions/platform/up.ts', "import '../incidents/record/records.ts';", true],
  ['functions/garage/car.ts', "import '../incidents/record/records.ts';", true],
  ['functions/topology.ts', "import './platform/clock.ts';", true],
  ['functions/index.ts', "export const load = () => import('./intake/tickets.ts');", false],
  ['functions/incidents/signals/later-report.ts', "import '../../platform/clock.ts';", true],
  ['functions/incidents/fold/opening.ts', "import { randomBytes } from 'node:crypto'; randomBytes(1);", true],
  [
    'functions/incidents/links/decide-link.ts',
    "import { createHash } from 'node:crypto'; createHash('sha256');",
    false,
  ],
  ['functions/incidents/facts/timeline.ts', "import '@google-cloud/firestore';", true],
  ['functions/incidents/incident.ts', "import type { Score } from './signals/score.ts';", false],
  ['functions/incidents/views/exported.ts', "import type { Timer } from '../record/records.ts';", false],
  ['functions/incidents/outbox/notes.ts', "import { timers } from '../record/records.ts';", true],
  ['functions/evidence/points.ts', "import type { Card } from '../postmortems/checkpoints.ts';", true],
  ['functions/incidents/facts/decision.ts', "import '../signals/file-signal.ts';", true],
  ['functions/incidents/fold/contact-effects.ts', 'export const at = Date.now();', true],
  ['functions/incidents/signals/score.ts', 'export const lot = Math.random();', true],
  ['functions/incidents/signals/routing.ts', 'export const zone = process.env.TZ;', true],
  ['functions/incidents/signals/times.ts', 'export const page = fetch("https://a.example");', true],
  ['functions/intake/clock.ts', 'export const at = Date.now();', false],
  ['functions/evidence/build.ts', "import '../postmortems/checkpoints.ts';", true],
];

/** These say in their first comment that they are pure. */
const pureFiles = new Set([
  'functions/incidents/signals/later-report.ts',
  'functions/incidents/fold/opening.ts',
  'functions/incidents/links/decide-link.ts',
  'functions/incidents/facts/timeline.ts',
  'functions/incidents/incident.ts',
  'functions/incidents/facts/decision.ts',
  'functions/incidents/fold/contact-effects.ts',
  'functions/incidents/signals/score.ts',
  'functions/incidents/signals/routing.ts',
  'functions/incidents/signals/times.ts',
  'functions/evidence/build.ts',
  'functions/topology.ts',
  'functions/incidents/views/exported.ts',
  'functions/incidents/outbox/notes.ts',
  'functions/evidence/points.ts',
  'functions/incidents/statements/given.ts',
]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rooms-'));
  for (const [path, source] of lines) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), pureFiles.has(path) ? `/** Decides. Pure. */\n${source}` : source);
  }
  symlinkSync(join(top, 'node_modules'), join(folder, 'node_modules'));
  const matrix = JSON.stringify(join(top, 'test/rooms.config.ts'));
  const config = `import { roomOverrides } from ${matrix};
export default { categories: { correctness: 'off' }, overrides: roomOverrides(import.meta.dirname) };`;
  writeFileSync(join(folder, 'oxlint.config.ts'), config);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('lint refuses what goes up or sideways and what is not pure, and nothing else', async () => {
  const bin = join(top, 'node_modules/oxlint/bin/oxlint');
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [bin, '--format', 'json', 'functions'], { cwd: folder }, (_, stdout) => resolve(stdout));
  });
  const { diagnostics } = JSON.parse(output) as { diagnostics: { filename: string }[] };
  const refused = new Set(diagnostics.map(({ filename }) => filename));
  expect([...refused].toSorted()).toEqual(lines.flatMap(([path, , isRefused]) => (isRefused ? [path] : [])).toSorted());
});

test('a sentence says of each folder of the record what belongs there', () => {
  const record = join(top, 'functions/incidents');
  const said = readFileSync(join(record, 'README.md'), 'utf8');
  const folders = readdirSync(record, { withFileTypes: true }).filter((each) => each.isDirectory());
  expect(folders.filter(({ name }) => !said.includes(`| \`${name}/\` | `)).map(({ name }) => name)).toEqual([]);
});
