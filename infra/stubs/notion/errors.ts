/** Notion's error answers. */
import type { Answer } from '../tool.ts';

const codes: Record<number, string> = {
  400: 'validation_error',
  401: 'unauthorized',
  403: 'restricted_resource',
  404: 'object_not_found',
  409: 'conflict_error',
  429: 'rate_limited',
  500: 'internal_server_error',
  503: 'service_unavailable',
  504: 'gateway_timeout',
  529: 'service_overload',
};

const messages: Record<number, string> = {
  409: 'Conflict occurred while saving. Please try again.',
  429: 'You have been rate limited. Please try again later.',
  503: 'Notion is unavailable, please try again later.',
};

/** Thrown while a request is judged; nothing of it is done. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string | undefined;
  constructor(status: number, message: string, code?: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.code = code;
  }
}

export const invalid = (what: string): Refused => new Refused(400, `body failed validation: ${what}`);

export const unknown = (kind: string, id: string): Refused =>
  new Refused(
    404,
    `Could not find ${kind} with ID: ${id}. Make sure the relevant pages and databases are shared with your integration.`,
  );

export function errorAnswer(status: number, message?: string, code?: string): Answer {
  return {
    status,
    body: {
      object: 'error',
      status,
      code: code ?? codes[status] ?? 'internal_server_error',
      message: message ?? messages[status] ?? 'Something went wrong.',
      request_id: 'aaaaaaaa-0000-4000-8000-000000000000',
    },
  };
}
