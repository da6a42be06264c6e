import type { Channel } from './channels.ts';

export type Publish = (topic: string, data: Uint8Array, attributes: Record<string, string>) => unknown;

const answerWithinMs = 10_000;

/** Sends one notification; true when the channel took it. Channels that need the outside world take all and do nothing. */
export async function notify(
  { fetch, publish }: { fetch: typeof globalThis.fetch; publish: Publish },
  { type, labels = {} }: Channel,
  body: object,
): Promise<boolean> {
  const text = JSON.stringify(body);
  try {
    switch (type) {
      case 'pubsub':
        await publish(labels.topic ?? '', Buffer.from(text), {});
        return true;
      case 'webhook_tokenauth':
        return (await post(fetch, labels.url ?? '', text)).ok;
      case 'webhook_basicauth': {
        // The credentials are sent only to a server that has asked for them.
        const first = await post(fetch, labels.url ?? '', text);
        const isAsked = first.status === 401 && /^basic/i.test(first.headers.get('www-authenticate') ?? '');
        if (!isAsked) return first.ok;
        const credentials = Buffer.from(`${labels.username ?? ''}:${labels.password ?? ''}`).toString('base64');
        return (await post(fetch, labels.url ?? '', text, { authorization: `Basic ${credentials}` })).ok;
      }
      default:
        return true;
    }
  } catch {
    return false;
  }
}

async function post(
  fetch: typeof globalThis.fetch,
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(answerWithinMs),
    headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Google-Alerts', ...headers },
    body,
  });
  await response.arrayBuffer();
  return response;
}
