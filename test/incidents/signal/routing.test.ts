import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  findAnomalyPhrase,
  needsQuestionFacts,
  type QuestionFacts,
  routeSignal,
} from '../../../functions/incidents/signal/routing.ts';
import type { Signal } from '../../../functions/incidents/signal/signal.ts';
import { policy } from '../../../functions/policy.ts';

const signal = (fields: Partial<Signal> = {}): Signal => ({
  id: 'sig_1',
  source: 'ticket',
  tool: 'generic',
  sourceId: 'T-1',
  kind: 'stated',
  receivedAt: new Date('2026-11-24T01:00:00Z'),
  title: '締め処理について',
  tags: [],
  differsFromExpected: 'unknown',
  ongoing: 'unknown',
  isReporterAffected: true,
  affectedCustomers: [],
  isDrill: false,
  problems: [],
  ...fields,
});
/** A question that nothing speaks against. */
const question = (fields: Partial<Signal> = {}): Signal =>
  signal({
    category: 'question',
    differsFromExpected: 'no',
    form: '質問',
    area: 'order',
    customer: { id: 'store-1' },
    ...fields,
  });
const asked = (...customers: string[]): QuestionFacts => ({
  sameQuestions: customers.map((customerId, index) => ({ customerId, incidentId: `inc_${index}` })),
});
const decide = (of: Signal, facts?: QuestionFacts) => {
  const { kind, rule, isFormUnknown } = routeSignal(of, policy, facts);
  return { kind, rule, isFormUnknown };
};

describe('what a ticket says it is', () => {
  test.each([
    ['a form mapped to trouble', { form: 'トラブル' }, 'incident', 'form-or-tag-mapped'],
    ['a tag mapped to trouble', { tags: ['vip', 'Incident'] }, 'incident', 'form-or-tag-mapped'],
    ['the category trouble', { category: 'trouble', form: '請求' }, 'incident', 'category-stated'],
    ['a form that the policy does not know', { form: '店舗の声' }, 'incident', 'form-unknown'],
    ['nothing at all', {}, 'incident', 'nothing-stated'],
    ['a tag that means nothing', { tags: ['vip'] }, 'incident', 'nothing-stated'],
    ['a form mapped to outside', { form: 'Billing' }, 'outside', 'form-or-tag-mapped'],
    ['a tag mapped to outside', { tags: ['営業'] }, 'outside', 'form-or-tag-mapped'],
    ['the category outside, whatever its tags', { category: 'outside', tags: ['障害'] }, 'outside', 'category-stated'],
    ['trouble and question at once', { form: '質問', tags: ['障害'] }, 'incident', 'form-or-tag-mapped'],
    [
      'question and outside at once',
      { form: '請求', tags: ['質問'], differsFromExpected: 'no' },
      'question',
      'question',
    ],
    [
      'the category question, with a tag of trouble',
      { category: 'question', tags: ['障害'], differsFromExpected: 'no' },
      'question',
      'question',
    ],
  ] as const)('%s', (_, fields, kind, rule) => {
    expect(decide(signal(fields as Partial<Signal>))).toMatchObject({ kind, rule });
  });

  test('case, width and blanks make no other form', () => {
    for (const form of ['ＴＲＯＵＢＬＥ', ' Trouble ', 'ﾄﾗﾌﾞﾙ', 'POS-Trouble']) {
      expect(decide(signal({ form }))).toEqual({ kind: 'incident', rule: 'form-or-tag-mapped', isFormUnknown: false });
    }
  });

  test('an unknown form is to be mapped by someone, whatever the ticket was filed as', () => {
    expect(decide(signal({ form: '店舗の声' })).isFormUnknown).toBe(true);
    expect(decide(signal({ form: '店舗の声', category: 'question', differsFromExpected: 'no' })).isFormUnknown).toBe(
      true,
    );
    expect(decide(signal({ form: '店舗の声', tags: ['請求'] }))).toEqual({
      kind: 'outside',
      rule: 'form-or-tag-mapped',
      isFormUnknown: true,
    });
    expect(decide(signal()).isFormUnknown).toBe(false);
  });

  test('an alert is an incident', () => {
    expect(decide(signal({ source: 'alert' }))).toMatchObject({ kind: 'incident', rule: 'alert-opened' });
  });
});

