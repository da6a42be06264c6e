/** `/_local/tools/…`: the ticket tools' own addresses, and what a person or a test looks at. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../local/front.ts';
import type { Tools } from './service.ts';
import { type ToolName, toolNames } from './tool.ts';
import { decodedPart } from './values.ts';
import { stubHeader } from './webhooks.ts';

const isTool = (name: string | undefined): name is ToolName => toolNames.some((each) => each === name);

/** The address that replaces the tool's own, `https://acme.zendesk.com` and the like. */
export const siteOf = (house: string, tool: ToolName): string => `${house}/_local/tools/${tool}/site`;

/** @returns whether the request was for a ticket tool */
export async function answerTools(tools: Tools, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const [, tool, what, rest = ''] = /^\/_local\/tools\/([a-z]+)\/(site|tickets)(\/.*)?$/.exec(request.url ?? '') ?? [];
  if (!isTool(tool)) return false;
  if (what === 'site') {
    await tools.answer(tool, rest, request, response);
    return true;
  }
  if (request.method !== 'GET') return false;
  const id = decodedPart(rest.slice(1));
  const ticket = id === undefined ? undefined : tools.ticket(tool, id);
  if (ticket) sendJson(response, 200, ticket);
  else {
    const detail = `The stub of ${tool} knows no ticket ${id ?? rest}. It knows those of which a webhook came in at /tickets/${tool}.`;
    sendJson(response, 404, { title: 'Not found', status: 404, detail });
  }
  return true;
}

/** The most that is listened to; a tool's webhook is smaller. */
const longestHeardBytes = 1024 * 1024;

/** Hears what is posted to the doors of the tools, and tells the stubs of what a door has taken. */
export function overhear(tools: Tools, request: IncomingMessage, response: ServerResponse): void {
  const tool = /^\/tickets\/([a-z]+)/.exec(request.url ?? '')?.[1];
  if (request.method !== 'POST' || !isTool(tool) || request.headers[stubHeader] !== undefined) return;
  const chunks: Buffer[] = [];
  let size = 0;
  // The door reads the stream when it likes, and how fast it likes: this only sees what is put into it.
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding): boolean => {
    if (Buffer.isBuffer(chunk)) {
      size += chunk.length;
      if (size <= longestHeardBytes) chunks.push(chunk);
    }
    return push(chunk, encoding);
  };
  // Before the answer is out: who has it may rely on the tool knowing the ticket.
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse;
  response.writeHead = ((...given: unknown[]) => {
    const status = Number(given[0]);
    if (status >= 200 && status < 300 && size <= longestHeardBytes) tools.learn(tool, Buffer.concat(chunks));
    return writeHead(...given);
  }) as ServerResponse['writeHead'];
}
