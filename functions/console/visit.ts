/** What a page is given, and what it makes of it. Pages know this and not the routes that lead to them. */
import type { Page } from './page.ts';
import type { View } from './view.ts';

export interface Visit {
  query: URLSearchParams;
  /** Of a POST, which has been found to come from our own page; else empty. */
  form: URLSearchParams;
  view: View;
  /** What a page that asks for itself again was made of: its `ETag`. */
  seen?: string | undefined;
}

/** Something other than a page: a picture, a file. */
export interface FileAnswer {
  status: number;
  body: string | Buffer;
  type: string;
  headers?: Record<string, string>;
}

/** The result of a visit: a page, a redirect, or bytes. */
export type Outcome = Page | { to: string } | FileAnswer;