describe('a question', () => {
  test('that differs from what was expected, or may, is an incident', () => {
    for (const differsFromExpected of ['yes', 'unknown'] as const) {
      expect(decide(question({ differsFromExpected }))).toMatchObject({
        kind: 'incident',
        rule: 'question-differs-from-expected',
      });
    }
    expect(decide(question())).toMatchObject({ kind: 'question', rule: 'question' });
  });

  test.each([
    'ログインできない',
    '印刷が出来ません',
    'ボタンを押すとエラーになります',
    'ｴﾗｰ',
    '画面が固まる',
    '急に遅くなった',
    '在庫が反映されない',
    'The printer does not work',
    'I CAN’T log in',
    "I can't log in",
    'It is down',
    'we are\nunable  to pay',
    'Checkout failed.',
  ])('that says “%s” is an incident', (text) => {
    for (const fields of [{ title: text }, { description: `こんにちは。${text}。よろしくお願いします。` }]) {
      const decision = routeSignal(question(fields), policy);
      expect(decision).toMatchObject({ kind: 'incident', rule: 'question-anomaly-phrase' });
      expect(decision.why).toMatch(/^Its text says “/);
    }
  });

  test.each([
    'How do I download the report?',
    'Where is the terrorist list?',
    'breakdown by day',
    '締め処理の手順を教えてください',
    'countdown',
  ])('that says “%s” is one', (title) => {
    expect(findAnomalyPhrase(question({ title }), policy)).toBeUndefined();
  });

  test('of the third customer within the hour with the same form and area is an incident', () => {
    expect(decide(question(), asked('store-2', 'store-3'))).toMatchObject({
      kind: 'incident',
      rule: 'question-third-customer',
    });
    expect(decide(question(), asked('store-2')).kind).toBe('question');
    expect(decide(question(), asked('store-2', 'store-2', 'store-2')).kind).toBe('question');
    expect(decide(question(), asked('store-1', 'store-2')).kind).toBe('question');
  });

  test('with a blank form or area, or of nobody named, is like no other', () => {
    for (const blank of ['form', 'area', 'customer'] as const) {
      const { [blank]: _, ...rest } = question();
      expect(decide(rest as Signal, asked('store-2', 'store-3')).kind).toBe('question');
    }
  });

  test('while an alert of its service has opened lately is an incident', () => {
    const facts = { sameQuestions: [], openAlertIncidentId: 'inc_a' };
    expect(decide(question(), facts)).toMatchObject({ kind: 'incident', rule: 'question-open-alert' });
  });

  test('asks the store only where the store can still change what it is', () => {
    expect(needsQuestionFacts(question(), policy)).toBe(true);
    expect(needsQuestionFacts(question({ differsFromExpected: 'yes' }), policy)).toBe(false);
    expect(needsQuestionFacts(question({ title: 'エラー' }), policy)).toBe(false);
    expect(needsQuestionFacts(signal(), policy)).toBe(false);
  });
});

describe('every decision', () => {
  test('says why, and what else was considered and why that did not hold', () => {
    const decision = routeSignal(question(), policy);
    expect(decision.considered.map((each) => [each.rule, each.held])).toEqual([
      ['category-stated', true],
      ['question-differs-from-expected', false],
      ['question-anomaly-phrase', false],
      ['question-third-customer', false],
      ['question-open-alert', false],
    ]);
    expect(routeSignal(signal({ form: '店舗の声' }), policy).considered.map((each) => [each.rule, each.held])).toEqual([
      ['category-stated', false],
      ['form-or-tag-mapped', false],
      ['form-unknown', true],
    ]);
  });

  test('is the same again, names a rule that held, and gives reasons as sentences', () => {
    const arbitrary = fc.record(
      {
        category: fc.constantFrom('trouble', 'question', 'outside'),
        form: fc.constantFrom('トラブル', '質問', '請求', '店舗の声', ''),
        area: fc.constantFrom('order', ''),
        tags: fc.array(fc.constantFrom('障害', 'question', 'spam', 'vip'), { maxLength: 3 }),
        differsFromExpected: fc.constantFrom('yes', 'no', 'unknown'),
        title: fc.constantFrom('エラー', 'x', 'breakdown'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(arbitrary, fc.array(fc.constantFrom('a', 'b', 'c')), (fields, others) => {
        const of = signal({ customer: { id: 'me' }, ...(fields as Partial<Signal>) });
        const decision = routeSignal(of, policy, asked(...others));
        expect(routeSignal(of, policy, asked(...others))).toEqual(decision);
        const held = decision.considered.filter((each) => each.held).map((each) => each.rule);
        expect([...held, 'question']).toContain(decision.rule);
        for (const { why } of [decision, ...decision.considered]) expect(why).toMatch(/[.:”]$/);
      }),
    );
  });

  test('takes little time on a large text', () => {
    for (const piece of ['で', 'can ', 'down', ' ', 'でき', "'"]) {
      const started = performance.now();
      findAnomalyPhrase(question({ description: piece.repeat(32_768 / Buffer.byteLength(piece)) }), policy);
      expect(performance.now() - started).toBeLessThan(1_000);
    }
  });
});
