/** One signal, with the bytes as they came. */
import type { DocumentSnapshot } from '@google-cloud/firestore';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { SignalRecord } from '../incidents/records.ts';
import { fromDocument, signalRef } from '../platform/firestore.ts';
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
      const document = /^sig_[\da-f]{24}$/.test(id) ? await signalRef(id).get() : undefined;
      if (!document?.exists) throw new Problem(404, `No signal has the ID ${id.slice(0, 100)}.`);
      return { json: presentSignal(document, true) };
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

export function presentSignal(document: DocumentSnapshot, isWithRaw: boolean): Record<string, unknown> {
  const { raw, rawEncoding, contentType, attemptId: _, ...signal } = fromDocument<SignalRecord>(document.data());
  return { ...signal, ...(isWithRaw ? { raw: presentRaw(unpack(raw, rawEncoding), contentType) } : {}) };
}
