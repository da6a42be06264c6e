/** Answers the acting person only. */
import type { WebClient } from '@slack/web-api';
import { type Content, escapeMarks } from '../outgoing/slack/blocks.ts';
import { askSlack, refusalOf, SlackFailure, slackApi } from '../outgoing/slack/client.ts';
import { call, NoAnswer } from '../platform/call.ts';
import { isDeployed, readConfig } from '../platform/config.ts';
import { log } from '../platform/log.ts';
import { jsonIn, objectAt } from '../platform/loose.ts';
import { milliseconds, policy } from '../policy.ts';
import type { To } from './act.ts';

/** Slack's address for answers; no other address that a payload names is called. */
const answersHost = 'hooks.slack.com';

/** @throws SlackFailure if it may succeed later */
export async function answer(to: To, content: string | Content): Promise<void> {
  await reach(to, content);
}

/**
 * Answers people where they acted, or else by a message of the app.
 * @returns whether the answer reached them
 * @throws SlackFailure if it may succeed later
 */
export async function reach(to: To, content: string | Content): Promise<boolean> {
  const said = typeof content === 'string' ? { text: escapeMarks(content) } : content;
  if (to.responseUrl && mayAnswerAt(to.responseUrl) && (await respond(to.responseUrl, said))) return true;
  const { channel, user } = to;
  const byThemselves = { channel: user, ...said, unfurl_links: false, unfurl_media: false };
  const ways: ((client: WebClient) => Promise<unknown>)[] = [
    ...(channel ? [(client: WebClient) => client.chat.postEphemeral({ channel, user, ...said })] : []),
    (client) => client.chat.postMessage(byThemselves),
  ];
  let why = '';
  for (const way of ways) {
    try {
      await askSlack(way);
      return true;
    } catch (error) {
      if (!(error instanceof SlackFailure) || error.isTemporary) throw error;
      why = error.message;
    }
  }
  log('ERROR', `who pressed could not be answered: ${why}`);
  return false;
}

export function mayAnswerAt(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, protocol, hostname, port } = new URL(address);
  if (protocol === 'https:' && hostname === answersHost && port === '') return true;
  const { SLACK_API_URL: api } = readConfig();
  return api !== undefined && api !== slackApi && URL.canParse(api) && new URL(api).origin === origin;
}

/** Whether Slack took it; an address may be used up or too old. @throws SlackFailure if it may succeed later */
async function respond(address: string, said: { text: string }): Promise<boolean> {
  const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...said });
  const guard = { allowPrivate: !isDeployed(), timeoutMs: milliseconds(policy.outgoing.toolTimeout) };
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Metronome' };
  const { status, body: answered } = await call(address, { method: 'POST', headers, body, ...guard }).catch(noAnswer);
  if (answered instanceof NoAnswer) return noAnswer();
  if (status === 429 || status >= 500) {
    throw new SlackFailure(`http-${status}`, { isTemporary: true, mayBeDone: status !== 429 });
  }
  if (status < 200 || status >= 300) return false;
  // Slack answers `ok` or an error name, even with status 200.
  const { ok, error } = objectAt(jsonIn(answered));
  if (ok !== false || error === undefined) return true;
  const refusal = refusalOf(error);
  if (refusal.isTemporary) throw refusal;
  return false;
}

function noAnswer(): never {
  throw new SlackFailure('no-answer', { isTemporary: true, mayBeDone: true });
}
