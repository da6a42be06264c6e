/** What provisioning promises of each push and topic, whole: one table, and it is what is made. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subscriptions, topics } from '../../functions/topology.ts';
import { type Cloud, startPubSub } from '../../infra/cloud/test/pubsub/cloud.ts';
import { pushTargetOf, type Target } from '../../infra/provision/plan.ts';
import { subscriptionPart, topicPart } from '../../infra/provision/pubsub.ts';
import { applySteps, type Step } from '../../infra/provision/step.ts';
import { watches } from '../../infra/provision/watch.ts';
import { functions } from '../../infra/topology.ts';

// biome-ignore lint/suspicious/noExplicitAny: a table reads what it expects, and fails where it is not there
type Found = any;

const target = { project: 'p', projectNumber: '424242', region: 'asia-northeast1' } as Target;
const days = 86_400;

let cloud: Cloud;
const part = () => subscriptionPart(cloud.pubsub, (spec) => pushTargetOf(spec, target));
async function found(name: string): Promise<Found> {
  return (await cloud.pubsub.subscription(name).getMetadata())[0];
}
const secondsOf = (duration: Found): number => Number(duration.seconds);

beforeAll(async () => {
  cloud = await startPubSub();
  await applySteps(await topicPart(cloud.pubsub).read());
  await applySteps(await part().read());
});
afterAll(() => cloud.close());

describe('the pushes', () => {
  // name, topic, service, deadline in seconds, kept, backoff in seconds, attempts
  test.each([
    ['ticket-events', 'ticket-notifications', 'ticket-events', 60, 7 * days, 10, 600, 100],
    ['alert-events', 'alert-notifications', 'alert-events', 60, 7 * days, 10, 600, 100],
    ['minute-tick', 'minute-tick', 'minute-tick', 60, 600, 10, 60, undefined],
    ['gauges-tick', 'gauges-tick', 'gauges', 60, 600, 10, 60, undefined],
    ['notifications', 'notifications', 'notify', 60, 7 * days, 10, 60, 100],
    ['outgoing', 'outgoing', 'outgoing', 180, 7 * days, 10, 60, 100],
    ['slack-actions', 'slack-actions', 'slack-events', 60, 7 * days, 10, 60, 100],
    ['cloud-builds', 'cloud-builds', 'releases', 60, 7 * days, 10, 600, 100],
    ['alert-series', 'alert-series', 'series', 60, days, 10, 600, undefined],
    ['weekly-tick', 'weekly-tick', 'weekly-tick', 600, 7 * days, 10, 600, 100],
    ['dead-letters', 'dead-letters', 'dead-letters', 60, 7 * days, 10, 600, undefined],
  ])('%s', async (name, topic, service, deadline, kept, from, to, attempts) => {
    const made = await found(name);
    const root = `https://metronome-${service}-424242.asia-northeast1.run.app`;
    expect(made.topic).toBe(`projects/p/topics/${topic}`);
    // Cloud Run takes a token for the service's root alone, whatever path is called.
    expect(made.pushConfig).toMatchObject({
      pushEndpoint: `${root}/projects/p/topics/${topic}`,
      oidcToken: { audience: root, serviceAccountEmail: 'metronome-push@p.iam.gserviceaccount.com' },
    });
    expect(made.ackDeadlineSeconds).toBe(deadline);
    expect(secondsOf(made.messageRetentionDuration)).toBe(kept);
    expect([made.retryPolicy.minimumBackoff, made.retryPolicy.maximumBackoff].map(secondsOf)).toEqual([from, to]);
    expect(made.deadLetterPolicy ?? undefined).toEqual(
      attempts && { deadLetterTopic: 'projects/p/topics/dead-letters', maxDeliveryAttempts: attempts },
    );
    expect([made.filter, made.expirationPolicy?.ttl ?? null, made.enableMessageOrdering]).toEqual(['', null, false]);
    expect(made.labels).toEqual({ app: 'metronome' });
  });

  test('are all there are, one for each function that is pushed to', async () => {
    expect(subscriptions).toHaveLength(11);
    const pushed = functions.filter((each) => each.trigger === 'push').map((each) => each.name);
    expect(subscriptions.map((each) => each.function).sort()).toEqual(pushed.sort());
    expect(subscriptions.map((each) => each.topic).sort()).toEqual(Object.values(topics).sort());
  });

  test('wait at least as long as their function may run', () => {
    for (const { name, function: of, ackDeadlineSeconds } of subscriptions) {
      const timeout = functions.find((each) => each.name === of)?.timeoutSeconds;
      expect(timeout, name).toBeGreaterThan(0);
      expect(ackDeadlineSeconds, name).toBeGreaterThanOrEqual(timeout as number);
    }
  });

  test('a second run keeps them all', async () => {
    expect([part().title, part().api]).toEqual(['Push subscriptions', 'pubsub.googleapis.com']);
    expect((await part().read()).map(({ kind, action }) => `${action} ${kind}`)).toEqual(
      subscriptions.map(() => 'keep subscription'),
    );
    expect(
      part()
        .ofNothing()
        .map(({ kind, action }) => `${action} ${kind}`),
    ).toEqual(subscriptions.map(() => 'create subscription'));
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['another address', { pushConfig: { pushEndpoint: 'https://x.example/a' } }, 'pushConfig.pushEndpoint'],
    ['another deadline', { ackDeadlineSeconds: 30 }, 'ackDeadlineSeconds'],
    ['another retention', { messageRetentionDuration: { seconds: 900 } }, 'messageRetentionDuration.seconds'],
    ['another backoff', { retryPolicy: { minimumBackoff: { seconds: 20 } } }, 'retryPolicy.minimumBackoff.seconds'],
    ['an end', { expirationPolicy: { ttl: { seconds: 31 * days } } }, 'expirationPolicy.ttl'],
  ])('one with %s is brought back', async (_, change, field) => {
    await cloud.pubsub.subscription('notifications').setMetadata(change);
    const step = (await part().read()).find((each) => each.name === 'notifications') as Step;
    expect([step.action, step.differences.map((each) => each.field)]).toEqual([
      'update',
      expect.arrayContaining([field]),
    ]);
    await applySteps([step]);
    expect((await part().read()).filter((each) => each.action !== 'keep')).toEqual([]);
  });

  const labels = { app: 'metronome' };

  test('one of that name without our label is somebody else’s, and refused', async () => {
    await cloud.pubsub.subscription('cloud-builds').delete();
    await cloud.pubsub.topic('cloud-builds').createSubscription('cloud-builds');
    const step = (await part().read()).find((each) => each.name === 'cloud-builds');
    expect(step).toMatchObject({
      kind: 'subscription',
      action: 'refuse',
      note: 'a subscription of this name is there and lacks the label app=metronome, so it is somebody else’s: take another project. Where it is Metronome’s: gcloud pubsub subscriptions update cloud-builds --update-labels=app=metronome',
    });
  });

  test('one with a filter cannot be changed, and is reported', async () => {
    await cloud.pubsub.subscription('cloud-builds').delete();
    await cloud.pubsub
      .topic('cloud-builds')
      .createSubscription('cloud-builds', { filter: 'attributes.a = "b"', labels });
    const step = (await part().read()).find((each) => each.name === 'cloud-builds');
    expect([step?.kind, step?.action, step?.note]).toEqual([
      'subscription',
      'leave',
      'it has a filter, which cannot be changed: delete it, and provisioning makes it again',
    ]);
  });

  test('one of another topic is made again, and one that others made is theirs', async () => {
    await cloud.pubsub
      .subscription('releases')
      .delete()
      .catch(() => undefined);
    await cloud.pubsub.topic('notifications').createSubscription('theirs');
    const [topic] = await cloud.pubsub.createTopic('their-topic');
    await topic.createSubscription('their-own');
    await cloud.pubsub.subscription('weekly-tick').delete();
    await cloud.pubsub.topic('notifications').createSubscription('weekly-tick', { labels });
    const steps = (await part().read()).filter((each) => each.action !== 'keep' && each.name !== 'cloud-builds');
    expect(
      steps.map(
        ({ kind, action, name, note, differences }) => `${action} ${kind} ${name}: ${note ?? differences[0]?.field}`,
      ),
    ).toEqual([
      'update subscription weekly-tick: topic',
      'leave subscription theirs: it is not ours, and listens to notifications',
    ]);
    await applySteps(steps);
    expect((await found('weekly-tick')).topic).toBe('projects/p/topics/weekly-tick');
  });

  test('the plan says them in words', () => {
    const note = (name: string) =>
      part()
        .ofNothing()
        .find((each) => each.name === name)?.note;
    const of = (service: string, topic: string) =>
      `${topic} → https://metronome-${service}-424242.asia-northeast1.run.app/projects/p/topics/${topic}, signed by metronome-push@p.iam.gserviceaccount.com`;
    expect(note('notifications')).toBe(
      `${of('notify', 'notifications')}; deadline 60 s, kept 7 d, backoff 10 to 60 s, dead letter after 100`,
    );
    expect(note('minute-tick')).toBe(
      `${of('minute-tick', 'minute-tick')}; deadline 60 s, kept 10 min, backoff 10 to 60 s, no dead letter`,
    );
  });
});

describe('the topics', () => {
  const names = Object.values(topics);
  const inTokyo = () => topicPart(cloud.pubsub, 'asia-northeast1');
  const stored = async (name: string): Promise<Found> => (await cloud.pubsub.topic(name).getMetadata())[0];
  const stepOf = async (name: string) => (await inTokyo().read()).find((each) => each.name === name) as Step;

  test('are all made in a new project, and say whose they are', async () => {
    const part = topicPart(cloud.pubsub);
    expect([part.title, part.api]).toEqual(['Pub/Sub topics', 'pubsub.googleapis.com']);
    expect(part.ofNothing().map(({ kind, name, action }) => ({ kind, name, action }))).toEqual(
      names.map((name) => ({ kind: 'topic', name, action: 'create' })),
    );
    const notesOf = (steps: readonly Step[]): unknown[] => [...new Set(steps.map((each) => each.note))];
    expect(notesOf(part.ofNothing())).toEqual([undefined]);
    expect(notesOf(inTokyo().ofNothing())).toEqual(['its messages are stored in asia-northeast1 alone']);
    expect((await stored('notifications')).labels).toEqual({ app: 'metronome' });
    expect((await part.read()).map(({ kind, action }) => `${action} ${kind}`)).toEqual(names.map(() => 'keep topic'));
  });

  test('keep their messages in the region, also those that were made without one', async () => {
    const steps = await inTokyo().read();
    const field = 'messageStoragePolicy.allowedPersistenceRegions';
    expect(steps.map(({ kind, action, differences }) => [kind, action, differences.map((each) => each.field)])).toEqual(
      names.map(() => ['topic', 'update', [field]]),
    );
    await applySteps(steps);
    expect((await stored('notifications')).messageStoragePolicy.allowedPersistenceRegions).toEqual(['asia-northeast1']);
    expect((await inTokyo().read()).map((each) => each.action)).toEqual(names.map(() => 'keep'));
    await cloud.pubsub.topic('weekly-tick').delete();
    await applySteps([await stepOf('weekly-tick')]);
    const { labels, messageStoragePolicy } = await stored('weekly-tick');
    expect([labels, messageStoragePolicy.allowedPersistenceRegions]).toEqual([
      { app: 'metronome' },
      ['asia-northeast1'],
    ]);
  });

  test('of somebody else are refused, with the command for those that are ours after all', async () => {
    await cloud.pubsub.topic('outgoing').setMetadata({ labels: { app: 'shop' } });
    expect(await stepOf('outgoing')).toEqual({
      kind: 'topic',
      name: 'outgoing',
      action: 'refuse',
      differences: [],
      note: 'a topic of this name is there and lacks the label app=metronome, so it is somebody else’s: take another project. Where it is Metronome’s: gcloud pubsub topics update outgoing --update-labels=app=metronome',
    });
    await cloud.pubsub.topic('outgoing').setMetadata({ labels: { app: 'metronome' } });
  });

  test('of Cloud Build are taken as ours, made by anybody', async () => {
    await cloud.pubsub.topic('cloud-builds').setMetadata({ labels: {} });
    expect((await stepOf('cloud-builds')).action).toBe('keep');
  });
});

test('only the doors that verify their sender are open to anyone; the plan says who may do the rest', () => {
  const by = (trigger: string) => functions.filter((each) => each.trigger === trigger).map((each) => each.name);
  expect([by('public'), by('iam'), by('iap')]).toEqual([
    ['tickets', 'alerts', 'slack', 'changes', 'publicPages'],
    ['api'],
    ['console'],
  ]);
});

test('each watch calls somebody who is not told by Metronome', () => {
  for (const each of watches) expect(each.channels, each.key).toContain('operator');
});
