/** Every reason that the record keeps has words in both languages: those that the code states are listed from it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { languages } from '../../functions/words/language.ts';
import { sayRecorded } from '../../functions/words/say-recorded.ts';

const top = join(import.meta.dirname, '../..');
/** What is kept as a reason that pages show. */
const roots = [
  'functions/console',
  'functions/evidence',
  'functions/customer-updates',
  'functions/incidents/emergency',
  'functions/incidents/statements',
  'functions/incidents/fold',
  'functions/incidents/clocks/clock.ts',
  'functions/incidents/clocks/deadlines.ts',
  'functions/incidents/clocks/outcome.ts',
  'functions/incidents/clocks/walk.ts',
  'functions/incidents/rhythm/contact.ts',
  'functions/incidents/rhythm/paging.ts',
  'functions/incidents/links/link.ts',
  'functions/incidents/statements/reclassify.ts',
  'functions/incidents/signals/later-report.ts',
  'functions/incidents/links/decide-link.ts',
  'functions/intake',
  'functions/outgoing',
  'functions/evidence',
  'functions/slack/events.ts',
];
const files = roots.flatMap((root) =>
  root.endsWith('.ts')
    ? [root]
    : readdirSync(join(top, root), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${root}/${name}`),
);
/** Told to programs and to readers of the log, or put into words of a page's own. */
const notRead =
  /^(?:an edit has failed|it may be an emergency|signals are still|it is to be announced|a link has ended|updates (?:were asked|are to be sent)|an update by|metric evidence|sent to the customer in|a statement was)/;

function sentencesOf(path: string): string[] {
  const source = readFileSync(join(top, path), 'utf8');
  const stated =
    /(?:\b(?:reason|why|error)(?::|\s=)|stopClock\([^\n]*,|new (?:TemporaryFailure|PermanentFailure|Unreadable|NotARelease)\(|\b(?:keep|quarantineMessage)\((?:[^\n]*,)?)\s*('(?:[^'\\\n]|\\.)+'|`(?:[^`\\]|\\.)+`)/g;
  return [...source.matchAll(stated)]
    .map(([, literal = '']) => literal.slice(1, -1).replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '7'))
    .filter((text) => text.includes(' ') && !notRead.test(text));
}

test.each(languages)('every reason that is recorded has words: %s', (language) => {
  const all = new Map(files.flatMap((path) => sentencesOf(path).map((text) => [text, path] as const)));
  expect(all.size).toBeGreaterThan(30);
  const silent = [...all].filter(([text]) => sayRecorded(text, { language, policy }) === undefined);
  expect(silent.map(([text, path]) => `${path}: ${text}`)).toEqual([]);
});

test('the closest form says it, and its values are in it', () => {
  expect(
    sayRecorded('updated 9 min after it was due; nobody was reminded in time, since Metronome was away', {
      language: 'ja',
      policy,
    }),
  ).toContain('通知できず');
  expect(sayRecorded('“x” was left out: It has to be a number.', { language: 'ja', policy })).toBe(
    '「x」を除きました: 数値ではありません',
  );
  expect(
    sayRecorded('Business has stopped for 2 customers.', {
      language: 'ja',
      policy: { customerLabel: { ja: 'テナント', en: 'tenant' } },
    }),
  ).toContain('2テナント');
  expect(sayRecorded('Nobody has a word for this.', { language: 'ja', policy })).toBeUndefined();
});
