/** What Slack takes of a form, at its edges: a modal that is too long for it opens for nobody. */
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import type { Submission } from '../../functions/slack/act.ts';
import {
  type Choice,
  type Content,
  choosable,
  chosenIn,
  type Field,
  modalOf,
  readRemembered,
  refuseForm,
  shownIn,
  shownOf,
  skeleton,
  textIn,
} from '../../functions/slack/form.ts';
import { blank, type FormName, forms, reportForm } from '../../functions/slack/forms.ts';
import { languages } from '../../functions/words/language.ts';
import { readView } from '../../infra/stubs/slack/blocks.ts';
import { at, incidentAt } from '../incidents/rhythm/rhythm.ts';

const frame = { callback: 'update', externalId: 'metronome-act_1', remembered: { incidentId: 'inc_1' } };
const modal = (contents: Content[]) => modalOf(frame, { title: '題', submit: '送信', contents }, 'ja');
// biome-ignore lint/suspicious/noExplicitAny: what is expected is read, and fails where it is not there
const input = (field: Partial<Field>): any => modal([{ id: 'x', label: 'X', kind: 'line', ...field }]).blocks[0];
const choices = (count: number): Choice[] => Array.from({ length: count }, (_, index) => [`c${index}`, `店舗${index}`]);
const isTaken = (of: object): boolean => !('error' in readView(of));

describe('a field', () => {
  test.each<[kind: Field['kind'], count: number, type: string]>([
    ['one', 10, 'radio_buttons'],
    ['one', 11, 'static_select'],
    ['some', 10, 'checkboxes'],
    ['some', 11, 'multi_static_select'],
    ['some', 101, 'multi_static_select'],
    ['tick', 1, 'checkboxes'],
    ['person', 0, 'users_select'],
    ['text', 0, 'plain_text_input'],
  ])('%s of %i is a %s, which Slack takes', (kind, count, type) => {
    const field = { id: 'x', label: 'X', kind, choices: choices(count) };
    expect(input(field).element.type).toBe(type);
    expect(isTaken(modal([field, '段落']))).toBe(true);
  });

  test('with nothing to choose is none', () => {
    expect(modal([{ id: 'x', label: 'X', kind: 'some', choices: [] }]).blocks).toEqual([]);
  });

  test('is filled with what it is given, as far as it fits', () => {
    expect(input({ kind: 'text', initial: 'あ'.repeat(3_001) }).element.initial_value).toHaveLength(3_000);
    expect(input({ kind: 'text', initial: '' }).element).not.toHaveProperty('initial_value');
    const some = input({ kind: 'some', choices: choices(3), initial: ['c2', 'c0', 'gone'] }).element;
    expect(some.initial_options.map((each: { value: string }) => each.value)).toEqual(['c0', 'c2']);
    expect(input({ kind: 'one', choices: choices(3), initial: 'c1' }).element.initial_option.value).toBe('c1');
    expect(input({ kind: 'one', choices: choices(3) }).element).not.toHaveProperty('initial_option');
  });

  test('leaves out a value that is longer than Slack takes, shows names that fit, and has a hundred at most', () => {
    const long = (length: number): Choice => ['x'.repeat(length), 'x'];
    expect(choosable([long(151), long(150), ['', ''], ...choices(1)]).map(([value]) => value.length)).toEqual([150, 2]);
    expect(choosable(choices(101))).toHaveLength(100);
    const named = input({
      kind: 'some',
      choices: [
        ['a', '店'.repeat(80)],
        ['b', ''],
      ],
    });
    const names = named.element.options.map((each: { text: { text: string } }) => each.text.text);
    expect(names).toEqual([`${'店'.repeat(74)}…`, '–']);
  });
});

const filling = (language: 'ja' | 'en', long = '') => ({
  incident: {
    ...incidentAt(at('24 10:00'), { title: long || '題' }),
    impact: { businessImpact: 'stopped' as const, scopeMethod: long || '電話' },
    roles: { lead: { who: 'ann@example.jp', at: at('24 10:00') } },
  },
  language,
  policy,
  names: new Map([['ann@example.jp', long || '安']]),
  text: '',
  events: [{ id: '00000007', type: 'recovered', actor: 'ann@example.jp', occurredAt: at('24 10:20') }] as never,
  customers: [...choices(3), [long || 'd', long || 'd']] as Choice[],
  waiting: choices(2),
  like: [['inc_2', `M-000000 ${long || '別の件'}`]] as Choice[],
});

