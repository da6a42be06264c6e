/** What Slack takes of a form, at its edges: a modal that is too long for it opens for nobody. */
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import type { Submission } from '../../functions/slack/act.ts';
import {
  chosenIn,
  type Modal,
  readRemembered,
  refuseForm,
  reportModal,
  skeleton,
  textIn,
  type UpdateForm,
  updateModal,
} from '../../functions/slack/modals.ts';

const by = { language: 'ja', policy } as const;
const frame = { callback: 'update', externalId: 'metronome-act_1', remembered: { incidentId: 'inc_1' } } as const;
const customers = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `c${index}`, name: `店舗${index}` }));
const form = (more: Partial<UpdateForm> = {}): UpdateForm => ({
  customers: customers(2),
  message: '確認中です。',
  isRecovery: false,
  isForAll: true,
  hasOthers: false,
  ways: ['チケットに送信'],
  others: [],
  ...more,
});
// biome-ignore lint/suspicious/noExplicitAny: what is expected is read, and fails where it is not there
const block = (modal: Modal, id: string): any =>
  modal.blocks.find((each) => 'block_id' in each && each.block_id === id);
const update = (more?: Partial<UpdateForm>): Modal => updateModal(frame, form(more), by);
const optionsOf = (modal: Modal): string[] =>
  block(modal, 'whom')?.element.options.map((each: { value: string }) => each.value) ?? [];

describe('whom to tell', () => {
  const chosenIn_ = (modal: Modal): string[] =>
    (block(modal, 'whom')?.element.initial_options ?? []).map((each: { value: string }) => each.value);

  test('is said of each by name, and is those whom the draft is for', () => {
    expect([optionsOf(update()), chosenIn_(update())]).toEqual([
      ['c0', 'c1'],
      ['c0', 'c1'],
    ]);
    expect(chosenIn_(update({ customers: customers(1) }))).toEqual(['c0']);
    expect(block(update(), 'whom')).not.toHaveProperty('optional');
  });

  test('is nobody until somebody chooses, where nobody waits', () => {
    const own = update({ isForAll: false, message: '' });
    expect([optionsOf(own), chosenIn_(own)]).toEqual([['c0', 'c1'], []]);
  });

  test('leaves out an id that is longer than Slack takes, and is a hundred at a time', () => {
    const long = (length: number) => ({ id: 'x'.repeat(length), name: 'x' });
    expect(optionsOf(update({ customers: [long(151), long(150), ...customers(1)] }))).toEqual(['x'.repeat(150), 'c0']);
    expect(update({ customers: [long(151)] })).not.toHaveProperty('submit');
    const many = update({ customers: customers(101) });
    expect([optionsOf(many).length, chosenIn_(many).length]).toEqual([100, 100]);
    expect(block(many, 'whom').hint.text).toContain('101');
  });

  test('shows with it what is drafted for the others, who are told afterwards', () => {
    const modal = update({ hasOthers: true, others: [{ names: ['池袋店'], message: '池袋店 ご担当者様' }] });
    expect(modal.blocks.at(-1)).toMatchObject({
      type: 'section',
      text: { text: expect.stringMatching(/池袋店\n池袋店 ご担当者様$/) },
    });
    expect(block(modal, 'names').element).not.toHaveProperty('initial_options');
    expect(block(update(), 'names')).toBeUndefined();
  });

  test('shows a name that fits', () => {
    const modal = update({
      customers: [
        { id: 'a', name: '店'.repeat(80) },
        { id: 'b', name: '' },
      ],
    });
    const names = block(modal, 'whom').element.options.map((each: { text: { text: string } }) => each.text.text);
    expect(names).toEqual([`${'店'.repeat(74)}…`, '–']);
  });
});

test('the draft stands in the field as far as it fits, and a recovery is ticked', () => {
  expect(block(update(), 'message').element).toMatchObject({ initial_value: '確認中です。', max_length: 3_000 });
  expect(block(update({ message: 'あ'.repeat(3_001) }), 'message').element.initial_value).toHaveLength(3_000);
  expect(block(update({ message: '' }), 'message').element).not.toHaveProperty('initial_value');
  expect(block(update(), 'recovery').element).not.toHaveProperty('initial_options');
  expect(block(update({ isRecovery: true }), 'recovery').element.initial_options).toHaveLength(1);
});

test('no more than twenty ways are told, so that the fields have room', () => {
  const modal = update({ ways: Array.from({ length: 30 }, (_, index) => `way ${index}`) });
  expect(modal.blocks.filter((each) => (each as { type: string }).type === 'section')).toHaveLength(20);
});

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
  const modal = reportModal({ ...frame, callback: 'report' }, 'x'.repeat(3_001), by);
  const ids = modal.blocks.map((each) => (each as { block_id: string }).block_id);
  expect(ids).toEqual(['subject', 'ongoing', 'occurred', 'impact', 'customer', 'description', 'drill']);
  const optional = modal.blocks.filter((each) => (each as { optional?: boolean }).optional);
  expect(optional).toHaveLength(5);
  expect(block(modal, 'ongoing').element.initial_option.value).toBe('unknown');
  expect(block(modal, 'impact').element).not.toHaveProperty('initial_option');
  expect(block(modal, 'description').element.initial_value).toHaveLength(3_000);
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
])('%s: refused are %3$j', (_, callback, fields, refused) => {
  expect(Object.keys(refuseForm(submitted(callback, fields)) ?? {})).toEqual(refused);
});

test('what somebody has put into a field is read as they meant it', () => {
  const form = submitted('update', {
    message: { value: ' 一行目\r\n二行目\0\ud800 ' },
    whom: { selected_options: [{ value: 'a' }, { value: 'b' }] },
    ongoing: { selected_option: { value: 'yes' } },
    blank: { value: '  ' },
  });
  expect([textIn(form, 'message'), textIn(form, 'blank'), textIn(form, 'constructor')]).toEqual([
    '一行目\n二行目\ufffd',
    undefined,
    undefined,
  ]);
  expect([chosenIn(form, 'whom'), chosenIn(form, 'ongoing'), chosenIn(form, 'none')]).toEqual([
    ['a', 'b'],
    ['yes'],
    [],
  ]);
});
