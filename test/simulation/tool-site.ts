/** The ticket tools of the simulated world: what is asked of them waits until the simulation lets them answer. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tools } from '../../infra/local/tools/service.ts';
import { type ToolName, toolNames } from '../../infra/local/tools/tool.ts';

/** A call that has arrived. */
export interface Asked {
  name: string;
  /** The caller's port, and the tools'. */
  ports: [number, number];
  answer(): Promise<void>;
}

/** @returns the address of each tool */
export async function openToolSite(
  tools: () => Tools,
  onAsk: (asked: Asked) => void,
): Promise<Record<ToolName, string>> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      onAsk({
        name: `tool ${request.method} ${request.url}`,
        ports: [request.socket.remotePort ?? 0, request.socket.localPort ?? 0],
        answer: () => answer(tools(), request, response, Buffer.concat(chunks)),
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.fromEntries(toolNames.map((tool) => [tool, `http://127.0.0.1:${port}/${tool}`])) as Record<
    ToolName,
    string
  >;
}

async function answer(tools: Tools, request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
  const [, name, site = '/'] = /^\/([a-z]+)(\/.*)$/.exec(request.url ?? '') ?? [];
  const tool = toolNames.find((each) => each === name);
  if (!tool) throw new Error(`There is no tool at ${request.url}.`);
  const { method = 'GET', headers } = request;
  const answered = await tools.call(tool, { site, method, headers, bytes: body.length > 0 ? body : undefined });
  // Whoever gets no answer gives up by itself.
  if (!answered || response.destroyed) return;
  const type = answered.body === undefined ? {} : { 'content-type': 'application/json' };
  response
    .writeHead(answered.status, { connection: 'close', ...type, ...answered.headers })
    .end(answered.body === undefined ? undefined : JSON.stringify(answered.body));
}