describe.each(Object.keys(forms) as FormName[])('the form %s', (name) => {
  test.each(languages)('is taken by Slack, however long the words in it are: %s', (language) => {
    for (const long of ['', '漢'.repeat(5_000), '&'.repeat(5_000)]) {
      const contents = forms[name].fields.map((each) => each(filling(language, long)));
      expect(readView(modal(contents))).not.toHaveProperty('error');
    }
  });
});

const field = (name: FormName, id: string) =>
  forms[name].fields.map((each) => each(filling('ja'))).find((each) => each.id === id);

test('a form is filled with what is recorded, and what is undone is named with when and who stated it', () => {
  expect(field('scope', 'impact')).toMatchObject({ initial: 'stopped', isOptional: true });
  expect(field('scope', 'method')).toMatchObject({ label: '確認方法', initial: '電話' });
  expect(field('undo', 'eventId')?.choices).toEqual([['00000007', '11月24日(火) 10:20 業務回復 安']]);
  expect(field('roles', 'role')?.choices?.map(([, words]) => words)).toEqual([
    '指揮(IC): 安',
    '店舗への連絡: 未定',
    '記録: 未定',
  ]);
  // With two who wait, no recipient is preselected.
  expect(field('told', 'customers')).toMatchObject({ initial: undefined });
});

const touched = (...ids: string[]): Set<string> => new Set(ids);
const shown = { impact: 'stopped', affectedCustomerCount: 2, method: '電話' };

test.each<[what: string, given: object, of: Set<string>, states: object[]]>([
  ['nothing', shown, touched(), []],
  [
    'another impact',
    { ...shown, impact: 'degraded' },
    touched('impact'),
    [{ type: 'corrected', field: 'businessImpact', value: 'degraded' }],
  ],
  [
    'another number',
    { ...shown, affectedCustomerCount: 3 },
    touched('affectedCustomerCount'),
    [{ type: 'scoped', affectedCustomerCount: 3 }],
  ],
  [
    'that it is so',
    { ...shown, confirmed: true },
    touched('confirmed'),
    [{ type: 'scoped', affectedCustomerCount: 2, method: '電話' }],
  ],
  [
    'a customer of the list and one who was typed',
    { customers: ['c1'], affectedCustomers: [{ id: '甲' }] },
    touched('customers', 'affectedCustomers'),
    [{ type: 'scoped', affectedCustomers: [{ id: 'c1' }, { id: '甲' }] }],
  ],
])('of the scope, %s is stated, and what nobody touched is not', (_, given, of, states) => {
  expect(forms.scope.states({ ...given }, of)).toEqual(states);
});

test.each([
  [{ role: 'record' }, { type: 'role-taken', role: 'record' }],
  [{ role: 'lead' }, { type: 'role-handed-over', role: 'lead' }],
  [
    { role: 'record', to: 'b@example.jp' },
    { type: 'role-handed-over', role: 'record', to: 'b@example.jp' },
  ],
])('of roles, %j states %j', (given, statement) => {
  expect(forms.roles.states(given, touched(), filling('ja').incident)).toEqual([statement]);
});

test.each(['短い', '長い'.repeat(600), '二行\nの方法 '])(
  'a text that nobody touches, %j, is as it was shown',
  (initial) => {
    const method: Field = { id: 'method', label: '方法', kind: 'line', initial };
    const shown = input(method).element.initial_value;
    expect(shown).not.toContain('\n');
    const submission = submitted('scope', { method: { value: shown } });
    expect(shownOf(textIn(submission, 'method'))).toBe(shownIn([method]).method);
  },
);

