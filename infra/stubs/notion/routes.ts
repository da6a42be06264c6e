/** `/_local/tools/notion/…`: Notion's own address, the pages as a person or a test looks at them, and how often it was asked. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../../local/front.ts';
import type { Notion } from './service.ts';

/** The address that replaces `https://api.notion.com`. */
export const notionSite = (house: string): string => `${house}/_local/tools/notion/site`;

/** @returns whether the request was for Notion */
export async function answerNotion(
  notion: Notion,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = request.url ?? '';
  const [, site] = /^\/_local\/tools\/notion\/site(\/.*)$/.exec(url) ?? [];
  if (site !== undefined) {
    await notion.answer(site, request, response);
    return true;
  }
  const [, what] = /^\/_local\/tools\/notion\/(pages|asked)(?:\?|$)/.exec(url) ?? [];
  if (request.method !== 'GET' || what === undefined) return false;
  sendJson(response, 200, what === 'pages' ? { pages: notion.pages() } : notion.asked());
  return true;
}
