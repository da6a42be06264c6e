/** What Slack sends of a person's act, in the forms that its SDKs' own tests have. */
import { describe, expect, test } from 'vitest';
import { type Act, readAct } from '../../functions/slack/act.ts';
import { commandIn } from '../../functions/slack/meaning.ts';

const read = (payload: unknown): Act | undefined =>
  readAct('interactions', Buffer.from(new URLSearchParams({ payload: JSON.stringify(payload) }).toString()));

const user = { id: 'UA8RXUSPL', username: 'jtorrance', name: 'jtorrance', team_id: 'T9TK3CUKW' };
const press = {
  type: 'block_actions',
  team: { id: 'T9TK3CUKW', domain: 'example' },
  user,
  container: { type: 'message', message_ts: '1548261231.000200', channel_id: 'CBR2V3XEX', is_ephemeral: false },
  trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
  channel: { id: 'CBR2V3XEX', name: 'review-updates' },
  message: { bot_id: 'BAH5CA16Z', type: 'message', text: 'x', user: 'UAJ2RU415', ts: '1548261231.000200' },
  state: { values: {} },
  response_url: 'https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209',
  actions: [
    {
      action_id: 'take',
      block_id: '=qXel',
      text: { type: 'plain_text', text: 'View', emoji: true },
      value: 'inc_1',
      style: 'primary',
      type: 'button',
      action_ts: '1548426417.840180',
    },
  ],
};
const view = {
  id: 'V123',
  type: 'modal',
  callback_id: 'update',
  private_metadata: '{"incidentId":"inc_1"}',
  state: {
    values: {
      message: { message: { type: 'plain_text_input', value: 'test' } },
      whom: { whom: { type: 'multi_static_select', selected_options: [{ value: 'a' }, { value: 'b' }] } },
      owner: {
        owner: { type: 'static_select', selected_option: { text: { type: 'plain_text', text: 'x' }, value: 'c' } },
      },
      due: { due: { type: 'datepicker', selected_date: '2026-12-01' } },
      empty: { empty: { type: 'plain_text_input', value: null } },
    },
  },
  hash: '1583638467.cd05659d',
};

describe('an interaction', () => {
  test('a press has who, where, what, and the same key each time that it is sent', () => {
    expect(read(press)).toMatchObject({
      kind: 'press',
      person: { user: 'UA8RXUSPL', teams: ['T9TK3CUKW'] },
      channel: 'CBR2V3XEX',
      action: 'take',
      value: 'inc_1',
      responseUrl: press.response_url,
      triggerId: press.trigger_id,
    });
    expect(read(press)?.key).toBe(read({ ...press, trigger_id: 'another', token: 'x' })?.key);
    const later = { ...press, actions: [{ ...press.actions[0], action_ts: '1548426418.000000' }] };
    expect(read(later)?.key).not.toBe(read(press)?.key);
  });

  test('two presses are two wherever they differ in who, where, what or when', () => {
    const [action] = press.actions;
    const different = [
      press,
      { ...press, user: { ...user, id: 'U2' } },
      { ...press, channel: { id: 'C2' } },
      { ...press, container: { ...press.container, message_ts: '1548261231.000201' } },
      { ...press, actions: [{ ...action, action_id: 'happens' }] },
      { ...press, actions: [{ ...action, value: 'inc_2' }] },
      { ...press, actions: [{ ...action, action_ts: '1548426417.840181' }] },
      { ...press, container: { type: 'view', view_id: 'V1' } },
      { ...press, container: { type: 'view', view_id: 'V2' } },
    ];
    expect(new Set(different.map((each) => read(each)?.key)).size).toBe(different.length);
  });

  test('a form that is sent again is one act, and one that says something else is another', () => {
    const submitted = (more: object = {}, by = user) =>
      read({ type: 'view_submission', team: { id: 'T1' }, user: by, view: { ...view, ...more } })?.key;
    const said = { values: { message: { message: { type: 'plain_text_input', value: 'other' } } } };
    expect(submitted({ hash: 'another' })).toBe(submitted());
    const keys = [
      submitted(),
      submitted({ id: 'V124' }),
      submitted({ state: said }),
      submitted({}, { ...user, id: 'U2' }),
    ];
    expect(new Set(keys).size).toBe(4);
  });

  test('a press of somebody from another workspace names both', () => {
    const foreign = read({ ...press, user: { ...user, team_id: 'T2' } });
    expect(foreign?.person.teams).toEqual(['T2', 'T9TK3CUKW']);
  });

  test('a submission has what was chosen and written', () => {
    const submitted = read({ type: 'view_submission', team: { id: 'T123' }, user, view, response_urls: [] });
    expect(submitted).toMatchObject({
      kind: 'submission',
      callback: 'update',
      metadata: '{"incidentId":"inc_1"}',
      values: {
        message: { message: { value: 'test' } },
        whom: { whom: { selected_options: [{ value: 'a' }, { value: 'b' }] } },
      },
    });
  });

  test('shortcuts, of a message with its text', () => {
    const shortcut = { type: 'shortcut', team: { id: 'T1' }, user, callback_id: 'report', trigger_id: '1.2.3' };
    expect(read(shortcut)).toMatchObject({ kind: 'shortcut', text: '', triggerId: '1.2.3' });
    const of = { ...shortcut, type: 'message_action', channel: { id: 'C1' }, message: { text: 'hello' } };
    expect(read(of)).toMatchObject({ kind: 'shortcut', text: 'hello', channel: 'C1' });
  });

  test('a shortcut that is sent again is one act, and one that is used again another', () => {
    const used = (triggerId: string, callback = 'report', by = user) =>
      read({ type: 'shortcut', team: { id: 'T1' }, user: by, callback_id: callback, trigger_id: triggerId })?.key;
    expect(used('1.2.3')).toBe(used('1.2.3'));
    const keys = [used('1.2.3'), used('1.2.4'), used('1.2.3', 'other'), used('1.2.3', 'report', { ...user, id: 'U2' })];
    expect(new Set(keys).size).toBe(4);
  });

  test.each([
    ['a closed form', { type: 'view_closed', user, view }],
    ['no user', { ...press, user: undefined }],
    ['no actions', { ...press, actions: [] }],
    ['nothing', null],
    ['a prototype', JSON.parse('{"__proto__":{"type":"block_actions"}}')],
  ])('%s is no act', (_, payload) => {
    expect(read(payload)).toBeUndefined();
  });

  test('a payload that is no JSON, and none at all, are no act', () => {
    for (const body of ['payload=%7B', '', 'payload='])
      expect(readAct('interactions', Buffer.from(body))).toBeUndefined();
  });
});

