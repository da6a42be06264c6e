/** The documents on this machine: `/llms.txt`, `/docs/….md` as they are, and `/docs/search?q=…`. */

import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { readPages } from '../docs/llms.ts';
import { sendJson } from './front.ts';

const top = join(import.meta.dirname, '../..');
const mostFound = 50;

export async function answerDocuments(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method !== 'GET' || !/^\/(?:llms\.txt$|docs(?:\/|$))/.test(pathname)) return false;
  const path = pathname.slice('/docs/'.length);
  if (pathname === '/llms.txt') send(response, 'text/plain', readFileSync(join(top, 'docs/llms.txt'), 'utf8'));
  else if (path === 'search') sendJson(response, 200, { found: findLines(searchParams.get('q') ?? '') });
  else {
    const text = readPages(top).get(path || 'README.md');
    if (text === undefined) return false;
    send(response, 'text/markdown', text);
  }
  return true;
}

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text);
}

/** The lines that contain every word. */
export function findLines(asked: string): { page: string; line: number; text: string }[] {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return [...readPages(top)]
    .filter(([path]) => !path.startsWith('../'))
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => {
        const isMeant = words.every((word) => line.toLowerCase().includes(word));
        return isMeant ? [{ page: `/docs/${path}`, line: index + 1, text: line }] : [];
      }),
    )
    .slice(0, mostFound);
}
