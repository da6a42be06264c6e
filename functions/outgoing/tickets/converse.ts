/** Holds a conversation with a ticket tool: one request after the other, and few with one that does not answer. */
import type { TicketToolName } from '../../incidents/outbox/sending.ts';
import { call, NoAnswer, type Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { defined } from '../../platform/defined.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { collections, firestore } from '../../platform/firestore.ts';
import { traceHeaders } from '../../platform/log.ts';
import { jsonIn } from '../../platform/loose.ts';
import { askWithToken } from './access-token.ts';
import { connectionOf, type ToolConnection } from './connection.ts';
import type { Conversation, ToolAnswer, ToolRequest } from './ticket-tool.ts';

/**
 * After this nothing more is asked: a ticket of thousands of comments is read only so far. Two conversations are held under a
 * lease of three minutes: one look for a comment, and one comment sent.
 */
const longestConversationMs = 90_000;
const tooLong: ToolAnswer = { status: undefined, wasSent: false, why: 'It took too long to answer everything.' };

export async function converse<Outcome>(
  conversation: Conversation<Outcome>,
  connection: ToolConnection,
  way: Way,
  longestMs = longestConversationMs,
): Promise<Outcome> {
  const endsAt = performance.now() + longestMs;
  let step = conversation.next();
  while (!step.done) {
    const isTime = performance.now() < endsAt;
    step = conversation.next(isTime ? await ask(step.value, connection, way) : tooLong);
  }
  return step.value;
}

function ask(request: ToolRequest, connection: ToolConnection, way: Way): Promise<ToolAnswer> {
  const { address, credentials, headers } = connection;
  const askOnce = async (asked: ToolRequest, authorization?: string): Promise<ToolAnswer> => {
    const proof = { ...headers, ...defined({ authorization }) };
    const answer = await exchange(asked, { ...connection, headers: proof }, way);
    const isAnswered = answer.status !== undefined;
    // What never left has kept nobody waiting.
    if (isAnswered || answer.wasSent) heard(connection.tool.tool, isAnswered, now().getTime());
    return answer;
  };
  if (!credentials) return askOnce(request);
  return askWithToken(request, { address, credentials, exchange: askOnce });
}

async function exchange(request: ToolRequest, { address, headers }: ToolConnection, way: Way): Promise<ToolAnswer> {
  const url = address + request.path;
  if (!URL.canParse(url)) return { status: undefined, wasSent: false, why: 'The tool’s address is none.' };
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const own = defined({
    accept: 'application/json',
    'user-agent': 'Metronome',
    'content-type': body && 'application/json; charset=utf-8',
    ...traceHeaders(),
    ...headers,
  });
  try {
    const answer = await call(url, { method: request.method, headers: own, body, ...way });
    // A status has come; where the rest does not, that is all that is known.
    return { ...answer, body: answer.body instanceof NoAnswer ? undefined : jsonIn(answer.body) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { status: undefined, wasSent: !error.isUnreached, why: error.message };
  }
}

/**
 * A tool that leaves a question without an answer is asked only now and then until it answers again: each question keeps a
 * place in the one function that sends for as long as it is waited for, and the other tools' updates need places as well.
 * A restart forgets it.
 */
const askEveryMs = 10_000;

/** Of each silent tool: when it may be asked next, epoch milliseconds. */
const nextAskAt = new PerEnvironment(() => new Map<string, number>());

/** Whether a tool may be asked something; a silent one may by the first who comes once its time has come. */
export function mayAsk(tool: string, now: number): boolean {
  const at = nextAskAt.get().get(tool);
  if (at === undefined) return true;
  // A clock that was set back is no reason to wait for it.
  if (now < at && at - now <= askEveryMs) return false;
  nextAskAt.get().set(tool, now + askEveryMs);
  return true;
}

/** What has come of a question to it. */
export function heard(tool: string, isAnswered: boolean, now: number): void {
  if (isAnswered) nextAskAt.get().delete(tool);
  else nextAskAt.get().set(tool, now + askEveryMs);
}

export interface TriedConnection {
  at: Date;
  outcome: 'known' | 'refused' | 'unknown' | 'not-set';
  /** What the tool calls us, which variables are not set, or why the tool does not know us. */
  detail: string;
}

/** In `connections`, beside what is kept of the doors. */
export const connectionId = (tool: TicketToolName): string => `ticket-${tool}`;

/** Asks a ticket tool who we are to it, and keeps its answer for the connections page. The tokens stay with who sends. */
export async function tryConnection(tool: TicketToolName, way: Way): Promise<void> {
  const tried: TriedConnection = { at: now(), ...(await introduce(tool, way)) };
  await firestore().collection(collections.connections).doc(connectionId(tool)).set({ tried }, { merge: true });
}

async function introduce(tool: TicketToolName, way: Way): Promise<Omit<TriedConnection, 'at'>> {
  const connection = connectionOf(tool, readConfig());
  if ('missing' in connection) return { outcome: 'not-set', detail: connection.missing.join(', ') };
  const outcome = await converse(connection.tool.introduce(now().getTime()), connection, way);
  return { outcome: outcome.kind, detail: outcome.kind === 'known' ? outcome.as : outcome.why };
}
