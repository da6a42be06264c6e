/** Slack's limits of messages and modals, as its Web API refuses them: what is too long, too many, unknown or missing. */
import * as z from 'zod';

const text = (types: readonly ('plain_text' | 'mrkdwn')[], most: number) =>
  z.strictObject({
    type: z.enum(types as ['plain_text', 'mrkdwn']),
    text: z.string().min(1).max(most),
    emoji: z.boolean().optional(),
    verbatim: z.boolean().optional(),
  });
const plain = (most: number) => text(['plain_text'], most);
const either = (most: number) => text(['plain_text', 'mrkdwn'], most);

const id = z.string().min(1).max(255).optional();
const confirm = z.strictObject({
  title: plain(100),
  text: either(300),
  confirm: plain(30),
  deny: plain(30),
  style: z.enum(['primary', 'danger']).optional(),
});

const button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  action_id: id,
  url: z.url().max(3_000).optional(),
  value: z.string().max(2_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
});

const option = z.strictObject({
  text: either(75),
  value: z.string().min(1).max(150),
  description: plain(75).optional(),
});
const options = (most: number) => z.array(option).min(1).max(most);

const textInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: id,
  multiline: z.boolean().optional(),
  initial_value: z.string().max(3_000).optional(),
  min_length: z.number().int().min(0).max(3_000).optional(),
  max_length: z.number().int().min(1).max(3_000).optional(),
  placeholder: plain(150).optional(),
  focus_on_load: z.boolean().optional(),
});
const choice = { action_id: id, confirm: confirm.optional(), focus_on_load: z.boolean().optional() };
const staticSelect = z.strictObject({
  type: z.literal('static_select'),
  ...choice,
  placeholder: plain(150).optional(),
  options: options(100),
  initial_option: option.optional(),
});
const multiSelect = z.strictObject({
  type: z.literal('multi_static_select'),
  ...choice,
  placeholder: plain(150).optional(),
  options: options(100),
  initial_options: z.array(option).min(1).optional(),
  max_selected_items: z.number().int().min(1).optional(),
});
const radios = z.strictObject({
  type: z.literal('radio_buttons'),
  ...choice,
  options: options(10),
  initial_option: option.optional(),
});
const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  ...choice,
  options: options(10),
  initial_options: z.array(option).min(1).optional(),
});

/** Up to five options, in a section or a row of actions (docs.slack.dev, “Overflow menu element”). */
const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: id,
  options: options(5),
  confirm: confirm.optional(),
});
/** The members to pick from (docs.slack.dev, “Select menu element”, “Select menu of public users”). */
const usersSelect = z.strictObject({
  type: z.literal('users_select'),
  ...choice,
  placeholder: plain(150).optional(),
  initial_user: z.string().optional(),
});

const blocks = {
  header: z.strictObject({ type: z.literal('header'), block_id: id, text: plain(150) }),
  divider: z.strictObject({ type: z.literal('divider'), block_id: id }),
  section: z
    .strictObject({
      type: z.literal('section'),
      block_id: id,
      text: either(3_000).optional(),
      fields: z.array(either(2_000)).min(1).max(10).optional(),
      accessory: z.discriminatedUnion('type', [button, staticSelect, overflow]).optional(),
      expand: z.boolean().optional(),
    })
    .refine((each) => each.text !== undefined || each.fields !== undefined, 'missing required field: text'),
  context: z.strictObject({
    type: z.literal('context'),
    block_id: id,
    elements: z.array(either(2_000)).min(1).max(10),
  }),
  actions: z.strictObject({
    type: z.literal('actions'),
    block_id: id,
    elements: z
      .array(z.discriminatedUnion('type', [button, staticSelect, radios, checkboxes, overflow]))
      .min(1)
      .max(25),
  }),
  input: z.strictObject({
    type: z.literal('input'),
    block_id: id,
    label: plain(2_000),
    element: z.discriminatedUnion('type', [textInput, staticSelect, multiSelect, radios, checkboxes, usersSelect]),
    hint: plain(2_000).optional(),
    optional: z.boolean().optional(),
    dispatch_action: z.boolean().optional(),
  }),
};
const { header, divider, section, context, actions, input } = blocks;

const messageBlocks = z.array(z.discriminatedUnion('type', [header, divider, section, context, actions])).max(50);
const modalBlocks = z.array(z.discriminatedUnion('type', [header, divider, section, context, actions, input])).max(100);

const view = z.strictObject({
  type: z.literal('modal'),
  title: plain(24),
  blocks: modalBlocks,
  submit: plain(24).optional(),
  close: plain(24).optional(),
  callback_id: z.string().max(255).optional(),
  private_metadata: z.string().max(3_000).optional(),
  external_id: z.string().max(255).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
});

export type Block = z.infer<typeof modalBlocks>[number];
export type View = z.infer<typeof view>;

/** All the blocks of a message together, in characters. */
const mostOfAllBlocks = 13_200;

/** @returns Slack's answer to a message’s blocks that it does not take; undefined if it takes them */
export function refuseBlocks(value: unknown): { error: string; errors?: string[] } | undefined {
  const read = messageBlocks.safeParse(value);
  if (!read.success) return { error: 'invalid_blocks', errors: complaints(read.error, '/blocks') };
  const twice = repeatedIds(read.data);
  if (twice) return { error: 'invalid_blocks', errors: [twice] };
  return JSON.stringify(read.data).length > mostOfAllBlocks ? { error: 'msg_blocks_too_long' } : undefined;
}

/** @returns the view, or Slack's answer to one that it does not take */
export function readView(value: unknown): View | { error: string; response_metadata?: { messages: string[] } } {
  const size = Buffer.byteLength(JSON.stringify(value ?? null));
  if (size > 250_000) return { error: 'view_too_large' };
  const refuse = (messages: string[]) => ({
    error: 'invalid_arguments',
    response_metadata: { messages: messages.map((each) => `[ERROR] ${each}`) },
  });
  const read = view.safeParse(value);
  if (!read.success) return refuse(complaints(read.error, '/view'));
  const twice = repeatedIds(read.data.blocks);
  if (twice) return refuse([twice]);
  const asks = read.data.blocks.some((each) => each.type === 'input');
  if (asks && !read.data.submit) return refuse(['missing required field: submit [json-pointer:/view]']);
  return read.data;
}

function complaints(error: z.ZodError, at: string): string[] {
  return error.issues.map((issue) => {
    const said =
      issue.code === 'too_big' && issue.origin === 'string'
        ? `must be less than ${Number(issue.maximum) + 1} characters`
        : issue.code === 'too_big'
          ? `no more than ${issue.maximum} items allowed`
          : issue.code === 'unrecognized_keys'
            ? `additional property "${issue.keys[0]}" is not allowed`
            : issue.message;
    return `${said} [json-pointer:${[at, ...issue.path.map(String)].join('/')}]`;
  });
}

function repeatedIds(all: readonly { block_id?: string | undefined }[]): string | undefined {
  const ids = all.flatMap((each) => each.block_id ?? []);
  const twice = ids.find((each, index) => ids.indexOf(each) !== index);
  return twice === undefined ? undefined : `"block_id": "${twice}" already exists`;
}
