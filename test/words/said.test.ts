/** Every refusal and reason that people read has words in both languages: those that the code states are listed from it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { statementSchema } from '../../functions/incidents/statements/statement-schemas.ts';
import { languages } from '../../functions/words/language.ts';
import said from '../../functions/words/said.json' with { type: 'json' };
import { sayRecorded } from '../../functions/words/said.ts';

const top = join(import.meta.dirname, '../..');
/** What answers the console's forms, or is kept as a reason that its pages show. */
const roots = [
  'functions/console',
  'functions/find',
  'functions/incidents/statements',
  'functions/incidents/retraction',
  'functions/incidents/rhythm/slots.ts',
  'functions/incidents/rhythm/ends.ts',
  'functions/incidents/change.ts',
  'functions/incidents/link.ts',
  'functions/incidents/reclassify.ts',
  'functions/incidents/later-word.ts',
  'functions/incidents/decide-link.ts',
  'functions/postmortems/actions.ts',
  'functions/postmortems/actions-rules.ts',
  'functions/postmortems/assemble.ts',
  'functions/postmortems/record-review.ts',
  'functions/postmortems/record-meeting.ts',
  'functions/outgoing/tickets',
  'functions/intake/replay.ts',
];
const files = roots.flatMap((root) =>
  root.endsWith('.ts')
    ? [root]
    : readdirSync(join(top, root), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${root}/${name}`),
);
/** Told to programs and to whoever reads the log, or put into words of a page's own. */
const notRead =
  /^(?:signals are still|updates (?:were asked|are to be sent)|an update by|sent to the customer in|a statement was|It cannot have been before the occ)/;

function sentencesOf(path: string): string[] {
  const source = readFileSync(join(top, path), 'utf8');
  const stated =
    /(?:\b(?:refused|message|reason|why|error)(?::|\s=)|new Problem\(\s*\d+,|\.regex\([^\n]+,|\bmin\(1,|stopClock\([^\n]*,)\s*('(?:[^'\\\n]|\\.)+'|`(?:[^`\\]|\\.)+`)/g;
  return [...source.matchAll(stated)]
    .map(([, literal = '']) =>
      literal
        .slice(1, -1)
        .replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '7')
        .replace('7 7, asked', '7 is being sent, asked'),
    )
    .filter((text) => text.includes(' ') && !notRead.test(text));
}

test.each(languages)('every refusal and reason of the code has words: %s', (language) => {
  const all = new Map(files.flatMap((path) => sentencesOf(path).map((text) => [text, path] as const)));
  expect(all.size).toBeGreaterThan(50);
  const silent = [...all].filter(([text]) => sayRecorded(text, language, '店舗') === undefined);
  expect(silent.map(([text, path]) => `${path}: ${text}`)).toEqual([]);
});

test('what the schemas of statements refuse has words', () => {
  const wrong: unknown[] = [
    { type: 'commented' },
    { type: 'commented', text: '' },
    { type: 'commented', text: 'x'.repeat(20_001) },
    { type: 'commented', text: 7 },
    { type: 'scoped', affectedCustomerCount: -1 },
    { type: 'scoped', affectedCustomerCount: 1.5 },
    { type: 'scoped', affectedCustomerCount: 1e12 },
    { type: 'scoped', affectedCustomers: 'all' },
    { type: 'scoped', affectedCustomers: Array.from({ length: 501 }, (_, id) => ({ id: `${id}` })) },
    { type: 'scoped', recurrenceRisk: 'perhaps' },
    { type: 'mitigated', kind: 'magic' },
    { type: 'mitigated', kind: 'revert', odd: 1 },
    { type: 'customer-updated', customers: [] },
    { type: 'customer-updated', customers: 'all', recovery: 'yes' },
    { type: 'responded', occurredAt: 'now' },
    { type: 'responded', evidenceUrl: 'x' },
    { type: 'linked', to: 'x', basis: 'y' },
    { type: 'nothing' },
  ];
  const messages = new Set<string>();
  const gather = (issues: readonly z.core.$ZodIssue[]): void => {
    for (const each of issues) messages.add(each.message);
  };
  for (const each of wrong) {
    const { error } = statementSchema.safeParse(each);
    expect([each, error === undefined]).toEqual([each, false]);
    gather(error?.issues ?? []);
  }
  gather(
    z
      .object({ a: z.string().max(3), b: z.number().max(3), c: z.array(z.string()).min(2) })
      .safeParse({ a: 'four', b: 4, c: [] }).error?.issues ?? [],
  );
  expect([...messages].filter((each) => sayRecorded(each, 'ja', '店舗') === undefined)).toEqual([]);
});

test('the closest form says it, and its values stand in it', () => {
  expect(sayRecorded('It is linked to inc_1: review that one.', 'ja', '店舗')).toBe(
    'inc_1 に統合されています。統合先を振り返ってください。',
  );
  expect(
    sayRecorded('updated 9 min after it was due; nobody was reminded in time, since Metronome was away', 'ja', '店舗'),
  ).toContain('通知できず');
  expect(sayRecorded('“x” was left out: It has to be a number.', 'ja', '店舗')).toBe(
    '「x」を除きました: 数値ではありません',
  );
  expect(sayRecorded('2 customers are named; the count cannot be lower.', 'ja', 'テナント')).toContain('2テナント');
  expect(sayRecorded('Nobody has a word for this.', 'ja', '店舗')).toBeUndefined();
});

test('no Japanese text of a refusal is left in English', () => {
  const english = Object.entries(said).filter(
    ([, [ja = '']]) => !/[\u3040-\u30ff\u4e00-\u9fff]/.test(ja.replace(/\{\w+\}/g, '')),
  );
  expect(english).toEqual([]);
});
