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

  test.each<[chosen: unknown, action: string, value: string]>([
    ['undo inc_1', 'undo', 'inc_1'],
    ['take-back inc_1 00000007 00000008', 'take-back', 'inc_1 00000007 00000008'],
    ['inc_1', 'more', 'inc_0'],
    ['', 'more', 'inc_0'],
    [' undo inc_1', 'more', 'inc_0'],
    ['note a\nb', 'note', 'a\nb'],
  ])('what is chosen in a menu, %j, is a press of %s', (chosen, action, value) => {
    const menu = { type: 'overflow', action_id: 'more', value: 'inc_0', selected_option: { value: chosen } };
    expect(read({ ...press, actions: [menu] })).toMatchObject({ kind: 'press', action, value });
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

  const key = expect.stringMatching(/^act_/);
  const person = { user: 'U1', teams: [] };
  const by = { user: { id: 'U1' } };
  test.each([
    [
      'a press',
      { ...by, type: 'block_actions', actions: [{ action_id: 'take' }] },
      { kind: 'press', person, key, action: 'take', value: '' },
    ],
    [
      'a press, with null for the rest',
      {
        type: 'block_actions',
        user: { id: 'U1', team_id: null },
        team: null,
        trigger_id: null,
        response_url: null,
        channel: null,
        container: null,
        actions: [{ action_id: 'take', value: null, action_ts: null }],
      },
      { kind: 'press', person, key, action: 'take', value: '' },
    ],
    [
      'a press in a place without a name, of a workspace without one',
      {
        type: 'block_actions',
        user: { id: 'U1', team_id: '' },
        team: { id: '' },
        trigger_id: '',
        response_url: '',
        channel: { id: '' },
        container: {},
        actions: [{ action_id: 'take', value: '' }],
      },
      { kind: 'press', person, key, action: 'take', value: '' },
    ],
    [
      'a form',
      { ...by, type: 'view_submission', view: { id: 'V1', callback_id: 'update', state: { values: {} } } },
      { kind: 'submission', person, key, callback: 'update', metadata: '', values: {} },
    ],
    ['a shortcut', { ...by, type: 'shortcut', callback_id: 'r' }, { kind: 'shortcut', person, key, text: '' }],
    [
      'a shortcut of no message',
      { ...by, type: 'message_action', callback_id: 'r' },
      { kind: 'shortcut', person, key, text: '' },
    ],
    [
      'a shortcut of a message without text',
      { ...by, type: 'message_action', callback_id: 'r', message: { text: null } },
      { kind: 'shortcut', person, key, text: '' },
    ],
  ])('%s that says no more than it must says nothing else', (_, payload, expected) => {
    expect(read(payload)).toEqual(expected);
  });

  const [pressed] = press.actions;
  const form = { type: 'view_submission', user, view };
  const inField = (field: object) => ({ ...form, view: { ...view, state: { values: { a: { a: field } } } } });
  const shortcut = { type: 'message_action', user, callback_id: 'report', message: { text: 'x' } };
  test.each<[string, object]>([
    ['a user without a name', { ...press, user: { id: '' } }],
    ['a user by number', { ...press, user: { id: 7 } }],
    ['a workspace by number', { ...press, user: { ...user, team_id: 7 } }],
    ['another workspace by number', { ...press, team: { id: 7 } }],
    ['a channel by number', { ...press, channel: { id: 7 } }],
    ['a trigger by number', { ...press, trigger_id: 7 }],
    ['an answer to a number', { ...press, response_url: 7 }],
    ['a message by number', { ...press, container: { message_ts: 7 } }],
    ['a message in a channel by number', { ...press, container: { channel_id: 7 } }],
    ['a view by number', { ...press, container: { view_id: 7 } }],
    ['a press of nothing', { ...press, actions: [{ ...pressed, action_id: undefined }] }],
    ['a press that means a number', { ...press, actions: [{ ...pressed, value: 7 }] }],
    ['a press at a number', { ...press, actions: [{ ...pressed, action_ts: 7 }] }],
    ['a form without a view', { ...form, view: undefined }],
    ['a form without an id', { ...form, view: { ...view, id: undefined } }],
    ['a form for nothing', { ...form, view: { ...view, callback_id: undefined } }],
    ['a form about a number', { ...form, view: { ...view, private_metadata: 7 } }],
    ['a form without fields', { ...form, view: { ...view, state: {} } }],
    ['a field with a number', inField({ value: 7 })],
    ['a field with a choice of nothing', inField({ selected_option: {} })],
    ['a member with too long an id', inField({ selected_user: 'U'.repeat(101) })],
    ['a choice of nothing in a menu', { ...press, actions: [{ ...pressed, selected_option: {} }] }],
    ['a field with choices of nothing', inField({ selected_options: [{}] })],
    ['a shortcut for nothing', { ...shortcut, type: 'shortcut', callback_id: undefined }],
    ['a shortcut of a message for nothing', { ...shortcut, callback_id: undefined }],
    ['a message whose text is a number', { ...shortcut, message: { text: 7 } }],
  ])('%s is not of the form that Slack sends, and no act', (_, payload) => {
    expect(read(payload)).toBeUndefined();
  });

  test('a submission has what was chosen and written', () => {
    expect(read(inField({ type: 'users_select', selected_user: 'U2' }))).toMatchObject({
      values: { a: { a: { selected_user: 'U2' } } },
    });
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
    triggerId: '13345224609.738474920.8088930838d88f008e0',
  });
  expect(readAct('commands', Buffer.from('user_id=U1'))).toEqual({
    kind: 'command',
    person: { user: 'U1', teams: [] },
    key: expect.stringMatching(/^act_/),
    text: '',
  });
});

test.each([
  ['somebody by a hundred characters', `user_id=${'U'.repeat(100)}`, 'command'],
  ['somebody by more', `user_id=${'U'.repeat(101)}`, undefined],
  ['somebody without a name', 'user_id=&text=x', undefined],
  ['nobody', 'text=x', undefined],
])('whether a command is an act, of %s', (_, form, kind) => {
  expect(readAct('commands', Buffer.from(form))?.kind).toBe(kind);
});

// What was sent while one release ran may be sent again to the next.
test.each<[string, string | object, string]>([
  ['a press', press, 'act_b08281ade42d3dab4aaa8f45'],
  [
    'a press that says nothing of itself',
    { type: 'block_actions', user, actions: [{ action_id: 'a' }] },
    'act_886c5cbc3027cf2ebffbc55a',
  ],
  ['a form', { type: 'view_submission', user, view }, 'act_090d50394a344f16dc62fbaa'],
  [
    'a shortcut',
    { type: 'shortcut', user, callback_id: 'report', trigger_id: '1.2.3' },
    'act_db9110e839e33ec9f101f500',
  ],
  ['a shortcut without a trigger', { type: 'shortcut', user, callback_id: 'report' }, 'act_7a2382dc36f0df38a2ae8719'],
  ['a command', 'user_id=U1&text=x&trigger_id=1', 'act_3a17974e2906d1669cb936b5'],
  ['a command without a trigger', 'user_id=U1&text=x', 'act_8a1c5fb7943043edba06ea0e'],
])('%s has the same key in every release', (_, sent, key) => {
  const act = typeof sent === 'string' ? readAct('commands', Buffer.from(sent)) : read(sent);
  expect(act?.key).toBe(key);
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
