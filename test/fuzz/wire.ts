/** Requests as they go over the wire: any header, any bytes, nothing that a client library would mend. */
import { Agent, type OutgoingHttpHeaders, request } from 'node:http';

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
/** Without an answer by then, it hangs. */
const answerWithinMs = 30_000;

export function send(
  base: string,
  path: string,
  options: { method?: string; headers?: OutgoingHttpHeaders; body?: Buffer | undefined } = {},
): Promise<Answered> {
  const { hostname, port } = new URL(base);
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        path,
        method,
        agent,
        headers: { ...headers, ...(body ? { 'content-length': body.length } : {}) },
        signal: AbortSignal.timeout(answerWithinMs),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** What is wrong with a door's JSON answer: a failure of ours, or a refusal without advice; undefined if nothing. */
export function complaintOf({ status, headers, text }: Answered): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  const said = `${status} ${text.slice(0, 300)}`;
  if (status >= 500 || status < 400) return said;
  if (!String(headers['content-type']).startsWith('application/problem+json')) return `no problem+json: ${said}`;
  const body = JSON.parse(text) as {
    detail?: unknown;
    errors?: { path: unknown; message: unknown }[];
    status?: unknown;
  };
  if (body.status !== status) return `another status within: ${said}`;
  const isExplained = typeof body.detail === 'string' && /\S.*\.$/s.test(body.detail);
  const areErrorsExplained = (body.errors ?? []).every(
    (each) => typeof each.path === 'string' && typeof each.message === 'string' && each.message !== '',
  );
  return isExplained && areErrorsExplained ? undefined : `unexplained: ${said}`;
}
