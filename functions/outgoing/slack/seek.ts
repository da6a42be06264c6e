/** Looks for a message of ours after an answer that was lost: by the metadata that every one of them carries. */
import type { ConversationsHistoryResponse, WebClient } from '@slack/web-api';
import { askSlack } from './client.ts';

/** What a message is: an incident's card, or a notice by itself or in a card's thread. */
export interface Mark {
  event_type: 'metronome_card' | 'metronome_notice';
  /** `to`: which of the channels of `NOTIFY_CHANNELS`, since two of them may lead to one of Slack's. */
  event_payload: { id: string; to: string };
}

interface Place {
  channel: string;
  /** The card in whose thread to search. */
  threadTs?: string | undefined;
  /** It was not posted before this. */
  since: Date;
}

/** Clocks differ: Slack dates a message a little before we asked for it. */
const clockErrorMs = 5 * 60_000;
const mostPages = 20;

/** @returns its ts, or undefined if it is not there. @throws SlackFailure if Slack does not say */
export async function seek(mark: Mark, place: Place): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const read = await askSlack((client) => readPage(client, place, cursor));
    const found = read.messages?.find(({ metadata }) => isMarkedBy(mark, metadata));
    if (found?.ts) return found.ts;
    cursor = read.response_metadata?.next_cursor || undefined;
    if (!cursor) return undefined;
  }
  return undefined;
}

type Metadata = NonNullable<ConversationsHistoryResponse['messages']>[number]['metadata'];

function isMarkedBy({ event_type, event_payload }: Mark, metadata: Metadata): boolean {
  const { id, to } = (metadata?.event_payload ?? {}) as { id?: unknown; to?: unknown };
  return metadata?.event_type === event_type && id === event_payload.id && to === event_payload.to;
}

async function readPage(client: WebClient, { channel, threadTs, since }: Place, cursor?: string) {
  const asked = {
    channel,
    include_all_metadata: true,
    limit: 200,
    oldest: String((since.getTime() - clockErrorMs) / 1_000),
    ...(cursor ? { cursor } : {}),
  };
  return threadTs ? client.conversations.replies({ ...asked, ts: threadTs }) : client.conversations.history(asked);
}
