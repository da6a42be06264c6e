/** The public door for Cloud Monitoring's webhooks. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerRequest, pathWithin } from '../platform/door.ts';
import { Problem } from '../platform/problem.ts';
import { topics } from '../topology.ts';
import { takeRequest } from './request.ts';
import { monitoring } from './sources/monitoring.ts';

export const alerts = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
  answerRequest('alerts', request, response, () => {
    if (pathWithin('alerts', request.url ?? '/') !== '/')
      throw new Problem(404, 'No endpoint here. Alerts go to /alerts.');
    return takeRequest(request, monitoring, topics.alertNotifications);
  });
