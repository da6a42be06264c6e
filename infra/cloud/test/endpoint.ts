import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at bodies of any shape
  json: any;
}

type Answer = number | { status: number; headers?: Record<string, string>; body?: string };

/** An HTTP endpoint that keeps what it is sent and answers what the test says. */
export async function startEndpoint(answer: (request: Received) => Answer | Promise<Answer> = () => 204) {
  const received: Received[] = [];
  const endpoint = { received, answer, url: '', close: async () => {} };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { method = '', url: path = '', headers } = request;
      const isJson = headers['content-type']?.startsWith('application/json') && text !== '';
      const got = { method, path, headers, text, json: isJson ? JSON.parse(text) : undefined };
      received.push(got);
      void Promise.resolve(endpoint.answer(got)).then((said) => {
        const { status, headers: sent = {}, body } = typeof said === 'number' ? { status: said } : said;
        response.writeHead(status, sent).end(body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoint.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return endpoint;
}

export type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;
