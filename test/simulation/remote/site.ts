/** Where the services outside listen: what is asked of them waits until the simulation lets them answer. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

/** A call that has arrived. */
export interface Asked {
  name: string;
  /** The caller's port, and the services'. */
  ports: [number, number];
  answer(): Promise<void>;
}

type Answering = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** @returns the address of them all */
export async function openSite(answering: Answering, onAsk: (asked: Asked) => void): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers, socket } = request;
      onAsk({
        name: `remote ${method} ${url?.replace('/_local/tools/', '')}`,
        ports: [socket.remotePort ?? 0, socket.localPort ?? 0],
        async answer() {
          // Callers that have given up by then are not waited for; what they asked for is done for all that.
          response.shouldKeepAlive = false;
          const whole = Object.assign(Readable.from(chunks), { method, url, headers, socket });
          if (!(await answering(whole as IncomingMessage, response))) throw new Error(`Nobody answers at ${url}.`);
        },
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
