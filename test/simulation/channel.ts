/** The inbox channel: takes the notices that `notify` posts, when the simulation lets it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Delivered } from './stage.ts';

/** A notice that was posted, and waits for an answer. */
export interface Posted {
  notice: Delivered;
  /** The sender's port, and the channel's. */
  ports: [number, number];
  /** Undefined cuts the connection. */
  answer(status: number | undefined, headers?: Record<string, string>): void;
}

/** @returns its address */
export async function openChannel(onPost: (posted: Posted) => void): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      onPost({
        notice: JSON.parse(Buffer.concat(chunks).toString('utf8')),
        ports: [request.socket.remotePort ?? 0, request.socket.localPort ?? 0],
        answer: (status, headers) => {
          if (status === undefined) request.socket.destroy();
          else response.writeHead(status, { connection: 'close', ...headers }).end();
        },
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
