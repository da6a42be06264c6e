/** Topics and push subscriptions as `topology.ts` says, on Google Cloud and on this machine alike. */
import type { PubSub } from '@google-cloud/pubsub';
import { type SubscriptionSpec, subscriptions, topics } from '../../functions/topology.ts';

export interface PushTarget {
  endpoint: string;
  /** Who signs the push, and for which audience; absent on this machine, where nobody verifies it. */
  oidcToken?: { serviceAccountEmail: string; audience: string };
}

/** Creates what is missing and brings what differs into line. Safe to repeat. */
export async function applyPubSub(client: PubSub, targetOf: (spec: SubscriptionSpec) => PushTarget): Promise<void> {
  const [existingTopics] = await client.getTopics();
  const known = new Set(existingTopics.map((topic) => shortName(topic.name)));
  await Promise.all(
    Object.values(topics)
      .filter((name) => !known.has(name))
      .map((name) => client.createTopic(name)),
  );
  const [existing] = await client.getSubscriptions();
  const byName = new Map(existing.map((each) => [shortName(each.name), each]));
  await Promise.all(
    subscriptions.map(async (spec) => {
      const settings = settingsOf(client, spec, targetOf(spec));
      const subscription = byName.get(spec.name);
      if (subscription) await subscription.setMetadata(settings);
      else await client.topic(spec.topic).createSubscription(spec.name, settings);
    }),
  );
}

function settingsOf(client: PubSub, spec: SubscriptionSpec, target: PushTarget) {
  return {
    pushConfig: { pushEndpoint: target.endpoint, ...(target.oidcToken ? { oidcToken: target.oidcToken } : {}) },
    ackDeadlineSeconds: spec.ackDeadlineSeconds,
    messageRetentionDuration: { seconds: spec.retentionSeconds },
    // Without a TTL: a subscription that is quiet for 31 days must not expire.
    expirationPolicy: {},
    retryPolicy: {
      minimumBackoff: { seconds: spec.minimumBackoffSeconds },
      maximumBackoff: { seconds: spec.maximumBackoffSeconds },
    },
    ...(spec.maxDeliveryAttempts === undefined
      ? {}
      : {
          deadLetterPolicy: {
            deadLetterTopic: `projects/${client.projectId}/topics/${topics.deadLetters}`,
            maxDeliveryAttempts: spec.maxDeliveryAttempts,
          },
        }),
  };
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
