/**
 * The public door for alerts: `POST /alerts` is Cloud Monitoring's, `/alerts/{tool}` another tool's. Below `/opsgenie` and
 * `/pagerduty` it answers as their APIs do.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { takeRequest } from '../intake/request.ts';
import { sourceAt } from '../intake/source-at.ts';
import { alertSources } from '../intake/sources/sources.ts';
import { answerRequest } from '../platform/door.ts';
import { topics } from '../topology.ts';
import { answerAsOpsgenie } from './opsgenie.ts';
import { answerAsPagerduty } from './pagerduty.ts';

export const alerts = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const [, api] = /^\/(opsgenie|pagerduty)(?=[/?#]|$)/.exec(request.url ?? '') ?? [];
  if (api === 'opsgenie') return answerAsOpsgenie(request, response);
  if (api === 'pagerduty') return answerAsPagerduty(request, response);
  return answerRequest('alerts', request, response, () => {
    const source = sourceAt('alerts', alertSources, 'monitoring', request);
    return takeRequest(request, source, topics.alertNotifications);
  });
};
