/** Structured logs: a JSON line an event, as Cloud Logging reads them. Callers pass facts, no bodies and no secrets. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { environment } from './environment.ts';

export type Severity = 'DEBUG' | 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR' | 'CRITICAL';
export type Facts = Record<string, string | number | boolean | null | undefined | readonly string[]>;

/** 32 hex digits. */
const traces = new AsyncLocalStorage<string>();

/** Runs `work` so that every line it logs carries the trace of the request it serves. */
export const withTrace = <T>(traceId: string | undefined, work: () => T): T =>
  traceId ? traces.run(traceId, work) : work();

export const currentTraceId = (): string | undefined => traces.getStore();

/** The trace id of a W3C `traceparent` or of Google's `X-Cloud-Trace-Context`. */
export function traceIdOf(header: (name: string) => string | undefined): string | undefined {
  const traceparent = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-/i.exec(header('traceparent') ?? '');
  const google = /^([\da-f]{32})(?:\/|$)/i.exec(header('x-cloud-trace-context') ?? '');
  return (traceparent?.[1] ?? google?.[1])?.toLowerCase();
}

/** The current trace as a W3C `traceparent`, for outgoing calls; undefined outside of a trace. */
export function traceHeaders(): Record<string, string> {
  const traceId = currentTraceId();
  return traceId ? { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` } : {};
}

export function log(severity: Severity, message: string, facts: Facts = {}): void {
  const traceId = currentTraceId();
  const project = environment().GOOGLE_CLOUD_PROJECT;
  const line = JSON.stringify({
    severity,
    message,
    ...facts,
    ...(traceId && project ? { 'logging.googleapis.com/trace': `projects/${project}/traces/${traceId}` } : {}),
    ...(traceId ? { traceId } : {}),
  });
  process.stdout.write(`${line}\n`);
}

/** The loggable part of an error: name, code and message, never its payload. */
export function errorFacts(error: unknown): Facts {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = (error as { code?: unknown }).code;
  return {
    error: error.message.slice(0, 1_000),
    errorName: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { errorCode: code } : {}),
    ...(error.stack ? { stack: error.stack.slice(0, 4_000) } : {}),
  };
}
