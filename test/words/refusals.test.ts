/** Refusals have codes: each has words in both languages, and what Zod finds is said by the code of its issue. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { statementSchema } from '../../functions/incidents/statements/statement-schemas.ts';
import { type FieldError, Problem } from '../../functions/platform/problem.ts';
import type { Texts } from '../../functions/words/language.ts';
import { type RefusalReader, refuse, sayField, sayRefusal, wrongField } from '../../functions/words/refusals/refuse.ts';
import { wrongFields } from '../../functions/words/refusals/wrong-input.ts';
import { refusals } from '../../functions/words/texts/refusals.ts';

const functions = join(import.meta.dirname, '../../functions');
const timeText = (): string => '10:15';
const policy = { customerLabel: { ja: 'テナント', en: 'tenant' } };
const ja: RefusalReader = { language: 'ja', policy, timeText };
const en: RefusalReader = { language: 'en', policy, timeText };
const table = Object.entries<Texts[string]>(refusals);
const placesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)(?:\|[^}]*)?\}/g)].map(([, name = '']) => name);

test('the places of a refusal are given, in either language', () => {
  const wrong = table.filter(([, { ja, en, api = '' }]) => {
    const given = new Set([...placesOf(en), ...placesOf(api), 'customer']);
    return placesOf(ja).some((place) => !given.has(place));
  });
  expect(wrong).toEqual([]);
});

test('a text of the API belongs to one refusal', () => {
  expect(new Set(table.map(([, { en, api = en }]) => api)).size).toBe(table.length);
});

test('the API answers the text, and the code finds the words', () => {
  const refusal = refuse('fewer-than-named', { n: 2 });
  const problem = new Problem(422, refusal, { errors: [wrongField('value', 'not-between', { least: 1, most: 9 })] });
  expect(problem.body()).toEqual({
    type: 'about:blank',
    title: 'The request is invalid',
    status: 422,
    detail: '2 customers are named; the count cannot be lower.',
    errors: [{ path: 'value', message: 'It has to be a number from 1 to 9.' }],
  });
  expect([sayRefusal(refusal, ja), sayRefusal(refusal, en)]).toEqual([
    'すでに2テナントが記録されています。それより少なくはできません。',
    '2 tenants are named; the count cannot be lower.',
  ]);
  // A time is written for its reader, and a body that could not be read has its reason on record.
  const before = refuse('before-occurrence', { at: new Date(0), occurredAt: new Date(1) });
  expect(before.text).toContain('1970-01-01T00:00:00.001Z');
  expect(sayRefusal(before, ja)).toContain('10:15は発生日時10:15より前');
  expect(sayRefusal(refuse('still-unreadable', { why: 'The body is not a ticket.' }), ja)).not.toMatch(/[A-Za-z]/);
});

const wrongStatements: unknown[] = [
  {},
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
  { type: 'linked', to: '', basis: 'y' },
  { type: 'retracted', eventId: 'x', why: 'y' },
  { type: 'nothing' },
];

/** What a person reads of it, in Japanese. */
const said = (errors: readonly FieldError[]): string[] => errors.map((error) => sayField(error, ja));

test.each(wrongStatements)('a statement like %j is refused in words', (wrong) => {
  const { error } = statementSchema.safeParse(wrong, { reportInput: true });
  const words = said(wrongFields(error?.issues ?? []));
  expect(words).not.toEqual([]);
  expect(words.filter((each) => !/[\u3040-\u30ff\u4e00-\u9fff]/.test(each))).toEqual([]);
});

test.each<[z.ZodType, unknown, string]>([
  [z.string().max(3), 'four', '3文字以内で入力してください。'],
  [z.string().min(1), '', '空欄にはできません。'],
  [z.array(z.string()).max(1), ['a', 'b'], '1件以内にしてください。'],
  [z.array(z.string()).min(1), [], '1つ以上選んでください。'],
  [z.number().max(3), 4, '3以下で入力してください。'],
  [z.number().int().min(0), -1, '0以上で入力してください。'],
  [z.number().int(), 1.5, '整数を入力してください。'],
  [z.string(), undefined, '必須です。'],
  [z.string(), 7, '入力内容の形式が違います。'],
  [z.enum(['a', 'b']), 'c', '選択肢から選んでください。'],
  [z.iso.date(), 'today', '入力内容の形式が違います。'],
  [z.strictObject({}), { odd: 1 }, '不明な項目です。'],
  [z.string().regex(/^x$/, refuse('not-a-link').text), 'y', 'http または https のアドレスを入力してください。'],
])('what Zod finds is said by its code: %#', (schema, value, words) => {
  expect(said(wrongFields(schema.safeParse(value, { reportInput: true }).error?.issues ?? []))).toEqual([words]);
});

test('a person at a page or in Slack is refused by a code', () => {
  const rooms = ['console', 'incidents', 'postmortems', 'drills', 'find', 'situation', 'outgoing/tickets'];
  const files = rooms.flatMap((room) =>
    readdirSync(join(functions, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${room}/${name}`),
  );
  const own = [...files, 'intake/replay.ts', 'intake/file-report.ts', 'slack/update.ts', 'slack/submit-form.ts'];
  const literal = /new Problem\(\s*\d+,\s*['`](.+)['`]/g;
  const found = own.flatMap((path) =>
    [...readFileSync(join(functions, path), 'utf8').matchAll(literal)].map(([, text = '']) => text),
  );
  // These are told to programs alone.
  expect(found.filter((text) => !/^No drill has the ID |^The If-Match /.test(text))).toEqual([]);
});
