/** What Slack posts to the app's doors of what somebody does, signed as Slack signs. */
import { createHmac } from 'node:crypto';
import type { Call, SlackModal, SlackView } from '../stage.ts';
import { secrets } from './secrets.ts';

const channel = 'C1';
const team = 'T1';

interface Acting {
  user: string;
  slack: SlackView;
  /** Epoch milliseconds. */
  at: number;
}

/** @param again how often Slack has sent it before */
export function slackCall(door: 'interactions' | 'commands', body: string, now: number, again = 0): Call {
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac('sha256', secrets.SLACK_SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    kind: 'http',
    method: 'POST',
    path: `/slack/${door}`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...(again > 0 ? { 'x-slack-retry-num': String(again), 'x-slack-retry-reason': 'http_timeout' } : {}),
    },
    body,
  };
}

const payloadOf = ({ user, slack }: Acting, more: Record<string, unknown>): string =>
  new URLSearchParams({
    payload: JSON.stringify({
      team: { id: team, domain: 'simulated' },
      user: { id: user, username: user.toLowerCase(), team_id: team },
      api_app_id: 'A1',
      trigger_id: slack.trigger(user),
      ...more,
    }),
  }).toString();

/** @param ts of the message whose button is pressed, which may say something else by now */
export function pressBody(by: Acting, ts: string, action: string, incidentId: string): string {
  return payloadOf(by, {
    type: 'block_actions',
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    channel: { id: channel, name: 'incidents' },
    response_url: by.slack.answersAt(by.user),
    state: { values: {} },
    actions: [{ type: 'button', action_id: action, value: incidentId, action_ts: (by.at / 1_000).toFixed(6) }],
  });
}

export function submissionBody(by: Acting, { id, view }: SlackModal, values: Record<string, object>): string {
  const { callback_id, private_metadata, external_id } = view;
  const state = {
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { [name]: value }])),
  };
  const shown = { id, type: 'modal', callback_id, private_metadata, external_id, state };
  return payloadOf(by, { type: 'view_submission', view: shown, response_urls: [] });
}

export function commandBody({ user, slack }: Acting, text: string): string {
  return new URLSearchParams({
    team_id: team,
    channel_id: channel,
    user_id: user,
    user_name: user.toLowerCase(),
    command: '/metronome',
    text,
    api_app_id: 'A1',
    response_url: slack.answersAt(user),
    trigger_id: slack.trigger(user),
  }).toString();
}