test('an address that does not fit is not remembered, and what it is about is', () => {
  const remember = (length: number) => {
    const remembered = {
      incidentId: 'inc_1',
      channel: 'C1',
      responseUrl: `https://hooks.slack.com/${'x'.repeat(length)}`,
    };
    return readRemembered(skeleton({ ...frame, remembered }).private_metadata);
  };
  const fixed = JSON.stringify({ incidentId: 'inc_1', channel: 'C1', responseUrl: 'https://hooks.slack.com/' }).length;
  expect(remember(3_000 - fixed)).toHaveProperty('responseUrl');
  expect(remember(3_001 - fixed)).toEqual({ incidentId: 'inc_1', channel: 'C1' });
  expect([readRemembered('{'), readRemembered('1'), readRemembered('null')]).toEqual([{}, {}, {}]);
});

test('a report is asked for what there is to say, and nothing is claimed for who reports', () => {
  const report = modal(
    reportForm.fields.map((each) => each({ ...blank, language: 'ja', policy, text: 'x'.repeat(3_001) })),
  );
  expect(isTaken(report)).toBe(true);
  // biome-ignore lint/suspicious/noExplicitAny: what is expected is read, and fails where it is not there
  const blocks = report.blocks as any[];
  expect(blocks.map((each) => each.block_id)).toEqual([
    'subject',
    'ongoing',
    'occurred',
    'impact',
    'customer',
    'description',
    'drill',
  ]);
  expect(blocks.filter((each) => each.optional)).toHaveLength(5);
  expect(blocks[1].element.initial_option.value).toBe('unknown');
  expect(blocks[3].element).not.toHaveProperty('initial_option');
  expect(blocks[5].element.initial_value).toHaveLength(3_000);
});

const submitted = (callback: string, fields: Record<string, object>): Submission =>
  ({ callback, values: Object.fromEntries(Object.entries(fields).map(([id, of]) => [id, { [id]: of }])) }) as never;

test.each<[string, string, Record<string, object>, string[]]>([
  ['an update with words', 'update', { message: { value: 'x' } }, []],
  ['an update without', 'update', { message: { value: ' \n' } }, ['message']],
  ['an update whose words stand elsewhere', 'update', { subject: { value: 'x' } }, ['message']],
  ['a report with a subject', 'report', { subject: { value: 'x' } }, []],
  ['a report without', 'report', { message: { value: 'x' } }, ['subject']],
  ['minutes as Japanese keyboards write them', 'report', { subject: { value: 'x' }, occurred: { value: '１０' } }, []],
  ['five digits of minutes', 'report', { subject: { value: 'x' }, occurred: { value: '99999' } }, []],
  ['six', 'report', { subject: { value: 'x' }, occurred: { value: '100000' } }, ['occurred']],
  ['a time in place of minutes', 'report', { subject: { value: 'x' }, occurred: { value: '9:30' } }, ['occurred']],
  ['nothing at all', 'report', { occurred: { value: '-1' } }, ['subject', 'occurred']],
  ['a number in words', 'scope', { affectedCustomerCount: { value: '三' } }, ['affectedCustomerCount']],
  ['a scope without one', 'scope', { affectedCustomerCount: { value: null } }, []],
  ['an undoing without why', 'undo', { why: { value: ' ' } }, ['why']],
  ['a blank comment', 'note', { text: { value: '\n' } }, ['text']],
  ['a form of no such name', 'constructor', {}, []],
])('%s: refused are %3$j', (_, callback, fields, refused) => {
  expect(Object.keys(refuseForm(submitted(callback, fields)) ?? {})).toEqual(refused);
});

test('what somebody has put into a field is read as they meant it', () => {
  const form = submitted('update', {
    message: { value: ' 一行目\r\n二行目\0\ud800 ' },
    whom: { selected_options: [{ value: 'a' }, { value: 'b' }] },
    ongoing: { selected_option: { value: 'yes' } },
    person: { selected_user: 'U1' },
    blank: { value: '  ' },
  });
  expect([textIn(form, 'message'), textIn(form, 'blank'), textIn(form, 'constructor')]).toEqual([
    '一行目\n二行目\ufffd',
    undefined,
    undefined,
  ]);
  expect([chosenIn(form, 'whom'), chosenIn(form, 'ongoing'), chosenIn(form, 'person'), chosenIn(form, 'none')]).toEqual(
    [['a', 'b'], ['yes'], ['U1'], []],
  );
});
