/** `/_local/tools/{pagerduty|teams|smtp}/…`: where notices are posted to, and what a person or a test looks at. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../../local/front.ts';
import { shownMails } from './mail-server.ts';
import { pagerduty } from './pagerduty.ts';
import { openReceiver, type ReceiverOptions } from './receiver.ts';
import { teams } from './teams.ts';

const longestBodyBytes = 1024 * 1024;

/** The address of PagerDuty's events here. */
export const pagerDutySite = (house: string): string => `${house}/_local/tools/pagerduty/site/v2/enqueue`;

/** @returns what answers, and says whether the request was for one of them */
export function openReceivers(options: ReceiverOptions) {
  const open = new Map<string, { shows: string; opened: ReturnType<typeof openReceiver> }>([
    [pagerduty.name, { shows: pagerduty.shows, opened: openReceiver(pagerduty, options) }],
    [teams.name, { shows: teams.shows, opened: openReceiver(teams, options) }],
  ]);
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const [, name = '', what, rest = ''] =
      /^\/_local\/tools\/([a-z]+)\/([a-z]+)([/?].*)?$/.exec(request.url ?? '') ?? [];
    if (request.method === 'GET' && name === 'smtp' && what === 'messages') {
      sendJson(response, 200, shownMails(options.db));
      return true;
    }
    const receiver = open.get(name);
    if (!receiver) return false;
    if (request.method === 'GET' && what === receiver.shows) {
      sendJson(response, 200, receiver.opened.show());
      return true;
    }
    if (request.method !== 'POST' || what !== 'site') return false;
    const answer = await receiver.opened.take(rest.replace(/\?.*$/, ''), await readBytes(request));
    // Without an answer the caller waits until its own timeout.
    if (!answer || response.destroyed) return true;
    const { status, headers = {}, body } = answer;
    if (body === undefined || typeof body === 'string') response.writeHead(status, headers).end(body);
    else response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    return true;
  };
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= longestBodyBytes) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
