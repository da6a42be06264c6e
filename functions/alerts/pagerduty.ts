/** PagerDuty's Events API v2, and the address of PagerDuty's own webhooks. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { takeRelease } from '../evidence/changes.ts';
import type { RawBody } from '../incidents/signals/signal.ts';
import { receive, takeReceived } from '../intake/request.ts';
import { pagerdutyEvents } from '../intake/sources/pagerduty.ts';
import { type Answer, answerRequest, pathWithin } from '../platform/door.ts';
import { Problem } from '../platform/problem.ts';
import { topics } from '../topology.ts';
import { takeWebhook } from './pagerduty-webhooks.ts';

export const answerAsPagerduty = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = pathWithin('pagerduty', request.url ?? '/').replace(/\/$/, '');
  const form = path === '/webhooks' ? undefined : asPagerduty;
  return answerRequest('pagerduty', request, response, () => answer(request, path), form);
};

async function answer(request: IncomingMessage, path: string): Promise<Answer> {
  if (path === '/webhooks') return takeWebhook(request);
  if (path === '/v2/enqueue')
    return receive(request, pagerdutyEvents, (received) =>
      takeReceived(pagerdutyEvents, topics.alertNotifications, received),
    );
  if (path === '/v2/change/enqueue') return receive(request, pagerdutyEvents, ({ raw }) => takeChange(raw));
  throw new Problem(404, 'No endpoint here. Events go to /pagerduty/v2/enqueue, webhooks to /pagerduty/webhooks.');
}

async function takeChange(raw: RawBody): Promise<Answer> {
  const taken = await takeRelease('pagerduty', raw);
  if (taken.body && typeof taken.body === 'object' && 'quarantined' in taken.body)
    throw new Problem(400, 'payload.summary is required.', {
      errors: [{ path: 'payload.summary', message: 'It is missing or blank.' }],
    });
  return { status: 202, body: { status: 'success', message: 'Change event processed' } };
}

function asPagerduty(problem: Problem): Answer {
  const { status, message, headers, errors, code } = problem;
  const said = errors.length > 0 ? errors.map((each) => `'${each.path}' ${each.message}`) : [message];
  const isInvalid = status === 400 || status === 422;
  const body = {
    status: 'invalid event',
    message: isInvalid ? 'Event object is invalid' : message,
    errors: said,
    code,
  };
  return { status: isInvalid ? 400 : status, body, headers };
}
