/** One signal, with the bytes as they came. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { SignalRecord } from '../incidents/records.ts';
import { dataOf, signalRef } from '../platform/firestore.ts';
import { unpack } from '../platform/packed.ts';
import { Problem } from '../platform/problem.ts';
import { addRoute } from './routes.ts';
import { json, signalSchema } from './schemas.ts';

export function addSignalRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'GET /signals/{id}',
    summary: 'One signal, with its raw body',
    responses: { 200: json(signalSchema, 'The signal') },
    answer: async ({ params: { id } }) => {
      const signal = /^sig_[\da-f]{24}$/.test(id) ? dataOf<SignalRecord>(await signalRef(id).get()) : undefined;
      if (!signal) throw new Problem(404, `No signal has the ID ${id.slice(0, 100)}.`);
      const raw = presentRaw(unpack(signal.raw, signal.rawEncoding), signal.contentType);
      return { json: { ...withoutRaw(signal), raw } };
    },
  });
}

/** The raw body as text where it is UTF-8, else in base64. */
export function presentRaw(raw: Buffer, contentType: string): Record<string, string> {
  const text = raw.toString('utf8');
  return Buffer.from(text, 'utf8').equals(raw)
    ? { contentType, encoding: 'utf8', body: text }
    : { contentType, encoding: 'base64', body: raw.toString('base64') };
}

export function withoutRaw(record: SignalRecord): object {
  const { raw: _, rawEncoding: __, contentType: ___, attemptId: ____, ...signal } = record;
  return signal;
}
