import type { Message } from './store.ts';
import type { Subscription } from './subscription.ts';

/** The answers that acknowledge a pushed message. */
const acknowledging = new Set([102, 200, 201, 202, 204]);

/**
 * Sends one message to the subscription's endpoint; true when it was acknowledged.
 * @param patienceMs how long it waits for the answer, in real time
 */
export async function push(
  fetch: typeof globalThis.fetch,
  subscription: Subscription,
  message: Message,
  attempt: number,
  patienceMs: number,
): Promise<boolean> {
  if (!subscription.pushEndpoint) return false;
  try {
    const response = await fetch(subscription.pushEndpoint, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
      ...requestOf(subscription, message, attempt),
    });
    // The body is read to its end so that the connection can serve the next push.
    await response.arrayBuffer();
    return acknowledging.has(response.status);
  } catch {
    return false;
  }
}

function requestOf(subscription: Subscription, message: Message, attempt: number) {
  const noWrapper = subscription.config.pushConfig?.noWrapper;
  if (noWrapper) {
    const metadata: Record<string, string> = {
      'x-goog-pubsub-subscription-name': subscription.name,
      'x-goog-pubsub-message-id': String(message.id),
      'x-goog-pubsub-publish-time': new Date(message.publishedAt).toISOString(),
      ...(message.orderingKey && { 'x-goog-pubsub-ordering-key': message.orderingKey }),
      ...message.attributes,
    };
    return { headers: noWrapper.writeMetadata ? metadata : {}, body: new Uint8Array(message.data) };
  }
  return {
    headers: { 'content-type': 'application/json', 'user-agent': 'CloudPubSub-Google' },
    body: JSON.stringify(pushBody(subscription, message, attempt)),
  };
}

/** The body as Pub/Sub writes it: message id and publish time under both spellings, empty fields absent. */
export function pushBody(
  subscription: Pick<Subscription, 'name' | 'deadLetter'>,
  message: Message,
  attempt: number,
): object {
  const publishTime = new Date(message.publishedAt).toISOString();
  const id = String(message.id);
  return {
    message: {
      ...(Object.keys(message.attributes).length > 0 && { attributes: message.attributes }),
      ...(message.data.length > 0 && { data: Buffer.from(message.data).toString('base64') }),
      messageId: id,
      message_id: id,
      ...(message.orderingKey && { orderingKey: message.orderingKey }),
      publishTime,
      publish_time: publishTime,
    },
    subscription: subscription.name,
    ...(subscription.deadLetter && { deliveryAttempt: attempt }),
  };
}