test('a command has its text, and where it is answered', () => {
  const form =
    'token=x&team_id=T0001&team_domain=example&channel_id=C2147483705&channel_name=test&user_id=U2147483697&user_name=Steve&command=/metronome&text=+M-7K2QXB&response_url=https://hooks.slack.com/commands/1234/5678&trigger_id=13345224609.738474920.8088930838d88f008e0&api_app_id=A123456';
  expect(readAct('commands', Buffer.from(form))).toMatchObject({
    kind: 'command',
    person: { user: 'U2147483697', teams: ['T0001'] },
    text: 'M-7K2QXB',
    channel: 'C2147483705',
    responseUrl: 'https://hooks.slack.com/commands/1234/5678',
  });
  expect(readAct('commands', Buffer.from('text=x'))).toBeUndefined();
});

test('of a command 500 characters are read, and of a message 3,000', () => {
  const form = `user_id=U1&text=${'x'.repeat(501)}`;
  expect(readAct('commands', Buffer.from(form))).toMatchObject({ text: 'x'.repeat(500) });
  const message = { type: 'message_action', user, callback_id: 'report', message: { text: 'x'.repeat(3_001) } };
  expect(read(message)).toMatchObject({ text: 'x'.repeat(3_000) });
});

test('a command that is sent again is one act, and one that is typed again another', () => {
  const keyOf = (form: string) => readAct('commands', Buffer.from(form))?.key;
  const typed = (user: string, trigger: string) => keyOf(`user_id=${user}&team_id=T1&text=x&trigger_id=${trigger}`);
  expect(typed('U1', '1')).toBe(typed('U1', '1'));
  expect(new Set([typed('U1', '1'), typed('U1', '2'), typed('U2', '1')]).size).toBe(3);
  // Without a trigger the whole of what was sent tells.
  expect(keyOf('user_id=U1&text=x')).not.toBe(keyOf('user_id=U1&text=y'));
});

test.each([
  ['', 'report'],
  ['report', 'report'],
  ['報告', 'report'],
  ['mine', 'mine'],
  ['自分', 'mine'],
  ['help', 'help'],
  ['M-7K2QXB', 'find'],
  ['注文 通らない', 'find'],
])('/metronome %s: %s', (text, kind) => {
  expect(commandIn(text).kind).toBe(kind);
});
