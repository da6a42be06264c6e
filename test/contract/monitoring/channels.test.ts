import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { above, type Cloud, minuteMs, project, startMonitoring } from './cloud.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startMonitoring();
});
afterEach(() => cloud.close());

async function open(channel: object) {
  await cloud.createPolicy([above(5)], { notificationChannels: [await cloud.createChannel(channel)] });
  await cloud.write(6);
  await cloud.advance(0);
  return cloud.endpoint.received;
}
const tokenChannel = () => ({
  type: 'webhook_tokenauth',
  labels: { url: `${cloud.endpoint.url}/alerts?auth_token=secret` },
});

describe('webhook_tokenauth', () => {
  test('posts the incident as JSON to the URL with its token', async () => {
    const [request, ...others] = await open(tokenChannel());
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      method: 'POST',
      path: '/alerts?auth_token=secret',
      json: { version: '1.2', incident: { state: 'open' } },
    });
    expect(request?.headers).not.toHaveProperty('authorization');
  });
});

describe('webhook_basicauth', () => {
  const labels = () => ({ url: `${cloud.endpoint.url}/alerts`, username: 'monitoring', password: 'secret' });

  test('sends credentials only when it is answered 401 with a challenge', async () => {
    cloud.endpoint.answer = ({ headers }) =>
      headers.authorization ? 200 : { status: 401, headers: { 'www-authenticate': 'Basic realm="alerts"' } };
    const received = await open({ type: 'webhook_basicauth', labels: labels() });
    const expected = `Basic ${Buffer.from('monitoring:secret').toString('base64')}`;
    expect(received.map(({ headers }) => headers.authorization)).toEqual([undefined, expected]);
    await cloud.advance(10 * minuteMs);
    expect(received).toHaveLength(2);
  });

  test.each([
    ['basic', 1],
    ['BASIC realm="alerts"', 1],
    ['Bearer realm="alerts"', 0],
    ['Digest, Basic', 0],
    [undefined, 0],
  ])('the challenge %j of a 401 is met with credentials %i times', async (challenge, times) => {
    cloud.endpoint.answer = ({ headers }) =>
      headers.authorization ? 204 : { status: 401, headers: challenge ? { 'www-authenticate': challenge } : {} };
    const received = await open({ type: 'webhook_basicauth', labels: labels() });
    expect(received.map(({ headers }) => headers.authorization !== undefined)).toEqual([
      false,
      ...Array(times).fill(true),
    ]);
  });

  test.each([403, 407, 200])('an answer of %i is no challenge, whatever it says', async (status) => {
    cloud.endpoint.answer = () => ({ status, headers: { 'www-authenticate': 'Basic realm="alerts"' } });
    expect(await open({ type: 'webhook_basicauth', labels: labels() })).toHaveLength(1);
  });
});

test.each([302, 307, 503])('a webhook that answers %i is tried there a few times, then dropped', async (status) => {
  cloud.endpoint.answer = ({ path }) =>
    path.startsWith('/alerts') ? { status, headers: { location: '/elsewhere' } } : 200;
  const received = await open(tokenChannel());
  await cloud.advance(60 * minuteMs);
  expect(received.map(({ path }) => path)).toEqual(Array(5).fill('/alerts?auth_token=secret'));
});

test('several channels are told, and a disabled one is not', async () => {
  const pubsub = await cloud.createChannel({ type: 'pubsub', labels: { topic: 'projects/p/topics/alerts' } });
  const hook = await cloud.createChannel(tokenChannel());
  const off = await cloud.createChannel({ ...tokenChannel(), enabled: { value: false } });
  await cloud.createPolicy([above(5)], { notificationChannels: [pubsub, hook, off] });
  await cloud.write(6);
  await cloud.advance(0);
  expect(cloud.endpoint.received).toHaveLength(1);
  expect(cloud.published[0]?.json).toEqual(cloud.endpoint.received[0]?.json);
});

describe('faults of monitoring.notify', () => {
  const target = 'monitoring.notify';

  test('double: told twice', async () => {
    cloud.faults.add({ target, effect: 'double' });
    expect(await open(tokenChannel())).toHaveLength(2);
  });

  test('fail: told at the next try', async () => {
    cloud.faults.add({ target, effect: 'fail', match: 'webhook_tokenauth' });
    expect(await open(tokenChannel())).toHaveLength(0);
    await cloud.advance(10_000);
    expect(cloud.endpoint.received).toHaveLength(1);
  });

  test('delay: a close that follows quickly arrives before its open', async () => {
    cloud.faults.add({ target, effect: 'delay', delayMs: 10 * minuteMs });
    await open(tokenChannel());
    await cloud.advance(minuteMs);
    await cloud.write(1);
    await cloud.advance(20 * minuteMs);
    expect(cloud.endpoint.received.map(({ json }) => json.incident.state)).toEqual(['closed', 'open']);
  });
});

test('channels are created, got, listed by filter, updated and deleted', async () => {
  const name = await cloud.createChannel({ ...tokenChannel(), displayName: 'Desk', userLabels: { owner: 'a' } });
  await cloud.createChannel({ type: 'email', labels: { email_address: 'a@example.com' } });
  expect(name).toMatch(/^projects\/p\/notificationChannels\/\d+$/);
  const filter = 'type = "webhook_tokenauth" AND user_labels.owner = "a"';
  const [found] = await cloud.channels.listNotificationChannels({ name: project, filter });
  expect(found.map((channel) => channel.name)).toEqual([name]);
  await cloud.channels.updateNotificationChannel({
    notificationChannel: { name, displayName: 'New' },
    updateMask: { paths: ['display_name'] },
  });
  expect((await cloud.channels.getNotificationChannel({ name }))[0]).toMatchObject({
    displayName: 'New',
    labels: tokenChannel().labels,
    enabled: { value: true },
  });
  await cloud.channels.deleteNotificationChannel({ name });
  await expect(cloud.channels.getNotificationChannel({ name })).rejects.toMatchObject({ code: 5 });
});

test('a channel in use is deleted only by force, and leaves its policies', async () => {
  const name = await cloud.createChannel(tokenChannel());
  const policy = await cloud.createPolicy([above(5)], { notificationChannels: [name] });
  await expect(cloud.channels.deleteNotificationChannel({ name })).rejects.toMatchObject({ code: 9 });
  await cloud.channels.deleteNotificationChannel({ name, force: true });
  const [after] = await cloud.policies.getAlertPolicy({ name: policy.name as string });
  expect(after.notificationChannels).toEqual([]);
});

test('a channel needs a known type and its labels', async () => {
  await expect(cloud.createChannel({ type: 'pigeon' })).rejects.toMatchObject({ code: 3 });
  await expect(cloud.createChannel({ type: 'pubsub' })).rejects.toMatchObject({ code: 3 });
  const policy = cloud.createPolicy([above(5)], { notificationChannels: [`${project}/notificationChannels/1`] });
  await expect(policy).rejects.toMatchObject({ code: 5 });
});
