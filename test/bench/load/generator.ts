/** Sends tickets at a rate, whether or not answers keep up: in its own process, so that the house does not pay. */
import { Agent, request } from 'node:http';
import { nextTicketId, ticketBody } from '../ticket.ts';

export interface Plan {
  port: number;
  /** Each is a sender of its own to the door's limits; taken in turn. */
  tokens: string[];
  connections: number;
  /** Tickets a second; undefined sends the next as soon as one is answered. */
  rate?: number;
  seconds: number;
}

export interface Sent {
  offered: number;
  /** How many were answered with each status; 0 for those that were not answered. */
  statuses: Record<number, number>;
  /** Of refusals: those without `Retry-After`. */
  withoutRetryAfter: number;
  /** Ids of the tickets that were answered 2xx. */
  taken: string[];
  /** Milliseconds of each taken one, by the second in which it was sent. */
  latencies: number[][];
}

process.on('message', (plan: Plan) => {
  void run(plan).then((sent) => process.send?.(sent));
});
process.on('disconnect', () => process.exit(0));

async function run(plan: Plan): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  const sent: Sent = { offered: 0, statuses: {}, withoutRetryAfter: 0, taken: [], latencies: [] };
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  const open = new Set<Promise<void>>();
  const next = (): void => {
    sent.offered += 1;
    const token = plan.tokens[sent.offered % plan.tokens.length] ?? '';
    const second = Math.floor(elapsedMs() / 1_000);
    const one = sendOne(plan.port, agent, token, second, sent).finally(() => open.delete(one));
    open.add(one);
  };
  while (elapsedMs() < plan.seconds * 1_000) {
    const due = plan.rate === undefined ? Number.POSITIVE_INFINITY : (elapsedMs() / 1_000) * plan.rate;
    // What cannot even be sent, since every connection is taken, waits here and not in the sockets' queue.
    while (sent.offered < due && open.size < plan.connections) next();
    await (plan.rate === undefined ? Promise.race(open) : new Promise((resolve) => setTimeout(resolve, 2)));
  }
  await Promise.all(open);
  agent.destroy();
  return sent;
}

function sendOne(port: number, agent: Agent, token: string, second: number, sent: Sent): Promise<void> {
  const id = nextTicketId();
  const body = JSON.stringify(ticketBody(id));
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${token}`,
  };
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const count = (status: number): void => {
      sent.statuses[status] = (sent.statuses[status] ?? 0) + 1;
      resolve();
    };
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/tickets', method: 'POST', agent, headers },
      (incoming) => {
        const { statusCode: status = 0 } = incoming;
        if (status >= 200 && status < 300) {
          sent.taken.push(id);
          (sent.latencies[second] ?? newSecond(sent, second)).push(performance.now() - startedAt);
        } else if (incoming.headers['retry-after'] === undefined) sent.withoutRetryAfter += 1;
        incoming
          .resume()
          .on('end', () => count(status))
          .on('error', () => count(0));
      },
    );
    // A server may close a kept connection at the moment in which it is used again: that request was never heard.
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isClosed = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      if (outgoing.reusedSocket && isClosed) resolve(sendOne(port, agent, token, second, sent));
      else count(0);
    });
    outgoing.end(body);
  });
}

function newSecond(sent: Sent, second: number): number[] {
  const latencies: number[] = [];
  sent.latencies[second] = latencies;
  return latencies;
}
