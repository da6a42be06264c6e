/** A conversation with a ticket tool: one request after the other. */
import { call, NoAnswer, type Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { defined } from '../../platform/defined.ts';
import { traceHeaders } from '../../platform/log.ts';
import { jsonIn } from '../../platform/loose.ts';
import { askWithToken } from './access-token.ts';
import type { ToolConnection } from './connection.ts';
import { heard } from './silence.ts';
import type { Conversation, ToolAnswer, ToolRequest } from './ticket-tool.ts';

/** A look for a comment and the sending of one share a lease of three minutes: reading a long ticket stops here. */
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
    // A request that never left has not delayed anybody.
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
    // The status arrived; if the rest does not, only the status is known.
    return { ...answer, body: answer.body instanceof NoAnswer ? undefined : jsonIn(answer.body) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { status: undefined, wasSent: !error.isUnreached, why: error.message };
  }
}
