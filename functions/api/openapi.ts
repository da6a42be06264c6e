/**
 * The API's description: what each route declares, completed with what holds for all: the operation's ID, tags, security and
 * refusals. A new route is thus described in full.
 */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { describeDoors } from './doors.ts';

type Description = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

interface Operation {
  operationId?: string;
  tags?: string[];
  parameters?: { in: string }[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
}

const info = {
  title: 'Metronome',
  version: '1',
  description:
    'Metronome’s incident API. Times are RFC 3339 in UTC. Errors are application/problem+json (RFC 9457). ' +
    'On Google Cloud the API and each intake endpoint have their own address; on your machine they share one.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

const securitySchemes = {
  identityToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A Google identity token, with a verified email, of an account with roles/run.invoker. Cloud IAM verifies it ' +
      'first (401, 403). Not needed on your own machine.',
  },
  ticketsToken: { type: 'http', scheme: 'bearer', description: 'TICKETS_TOKEN.' },
  standardWebhooks: {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description: 'A Standard Webhooks signature with TICKETS_SIGNING_SECRET; needs webhook-id and webhook-timestamp.',
  },
  zendeskSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'x-zendesk-webhook-signature',
    description: 'Zendesk’s signature with ZENDESK_SIGNING_SECRET; needs its timestamp header.',
  },
  hubSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'x-hub-signature',
    description: 'Intercom’s signature (INTERCOM_CLIENT_SECRET) or Jira’s (JIRA_WEBHOOK_SECRET).',
  },
  basicToken: {
    type: 'http',
    scheme: 'basic',
    description: 'The password is ALERTS_TOKEN at /alerts, FRESHDESK_TOKEN at /tickets/freshdesk.',
  },
  queryToken: {
    type: 'apiKey',
    in: 'query',
    name: 'auth_token',
    description: 'The same token, for senders without basic auth.',
  },
};

/** Describes the first part of a path. */
const tags: Record<string, string> = {
  incidents: 'Read incidents and record facts.',
  questions: 'Questions. Some become incidents.',
  signals: 'Received reports and alerts, unchanged.',
  quarantine: 'Verified reports that couldn’t be parsed.',
  postmortems: 'Weekly postmortem bundles and their meetings.',
  actions: 'Action items.',
  find: 'Search.',
  customers: 'Customers by name, alias or ID.',
  deliveries: 'What was sent to other systems, and what became of it.',
  channels: 'Channels of notices: until when each waits, and tests.',
  drills: 'Drills that replay real incidents.',
  trends: 'Weekly counts over time.',
  tickets: 'Intake endpoints for tickets.',
  alerts: 'Intake endpoint for Cloud Monitoring.',
  openapi: 'This description.',
};

const hasBody = ({ requestBody }: Operation): boolean => requestBody !== undefined;
const hasAny =
  (...places: string[]) =>
  ({ parameters = [] }: Operation): boolean =>
    parameters.some((each) => places.includes(each.in));
const mayBeWrong = (of: Operation): boolean => hasBody(of) || hasAny('query', 'header')(of);

/** Refusals that are the same for every operation that can have them. */
const refusals: Record<number, [name: string, description: string, isPossible: (of: Operation) => boolean]> = {
  400: ['NotJson', 'The body is not JSON', hasBody],
  404: ['NotFound', 'Nothing has this ID', hasAny('path')],
  413: ['TooLarge', 'The body is too large', hasBody],
  415: ['UnsupportedType', 'Unsupported content type', hasBody],
  422: ['NotUnderstood', 'The request is invalid; the errors name the fields', mayBeWrong],
  500: ['Failed', 'Internal error; it is logged', () => true],
};

/** Cloud IAM answers these in HTML before the API is asked; the API answers 403 to a caller without a verified email. */
const beforeUs = {
  401: { description: 'Cloud IAM could not verify the identity token.' },
  403: { description: 'The caller lacks roles/run.invoker, or the token lacks a verified email.' },
};

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

export function describeApi(app: OpenAPIHono): Description {
  const document = app.getOpenAPI31Document({ openapi: '3.1.0', info });
  const doors = describeDoors(info);
  for (const [path, method, operation] of operationsOf(document)) complete(path, method, operation);
  const paths = { ...document.paths, ...doors.paths };
  const used = new Set(operationsOf({ paths }).flatMap(([, , operation]) => operation.tags ?? []));
  return {
    ...document,
    servers: [{ url: '/' }],
    security: [{ identityToken: [] }],
    tags: [...used].map((name) => ({ name, description: tags[name] })),
    paths,
    components: {
      ...document.components,
      schemas: { ...doors.components?.schemas, ...document.components?.schemas },
      responses: Object.fromEntries(
        Object.values(refusals).map(([name, description]) => [name, { description, content: problemContent }]),
      ),
      securitySchemes,
    },
  } as Description;
}

const operationsOf = ({ paths = {} }: Pick<Description, 'paths'>): [path: string, method: string, Operation][] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map((each): [string, string, Operation] => [path, ...each]),
  );

function complete(path: string, method: string, operation: Operation): void {
  operation.operationId ??= operationIdOf(method, path);
  operation.tags ??= [partsOf(path)[0]?.split('.')[0] ?? 'api'];
  Object.assign(operation.responses, beforeUs);
  for (const [status, [name, , isPossible]] of Object.entries(refusals)) {
    if (isPossible(operation)) operation.responses[status] ??= { $ref: `#/components/responses/${name}` };
  }
}

/** `GET /api/incidents/{id}/timeline` is `getIncidentTimeline`, `PATCH /api/actions/{id}` is `patchAction`. */
function operationIdOf(method: string, path: string): string {
  const parts = partsOf(path);
  const words = parts.flatMap((part, index) => {
    if (part.startsWith('{')) return [];
    return [parts[index + 1]?.startsWith('{') ? oneOf(part) : part];
  });
  return [method, ...words.flatMap((word) => word.split(/[^\da-z]+/i)).map(capitalized)].join('');
}

const partsOf = (path: string): string[] =>
  path
    .replace(/^\/api\//, '')
    .split('/')
    .filter(Boolean);
const oneOf = (many: string): string => (many.endsWith('s') ? many.slice(0, -1) : `${many}-entry`);
const capitalized = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
