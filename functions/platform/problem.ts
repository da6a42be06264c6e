/** Errors as RFC 9457 `application/problem+json`: what is wrong, where, and what to do. Pure. */

/** The value of a placeholder in a refusal. Times are formatted for the reader. */
export type Place = string | number | Date;

/** A refusal that has words in each language: they are found by its code. The API answers its text. */
export interface Reason {
  code: string;
  given: Readonly<Record<string, Place>>;
  text: string;
}

export interface FieldError {
  /** A dotted path (`customer.id`); empty for the whole body. */
  path: string;
  message: string;
  /** The text for people; problems that only programs see have none. */
  said?: Reason;
}

const titles: Record<number, string> = {
  400: 'The body is not JSON',
  401: 'The sender could not be verified',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflicts with the record',
  412: 'The record changed since you read it',
  413: 'The body is too large',
  415: 'Unsupported content type',
  422: 'The request is invalid',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Could not be stored now',
};

/** What a program that reads the answer tells apart; everything else is for people. */
export type ProblemCode = 'door-closed' | 'names-another-customer';

interface Options {
  errors?: FieldError[];
  headers?: Record<string, string>;
  code?: ProblemCode | undefined;
}

/** Thrown anywhere below a door; the door answers it. */
export class Problem extends Error {
  readonly status: number;
  /** The detail for people; problems that only programs see have none. */
  readonly said: Reason | undefined;
  readonly errors: FieldError[];
  readonly headers: Record<string, string>;
  readonly code: ProblemCode | undefined;

  constructor(status: number, detail: string | Reason, { errors = [], headers = {}, code }: Options = {}) {
    super(typeof detail === 'string' ? detail : detail.text);
    this.name = 'Problem';
    this.status = status;
    this.said = typeof detail === 'string' ? undefined : detail;
    this.errors = errors;
    this.headers = headers;
    this.code = code;
  }

  body(): Record<string, unknown> {
    return {
      type: 'about:blank',
      title: titles[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      ...(this.code ? { code: this.code } : {}),
      ...(this.errors.length > 0 ? { errors: this.errors.map(({ path, message }) => ({ path, message })) } : {}),
    };
  }
}
