/** Opsgenie's Alert API, with or without a slash at the end of its paths. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { alertKeyOf } from '../incidents/signals/file-alert.ts';
import { receive, takeReceived } from '../intake/request.ts';
import { isOpsgenieId, opsgenieSource, ticketOf } from '../intake/sources/opsgenie.ts';
import type { Beside } from '../intake/sources/source.ts';
import { type Answer, answerRequest, authorization, pathWithin, queryOf } from '../platform/door.ts';
import { Problem } from '../platform/problem.ts';
import { topics } from '../topology.ts';

export const answerAsOpsgenie = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
  answerRequest('opsgenie', request, response, () => answer(request), asOpsgenie);

const actions = [
  'close',
  'acknowledge',
  'unacknowledge',
  'snooze',
  'escalate',
  'assign',
  'responders',
  'teams',
  'tags',
  'details',
  'notes',
];
const changes = ['message', 'description', 'priority', 'note'];

async function answer(request: IncomingMessage): Promise<Answer> {
  const url = request.url ?? '/';
  const [version, kind, ...path] = pathWithin('opsgenie', url)
    .split('/')
    .filter((each) => each !== '')
    .map(decodeURIComponent);
  if (version !== 'v2' || kind !== 'alerts')
    throw new Problem(404, 'No endpoint here. Alerts go to /opsgenie/v2/alerts.');
  const { scheme, value = '' } = authorization(request.headers.authorization) ?? {};
  if (scheme === 'geniekey' && !isOpsgenieId(value.trim())) throw new Problem(422, 'Key format is not valid!');
  const type = queryOf(url).get('identifierType');
  const [first, requestId] = path;
  if (request.method === 'GET' && first === 'requests' && requestId)
    return receive(request, { ...opsgenieSource, methods: ['GET'] }, () => statusOf(requestId));
  const beside = callOf(request.method ?? '', path, type);
  return receive(request, opsgenieSource, (received) =>
    takeReceived(opsgenieSource, topics.alertNotifications, { ...received, beside }),
  );
}

/** @throws Problem 404 for what Opsgenie has and Metronome has not: heartbeats, saved searches, lists */
function callOf(method: string, path: readonly string[], type: string | null): Beside {
  const [identifier, action] = path;
  if (method === 'POST' && identifier === undefined) return { event: 'create' };
  if (identifier !== undefined) {
    const ticket = ticketOf(identifier, type);
    if (method === 'DELETE' && action === undefined) return { event: 'delete', ticket };
    if (method === 'POST' && action !== undefined && (actions.includes(action) || action === 'actions'))
      return { event: action, ticket };
    if ((method === 'PUT' || method === 'PATCH') && action !== undefined && changes.includes(action))
      return { event: action, ticket };
  }
  throw new Problem(
    404,
    `${method} is not known at this path. Alerts are created, closed, acknowledged and noted here.`,
  );
}

/** A request has the ID of its alert, so nothing about requests has to be stored. */
async function statusOf(requestId: string): Promise<Answer> {
  const known = await alertKeyOf(requestId.toLowerCase());
  if (!known) throw new Problem(404, 'Request not found. It might not be processed, yet.');
  const data = {
    success: true,
    isSuccess: true,
    action: 'Create',
    status: 'Created alert',
    alertId: requestId.toLowerCase(),
  };
  return { status: 200, body: { data, took: 0.01, requestId } };
}

/** Opsgenie's error format, with the same content. A malformed key is told apart from an unknown one. */
function asOpsgenie(problem: Problem): Answer {
  const { status, message, headers, errors } = problem;
  const [first] = errors;
  const said = status === 422 && first ? `${message} ${first.path}: ${first.message}` : message;
  return { status, body: { message: said, took: 0.01, code: problem.code, requestId: '' }, headers };
}
