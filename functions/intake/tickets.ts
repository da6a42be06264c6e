/** The public door for tickets: `POST /tickets` is the generic one, `POST /tickets/{tool}` a ticket tool's. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerRequest } from '../platform/door.ts';
import { topics } from '../topology.ts';
import { takeRequest } from './request.ts';
import { sourceAt } from './source-at.ts';
import { ticketSources } from './sources/sources.ts';

export const tickets = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
  answerRequest('tickets', request, response, () => {
    const source = sourceAt('tickets', ticketSources, 'generic', request);
    return takeRequest(request, source, topics.ticketNotifications);
  });
