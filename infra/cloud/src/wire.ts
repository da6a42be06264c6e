/** Values as gRPC messages carry them, and as the local cloud keeps them. */
import { GrpcError } from './grpc.ts';

/** google.protobuf.Duration and google.protobuf.Timestamp: absent parts are zero. */
export interface SecondsAndNanos {
  seconds?: string | number;
  nanos?: number;
}

/** Milliseconds of a Duration, epoch milliseconds of a Timestamp. */
export function toMillis(value: SecondsAndNanos): number {
  return Number(value.seconds ?? 0) * 1_000 + Math.round((value.nanos ?? 0) / 1_000_000);
}

/** A Duration from milliseconds, a Timestamp from epoch milliseconds. */
export function fromMillis(millis: number): { seconds: string; nanos: number } {
  const seconds = Math.floor(millis / 1_000);
  return { seconds: String(seconds), nanos: Math.round((millis - seconds * 1_000) * 1_000_000) };
}

/** A message as text for the database; bytes survive. */
export function toText(message: unknown): string {
  return JSON.stringify(message);
}

// biome-ignore lint/suspicious/noExplicitAny: messages are shaped by the service's own .proto
export function fromText(text: string): any {
  return JSON.parse(text, (_key, value) =>
    value?.type === 'Buffer' && Array.isArray(value.data) ? Buffer.from(value.data) : value,
  );
}

/**
 * The fields of `change` that the mask names, put over `current`. A masked field that `change` lacks is
 * cleared, as in every Update method of Google's APIs. Paths are of snake_case, and may be nested.
 *
 * @param fields those that the message has
 * @throws GrpcError INVALID_ARGUMENT for a path that begins with none of them
 */
export function applyMask<T extends object>(
  current: T,
  change: object,
  paths: readonly string[],
  fields: readonly string[],
): T {
  const result = structuredClone(current);
  for (const path of paths) {
    const [first = '', ...inner] = path.split('.');
    if (!fields.includes(first) || inner.some((name) => name === '')) {
      throw new GrpcError('INVALID_ARGUMENT', `Invalid update_mask: ${path} is not a known field.`);
    }
    const names = [first, ...inner].map((name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase()));
    // biome-ignore lint/suspicious/noExplicitAny: a path walks messages of any shape
    let to: any = result;
    // biome-ignore lint/suspicious/noExplicitAny: a path walks messages of any shape
    let from: any = change;
    for (const name of names.slice(0, -1)) {
      to[name] ??= {};
      to = to[name];
      from = from?.[name];
    }
    const last = names.at(-1) as string;
    if (from?.[last] === undefined) delete to[last];
    else to[last] = from[last];
  }
  return result;
}

/** One page of `items`, which are in a stable order; the token is the key of the page's last item. */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  request: { pageSize?: number; pageToken?: string },
  longest = 1_000,
): { items: T[]; nextPageToken: string } {
  const after = request.pageToken ? Buffer.from(request.pageToken, 'base64url').toString() : undefined;
  const start = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1;
  const size = Math.min(request.pageSize || longest, longest);
  const found = items.slice(start, start + size);
  const last = found.at(-1);
  const hasMore = last !== undefined && start + size < items.length;
  return { items: found, nextPageToken: hasMore ? Buffer.from(keyOf(last)).toString('base64url') : '' };
}
