import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  findAnomalyPhrase,
  needsQuestionFacts,
  type QuestionFacts,
  readsAsTrouble,
  routeSignal,
} from '../../../functions/incidents/signals/routing.ts';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { policy } from '../../../functions/policy.ts';
import { ownMs } from '../../own-time.ts';
import { signalWith } from '../signals.ts';

const signal = (fields: Partial<Signal> = {}): Signal =>
  signalWith({ receivedAt: new Date('2026-11-24T01:00:00Z'), title: '締め処理について', ...fields });
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
    'failed',
    'When we download it, it is down',
    '表示され無い',
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
    'downtown 2down',
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

describe('the third of its kind', () => {
  const third = (facts: QuestionFacts) => routeSignal(question(), policy, facts);

  test('takes the questions before it along', () => {
    expect(third(asked('store-2', 'store-3'))).toMatchObject({
      why: '2 other customers asked with the same form and area within 60 min.',
      sameQuestions: ['inc_0', 'inc_1'],
    });
    expect(third(asked('store-2', 'store-3'))).not.toHaveProperty('joins');
  });

  test('joins the incident that they have become, and moves that nowhere', () => {
    const [first, second] = asked('store-2', 'store-3').sameQuestions as [never, never];
    const became = { incidentId: 'inc_became', customerId: 'store-4', isIncident: true };
    expect(third({ sameQuestions: [first, became, second] })).toMatchObject({
      joins: 'inc_became',
      sameQuestions: ['inc_0', 'inc_1'],
    });
  });

  test('of others than the third takes none along', () => {
    const decision = routeSignal(question({ title: 'エラー' }), policy, asked('store-2', 'store-3'));
    expect(decision.rule).toBe('question-anomaly-phrase');
    expect(decision).not.toHaveProperty('sameQuestions');
  });
});

describe('a later word on a question reads as trouble', () => {
  const later = (fields: Partial<Signal>) => readsAsTrouble(question({ title: 'エラー', ...fields }), policy);

  test.each<[string, Partial<Signal>, string | undefined]>([
    ['its category', { category: 'trouble' }, 'The ticket’s category is trouble now.'],
    [
      'that it differs',
      { differsFromExpected: 'yes' },
      'The customer says now that it differs from what was expected.',
    ],
    ['that it differs, outside', { category: 'outside', differsFromExpected: 'yes' }, undefined],
    ['that it may differ', { differsFromExpected: 'unknown' }, undefined],
    ['nothing new', {}, undefined],
    [
      'an error, by the customer',
      { kind: 'customer-wrote', message: 'エラーが出ます' },
      'The customer wrote “エラー”.',
    ],
    ['thanks, by the customer', { kind: 'customer-wrote', message: 'ありがとうございます', title: '手順' }, undefined],
    ['no text, by the customer', { kind: 'customer-wrote', title: '手順', description: 'エラー' }, undefined],
    ['trouble, by an agent', { kind: 'agent-replied', category: 'trouble' }, undefined],
    ['that it differs, by an agent', { kind: 'agent-replied', differsFromExpected: 'yes' }, undefined],
    ['an error, by an agent', { kind: 'agent-replied', message: 'エラー' }, undefined],
    [
      'its category, as the customer writes',
      { kind: 'customer-wrote', category: 'trouble' },
      'The ticket’s category is trouble now.',
    ],
  ])('%s', (_, fields, why) => {
    expect(later(fields)).toBe(why);
  });
});

describe('every decision', () => {
  test('says in words what was considered, and which of it held', async () => {
    const asks = { category: 'question', differsFromExpected: 'no', form: '質問', area: 'order' } as const;
    const cases: [string, Partial<Signal>, QuestionFacts?][] = [
      ['a question that is one', { ...asks, customer: { id: 'store-1' } }, asked('store-2')],
      [
        'a question for each reason there is',
        { form: '質問', title: 'エラー' },
        { sameQuestions: [], openAlertIncidentId: 'inc_a' },
      ],
      ['a form that nobody knows', { form: '店舗の声' }],
      ['tags that mean nothing', { tags: ['vip'] }],
      ['nothing', {}],
      ['an alert', { source: 'alert', form: '質問' }],
    ];
    const said = cases.map(([name, fields, facts = asked()]) => {
      const decision = routeSignal(signal(fields), policy, facts);
      const by = decision.considered.find((each) => each.held && each.rule === decision.rule);
      expect(decision.why).toBe(by?.why ?? 'It asks how something is meant to work.');
      expect(decision.isFormUnknown).toBe(fields.form === '店舗の声');
      return `${name} ⇒ ${decision.considered.map(({ held, why }) => `${held ? '+' : '-'} ${why}`).join(' ')}\n`;
    });
    await expect(said.join('')).toMatchFileSnapshot('considered-whole.txt');
  });

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
      const long = question({ description: piece.repeat(32_768 / Buffer.byteLength(piece)) });
      expect(ownMs(() => findAnomalyPhrase(long, policy))).toBeLessThan(1_000);
    }
  });
});
