/** A door that Hono serves. Its app is built with the first request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { pathWithin, traceOf } from './door.ts';
import { withTrace } from './log.ts';

/** @param tidy makes the path one that Hono's server answers */
export function honoDoor(
  name: string,
  build: () => { fetch: Parameters<typeof getRequestListener>[0] },
  tidy = (path: string) => path,
) {
  let listener: ReturnType<typeof getRequestListener> | undefined;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    listener ??= getRequestListener(build().fetch);
    const handle = listener;
    const { url = '/' } = request;
    request.url = `/${name}${tidy(pathWithin(name, url))}${/\?.*$/s.exec(url)?.[0] ?? ''}`;
    // No answer depends on the host, and Hono's server rejects an invalid one without a word.
    request.headers.host = name;
    await withTrace(traceOf(request), async () => {
      await handle(request, response);
      if (!request.complete) request.resume();
    });
  };
}
