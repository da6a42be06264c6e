/** Topics and push subscriptions as `topology.ts` says, on Google Cloud and on this machine alike. */
import type { PubSub } from '@google-cloud/pubsub';
import { type SubscriptionSpec, subscriptions, topics } from '../../functions/topology.ts';
import { bring, compare, create, leave, type Part, refuse, type Step } from './step.ts';

export interface PushTarget {
  endpoint: string;
  /** Who signs the push, and for which audience; absent on this machine, where nobody verifies it. */
  oidcToken?: { serviceAccountEmail: string; audience: string };
}

type Found = Record<string, unknown> & { name: string; topic: string; labels?: Record<string, string> };
type FoundTopic = Record<string, unknown> & { labels?: Record<string, string> };

/** By these a topic or a subscription is known as Metronome's: their names are such as others might take as well. */
export const ownLabels = { app: 'metronome' };
export const isOurs = (labels: Record<string, string> | undefined | null): boolean => labels?.app === ownLabels.app;

/** Cloud Build publishes to the topic of this name in every project that has one. */
const sharedTopics: readonly string[] = [topics.cloudBuilds];

const foreign = (what: string, name: string, update: string): string =>
  `a ${what} of this name is there and lacks the label app=metronome, so it is somebody else’s: take another project. Where it is Metronome’s: gcloud pubsub ${update} ${name} --update-labels=app=metronome`;

/** @param region where messages have to be stored; absent: wherever Google keeps them */
export function topicPart(client: PubSub, region?: string): Part {
  const messageStoragePolicy = region ? { messageStoragePolicy: { allowedPersistenceRegions: [region] } } : {};
  const plan = (existing: ReadonlyMap<string, FoundTopic>): Step[] =>
    Object.values(topics).map((name) => {
      const found = existing.get(name);
      const full = `projects/${client.projectId}/topics/${name}`;
      if (!found) {
        const make = () => client.createTopic({ name: full, labels: ownLabels, ...messageStoragePolicy });
        return create('topic', name, make, region && `its messages are stored in ${region} alone`);
      }
      if (!isOurs(found.labels) && !sharedTopics.includes(name)) {
        return refuse('topic', name, foreign('topic', name, 'topics update'));
      }
      const differences = compare(messageStoragePolicy, found);
      return bring('topic', name, differences, () => client.topic(name).setMetadata(messageStoragePolicy));
    });
  return {
    title: 'Pub/Sub topics',
    api: 'pubsub.googleapis.com',
    ofNothing: () => plan(new Map()),
    read: async () => {
      const [found] = await client.getTopics();
      return plan(new Map(found.map((topic) => [shortName(topic.name), (topic.metadata ?? {}) as FoundTopic])));
    },
  };
}

export function subscriptionPart(client: PubSub, targetOf: (spec: SubscriptionSpec) => PushTarget): Part {
  const plan = (existing: readonly Found[]): Step[] => [
    ...subscriptions.map((spec) =>
      planSubscription(
        client,
        spec,
        targetOf(spec),
        existing.find((each) => shortName(each.name) === spec.name),
      ),
    ),
    ...strangers(existing),
  ];
  return {
    title: 'Push subscriptions',
    api: 'pubsub.googleapis.com',
    ofNothing: () => plan([]),
    read: async () => {
      const [found] = await client.getSubscriptions();
      return plan(found.map((each) => ({ ...each.metadata, name: each.name }) as unknown as Found));
    },
  };
}

function planSubscription(client: PubSub, spec: SubscriptionSpec, target: PushTarget, found: Found | undefined): Step {
  const settings = settingsOf(client, spec, target);
  const add = () => client.topic(spec.topic).createSubscription(spec.name, settings);
  if (!found) return create('subscription', spec.name, add, described(spec, target));
  // On this machine nobody else is there, and what an earlier version made has no label.
  if (target.oidcToken && !isOurs(found.labels)) {
    return refuse('subscription', spec.name, foreign('subscription', spec.name, 'subscriptions update'));
  }
  const topic = `projects/${client.projectId}/topics/${spec.topic}`;
  if (found.topic !== topic) {
    // A subscription stays with its topic for life, and one whose topic was deleted never gets another message.
    return bring('subscription', spec.name, [{ field: 'topic', is: found.topic, shouldBe: topic }], async () => {
      await client.subscription(spec.name).delete();
      await add();
    });
  }
  const desired = { ...settings, expirationPolicy: { ttl: null }, filter: null };
  const differences = compare(desired, found);
  if (differences.some((each) => each.field === 'filter')) {
    return leave(
      'subscription',
      spec.name,
      'it has a filter, which cannot be changed: delete it, and provisioning makes it again',
    );
  }
  return bring('subscription', spec.name, differences, () => client.subscription(spec.name).setMetadata(settings));
}

function described(spec: SubscriptionSpec, target: PushTarget): string {
  const kept =
    spec.retentionSeconds >= 86_400 ? `${spec.retentionSeconds / 86_400} d` : `${spec.retentionSeconds / 60} min`;
  const last = spec.maxDeliveryAttempts ? `dead letter after ${spec.maxDeliveryAttempts}` : 'no dead letter';
  const signer = target.oidcToken ? `, signed by ${target.oidcToken.serviceAccountEmail}` : '';
  return `${spec.topic} → ${target.endpoint}${signer}; deadline ${spec.ackDeadlineSeconds} s, kept ${kept}, backoff ${spec.minimumBackoffSeconds} to ${spec.maximumBackoffSeconds} s, ${last}`;
}

/** Others may listen to our topics; it is told, and is theirs. */
function strangers(existing: readonly Found[]): Step[] {
  const ours = new Set<string>(Object.values(topics));
  const known = new Set(subscriptions.map((each) => each.name));
  return existing
    .filter((each) => ours.has(shortName(each.topic)) && !known.has(shortName(each.name)))
    .map((each) =>
      leave('subscription', shortName(each.name), `it is not ours, and listens to ${shortName(each.topic)}`),
    );
}

function settingsOf(client: PubSub, spec: SubscriptionSpec, target: PushTarget) {
  return {
    labels: ownLabels,
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

export const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
