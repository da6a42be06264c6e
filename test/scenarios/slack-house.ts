/** A house whose responders live in Slack: what the channel shows, and people who press, type and fill forms in. */
import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { openScenario, type Reply, type Scenario } from './house.ts';

export const signingSecret = 'slack-secret';
export const channel = 'C0NIGHT';

export interface Shown {
  channel: string;
  ts: string;
  threadTs: string | null;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
  blocks: any[];
  isBroadcast: boolean;
}

export interface SlackScenario extends Scenario {
  messages(): Promise<Shown[]>;
  /** The cards of the channel: what answers nothing. */
  cards(): Promise<Shown[]>;
  /** What one person alone was told, oldest first. */
  told(user: string): Promise<string[]>;
  /** Presses a button of the incident's card as Slack posts it, by what the card says at this time or a card of before. */
  press(user: string, action: string, card?: Shown, more?: Record<string, unknown>): Promise<Reply>;
  command(user: string, text: string, more?: Record<string, string>): Promise<Reply>;
  /** The modal that was opened last. */
  // biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
  modal(): Promise<any>;
  /** Submits it as it is, but for these fields. */
  submit(user: string, values?: Record<string, Record<string, unknown>>): Promise<Reply>;
  /** Waits until what was pressed has been worked on: the clock moves by a second. */
  settle(): Promise<void>;
}

export async function openSlackScenario(
  at: string,
  environment: Record<string, string> = {},
  channels: object[] = [{ kind: 'slack-app', channel, for: { drill: 'also' } }],
): Promise<SlackScenario> {
  const scenario = await openScenario(at, {
    environment: { SLACK_SIGNING_SECRET: signingSecret, NOTIFY_CHANNELS: JSON.stringify(channels), ...environment },
  });
  const base = '/_local/tools/slack';
  let acts = 0;
  const post = async (door: string, form: Record<string, string>): Promise<Reply> => {
    const body = new URLSearchParams(form).toString();
    const now = Date.parse((await scenario.get('/_local/clock')).body.now);
    return scenario.post(`/slack/${door}`, body, signed(body, Math.floor(now / 1_000)));
  };
  const interaction = (user: string, more: Record<string, unknown>): Promise<Reply> => {
    acts += 1;
    const payload = {
      team: { id: 'T1', domain: 'metronome-local' },
      user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: 'T1' },
      api_app_id: 'A1',
      token: 'legacy',
      trigger_id: `${acts}.1.abc${acts}`,
      ...more,
    };
    return post('interactions', { payload: JSON.stringify(payload) });
  };
  const responseUrl = (user: string): string => `${scenario.url}${base}/responses/${channel}/${user}/${acts}`;
  const messages = async (): Promise<Shown[]> => (await scenario.get(`${base}/messages`)).body.messages;
  const cards = async (): Promise<Shown[]> => (await messages()).filter((each) => each.threadTs === null);
  const slack: SlackScenario = {
    ...scenario,
    messages,
    cards,
    async told(user) {
      const { whispers } = (await scenario.get(`${base}/whispers`)).body;
      return whispers
        .filter((each: { user: string }) => each.user === user)
        .map((each: { text: string; blocks?: unknown }) => each.text + JSON.stringify(each.blocks ?? ''));
    },
    async press(user, action, card, more = {}) {
      const shown = card ?? (await cards()).at(-1);
      const pressed = pressableOn(shown).flatMap((each) => pressIn(each, action))[0];
      expect(pressed, `the card has a button ${action}`).toBeDefined();
      acts += 1;
      return interaction(user, {
        type: 'block_actions',
        container: { type: 'message', message_ts: shown?.ts, channel_id: channel, is_ephemeral: false },
        channel: { id: channel, name: 'night' },
        message: { type: 'message', ts: shown?.ts, text: shown?.text },
        response_url: responseUrl(user),
        actions: [{ ...pressed, action_ts: `1764000000.${String(acts).padStart(6, '0')}` }],
        ...more,
      });
    },
    command(user, text, more = {}) {
      acts += 1;
      return post('commands', {
        token: 'legacy',
        team_id: 'T1',
        channel_id: channel,
        user_id: user,
        command: '/metronome',
        text,
        response_url: responseUrl(user),
        trigger_id: `${acts}.1.abc${acts}`,
        ...more,
      });
    },
    modal: async () => (await scenario.get(`${base}/views`)).body.views.at(-1),
    async submit(user, changed = {}) {
      const opened = await slack.modal();
      const values = { ...untouched(opened.view.blocks), ...changed };
      return interaction(user, {
        type: 'view_submission',
        view: { ...opened.view, id: opened.id, hash: opened.hash, state: { values } },
        response_urls: [],
      });
    },
    settle: () => scenario.advance('PT2S'),
  };
  return slack;
}

/** A button by its name, or the option of a menu that has it. */
// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
function pressIn({ options = [], ...element }: any, action: string): object[] {
  if (element.action_id === action) return [element];
  const chosen = options.find(({ value }: { value: string }) => value.split(' ')[0] === action);
  return chosen && element.type === 'overflow' ? [{ ...element, selected_option: chosen }] : [];
}

export function signed(body: string, seconds: number, secret = signingSecret): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(seconds),
    'x-slack-signature': `v0=${signature}`,
  };
}

/** A card, or the one line that is left of one that was merged. */
export const isCard = ({ blocks: [first] }: Shown): boolean =>
  first?.type === 'header' || first?.accessory !== undefined;

/** The buttons and the menus of a card. */
export const pressableOn = (card: Shown | undefined): Shown['blocks'] =>
  card?.blocks.flatMap(({ elements = [], accessory }) => [...elements, ...(accessory ? [accessory] : [])]) ?? [];

/** All that a card says, as text. */
export const saidOn = (card: Shown | undefined): string => JSON.stringify(card?.blocks ?? '');

/** The fields of a form as Slack submits them, where nobody has changed anything. */
function untouched(blocks: Shown['blocks']): Record<string, Record<string, unknown>> {
  const fields = blocks.filter(({ type }) => type === 'input');
  return Object.fromEntries(
    fields.map(({ block_id: id, element }) => {
      const {
        type,
        initial_value: value = null,
        initial_option: option = null,
        initial_options: options = [],
      } = element;
      return [id, { [id]: { type, value, selected_option: option, selected_options: options } }];
    }),
  );
}
