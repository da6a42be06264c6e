/** The public door for tickets: `POST /tickets` is the generic one, `POST /tickets/{tool}` a ticket tool's. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerRequest, pathWithin } from '../platform/door.ts';
import { Problem } from '../platform/problem.ts';
import { topics } from '../topology.ts';
import { takeRequest } from './request.ts';
import type { IntakeSource } from './sources/source.ts';
import { ticketSources } from './sources/sources.ts';

export const tickets = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
  answerRequest('tickets', request, response, () => {
    const source = sourceAt(pathWithin('tickets', request.url ?? '/'));
    return takeRequest(request, source, topics.ticketNotifications);
  });

function sourceAt(path: string): IntakeSource {
  const pathOf = (tool: string): string => (tool === 'generic' ? '' : `/${tool}`);
  const source = Object.entries(ticketSources).find(([tool]) => pathOf(tool) === path.replace(/\/$/, ''))?.[1];
  if (source) return source;
  const paths = Object.keys(ticketSources).map((tool) => `/tickets${pathOf(tool)}`);
  throw new Problem(404, `No endpoint here. Tickets go to ${paths.join(', ')}.`);
}
