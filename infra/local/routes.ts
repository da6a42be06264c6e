/** `/_local/…`: the clock, the inbox, faults and counters, which only the local cloud has. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { milliseconds } from '../../functions/policy.ts';
import type { LocalCloud } from '../cloud/src/cloud.ts';
import type { Fault } from '../cloud/src/faults.ts';
import { sendJson } from './front.ts';
import type { Inbox, InboxMessage } from './inbox.ts';

const effects = new Set(['fail', 'fail-after', 'hang', 'hang-after', 'double', 'delay', 'garble', 'reorder']);

/** The Firestore with the records, which may not be the local cloud's. */
export interface Records {
  /** Whether no signal, incident or bundle has been stored. */
  isEmpty(): Promise<boolean>;
}

export function localRoutes(cloud: LocalCloud, inbox: Inbox, records: Records) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const path = (request.url ?? '/').replace(/\?.*$/, '');
    const method = request.method ?? 'GET';
    switch (`${method} ${path}`) {
      case 'GET /_local/clock':
        sendJson(response, 200, { now: new Date(cloud.clock.now()).toISOString() });
        return true;
      case 'POST /_local/clock':
        sendJson(response, 200, {
          now: new Date(await moveClock(cloud, records, await readBody(request))).toISOString(),
        });
        return true;
      case 'GET /_local/inbox':
        sendJson(response, 200, { messages: inbox.list() });
        return true;
      case 'POST /_local/inbox':
        inbox.add((await readBody(request)) as unknown as InboxMessage);
        sendJson(response, 200, {});
        return true;
      case 'GET /_local/faults':
        sendJson(response, 200, { faults: cloud.faults.list() });
        return true;
      case 'POST /_local/faults':
        addFaults(cloud, await readBody(request));
        sendJson(response, 200, { faults: cloud.faults.list() });
        return true;
      case 'DELETE /_local/faults':
        cloud.faults.clear();
        sendJson(response, 200, { faults: [] });
        return true;
      case 'GET /_local/operations': {
        const { reads, writes, deletes, commits, queries } = cloud.firestore.operations;
        sendJson(response, 200, { reads, writes, deletes, commits, queries });
        return true;
      }
      case 'GET /_local/components':
        await (await import('./components.ts')).showComponents(response);
        return true;
      case 'GET /_local/metrics':
        sendJson(response, 200, { series: cloud.monitoring.series() });
        return true;
      default:
        return false;
    }
  };
}

/** `{"advance": "PT1H"}` or `{"set": "2026-11-24T00:00:00Z"}`. Until something is reported or held, the clock starts where it is set. */
async function moveClock(cloud: LocalCloud, records: Records, body: Record<string, unknown>): Promise<number> {
  if (typeof body.advance === 'string') {
    const byMs = milliseconds(body.advance);
    return cloud.clock.jump((now) => now + byMs);
  }
  const at = typeof body.set === 'string' ? Date.parse(body.set) : Number.NaN;
  if (Number.isNaN(at)) throw new Error('Send {"advance": "PT1H"} or {"set": "2026-11-24T09:00:00+09:00"}.');
  if (await records.isEmpty()) {
    cloud.clock.set(at);
    return at;
  }
  if (at < cloud.clock.now()) {
    throw new Error(
      'The clock goes back only while nothing is reported or held. Start over with: npm start -- --fresh',
    );
  }
  return cloud.clock.jump(at);
}

function addFaults(cloud: LocalCloud, body: Record<string, unknown>): void {
  const faults = (Array.isArray(body.faults) ? body.faults : [body]) as Partial<Fault>[];
  for (const fault of faults) {
    if (typeof fault.target !== 'string' || !fault.target.includes('.') || !effects.has(String(fault.effect))) {
      throw new Error(
        `A fault needs a target such as "firestore.Commit", "pubsub.push" or "tools.zendesk.updateTicket", and an effect: ${[...effects].join(', ')}.`,
      );
    }
  }
  for (const fault of faults) cloud.faults.add(fault as Fault);
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error('Send one JSON object.');
  return body as Record<string, unknown>;
}
