/** The small things that everything uses: packing, working through a list, environments, what people may state. */
import { Timestamp } from '@google-cloud/firestore';
import { afterEach, describe, expect, test } from 'vitest';
import { isAllPublic, isPrivate, PrivateAddress, publicLookup } from '../../functions/platform/call.ts';
import { now, pause, useClock, waitUntil } from '../../functions/platform/clock.ts';
import { clientOptions, type Emulator, emulatorOf, projectOf } from '../../functions/platform/emulator.ts';
import {
  type Environment,
  environment,
  handEnvironments,
  PerEnvironment,
  runFunction,
} from '../../functions/platform/environment.ts';
import { connectFirestore, fromDocument, grpcCodeOf } from '../../functions/platform/firestore.ts';
import { stableId } from '../../functions/platform/ids.ts';
import { errorFacts } from '../../functions/platform/log.ts';
import { mapConcurrently } from '../../functions/platform/map-concurrently.ts';
import { pack, unpack } from '../../functions/platform/packed.ts';
import { statedLink, statedText } from '../../functions/platform/stated.ts';
import { milliseconds, policy, policyVersion } from '../../functions/policy.ts';
import { serviceOf } from '../../functions/topology.ts';
import { fittedJson } from '../fitted-json.ts';

describe('bytes that have to fit', () => {
  const noise = Buffer.from(
    Array.from({ length: 2_000 }, (_, index) => (index * 7_919 + (index >> 3) * 104_729) % 251),
  );

  test('stay as they are up to the limit, and the very limit fits', () => {
    expect(pack(Buffer.alloc(100, 'a'), 100)).toEqual({ bytes: Buffer.alloc(100, 'a') });
    expect(pack(Buffer.alloc(101, 'a'), 100).encoding).toBe('gzip');
  });

  test('come back whole where they were zipped', () => {
    const bytes = Buffer.from('長い本文'.repeat(500));
    const packed = pack(bytes, 1_000);
    expect(packed.cut).toBeUndefined();
    expect(packed.bytes.length).toBeLessThanOrEqual(1_000);
    expect(unpack(packed.bytes, packed.encoding).equals(bytes)).toBe(true);
    expect(unpack(bytes, undefined).equals(bytes)).toBe(true);
  });

  test('are cut where even that is too long, and say how long they were and what they were', () => {
    const packed = pack(noise, 50);
    expect(packed.bytes.equals(noise.subarray(0, 50))).toBe(true);
    expect(packed.encoding).toBeUndefined();
    expect(packed.cut).toEqual({ length: 2_000, sha256: expect.stringMatching(/^[\da-f]{64}$/) });
    expect(pack(Buffer.concat([noise, noise]), 50).cut?.sha256).not.toBe(packed.cut?.sha256);
  });
});

describe('a list that is worked through', () => {
  test.each([1, 2, 5, 100])('%i at a time: all of it, in its order, and never more at once', async (atOnce) => {
    let [running, most] = [0, 0];
    const results = await mapConcurrently([5, 4, 3, 2, 1, 0], atOnce, async (each) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < each; turn += 1) await Promise.resolve();
      running -= 1;
      return each * 10;
    });
    expect(results).toEqual([50, 40, 30, 20, 10, 0]);
    expect(most).toBe(Math.min(atOnce, 6));
  });

  test('fails where one of it does, and is nothing where it is empty', async () => {
    await expect(mapConcurrently([1, 2], 2, async (each) => Promise.reject(new Error(`${each}`)))).rejects.toThrow('1');
    expect(await mapConcurrently([], 3, async () => 1)).toEqual([]);
  });
});

test('each function has what was made for its own environment, once; nobody’s is made again before it is forgotten', () => {
  const made: (string | undefined)[] = [];
  const things = new PerEnvironment(({ NAME }) => {
    made.push(NAME);
    return { name: NAME };
  });
  handEnvironments({ functions: { a: { NAME: 'a' }, b: { NAME: 'b' } }, owner: { NAME: 'owner' } });
  try {
    const names = ['a', 'b', 'a', 'unknown'].map((each) => runFunction(each, () => things.get().name));
    expect(names).toEqual(['a', 'b', 'a', 'owner']);
    expect(made).toEqual(['a', 'b', 'owner']);
    expect(things.forget()).toHaveLength(3);
    expect(things.forget()).toEqual([]);
    expect(runFunction('a', () => things.get().name)).toBe('a');
    expect(made).toHaveLength(4);
    expect(environment().NAME).toBe('owner');
  } finally {
    handEnvironments(undefined);
  }
});

test('an error is logged by its name, code and message, as far as a line holds it', () => {
  const error = Object.assign(new TypeError('x'.repeat(2_000)), { code: 0 });
  expect(errorFacts(error)).toMatchObject({ error: 'x'.repeat(1_000), errorName: 'TypeError', errorCode: 0 });
  expect(errorFacts(Object.assign(new Error('y'), { code: { secret: 1 } }))).not.toHaveProperty('errorCode');
  expect(errorFacts('text')).toEqual({ error: 'text' });
});

describe('what people state', () => {
  test('is without the blanks around it, not blank, and no longer than it may be', () => {
    expect(statedText(3).parse(' abc ')).toBe('abc');
    expect(['', '  ', 'abcd'].map((each) => statedText(3).safeParse(each).success)).toEqual([false, false, false]);
  });

  test('is read with half a character as the store keeps it, so that the same text sent again is the same', () => {
    expect(statedText(20).parse(' a\ud800b ')).toBe('a\ufffdb');
    expect(statedText(20).parse('渋谷\u{1f600}')).toBe('渋谷\u{1f600}');
    expect(statedLink.parse('https://t.example/\udc00')).toBe('https://t.example/\ufffd');
  });

  test.each([
    ['https://a.example/x', true],
    ['HTTP://a.example', true],
    [' https://a.example ', true],
    ['javascript:alert(1)', false],
    ['x https://a.example', false],
    ['https://a.example/a b', false],
    ['https://', false],
    [`https://a.example/${'x'.repeat(2_000)}`, false],
  ])('%s is an address: %s', (link, isOne) => {
    expect(statedLink.safeParse(link).success).toBe(isOne);
  });
});

const ofMachines = '127.0.0.1 ::1 ::ffff:127.0.0.1 ::127.0.0.1 0.0.0.0 :: metadata metadata.google.internal';
const ofNetworks = '10.0.0.1 10.1.2.3 172.16.0.1 172.20.0.1 192.168.1.1 100.64.0.1 ::ffff:10.0.0.1 fd00::1 fec0::1';
const ofLinks = '169.254.169.254 fe80::1 fe80::1%eth0 224.0.0.1 255.255.255.255 64:ff9b::a00:1 64:ff9b:1::1';
const reserved = '192.0.2.1 198.51.100.7 203.0.113.9 192.88.99.1 2001:db8::1 2001::1 2001:2::1 100::1 4000::1 5f00::1';
test.each([ofMachines, ofNetworks, ofLinks, reserved].flatMap((all) => all.split(' ')).concat(''))(
  'the address “%s” is private, or none of the public internet',
  (address) => expect(isPrivate(address)).toBe(true),
);

test.each(['8.8.8.8', '::ffff:8.8.8.8', '172.32.0.1', '2001:4860:4860::8888', '2606:4700::1111'])(
  'the address %s is public',
  (address) => expect(isPrivate(address)).toBe(false),
);

test('a name is refused where any of its addresses is private, wherever that is among them', async () => {
  const of = (...addresses: string[]) => isAllPublic(addresses.map((address) => ({ address, family: 4 })));
  expect(of('8.8.8.8', '1.1.1.1')).toBe(true);
  expect([of('8.8.8.8', '10.0.0.1'), of('10.0.0.1', '8.8.8.8'), of('10.0.0.1')]).toEqual([false, false, false]);
  const found = await new Promise((done) => publicLookup('localhost', {}, done));
  expect(found).toBeInstanceOf(PrivateAddress);
});

describe('what Firestore gives', () => {
  test('is Dates and Buffers all the way down, and everything else as it is', () => {
    const bytes = Buffer.from('x');
    const at = new Date('2026-11-24T01:02:03.004Z');
    const time = Timestamp.fromDate(at);
    const rest = { d: { e: { f: bytes } }, g: null, h: 0, i: '', j: false };
    expect(fromDocument({ a: time, b: [time, { c: time }], ...rest })).toEqual({ a: at, b: [at, { c: at }], ...rest });
    expect(fromDocument(undefined)).toBeUndefined();
  });

  test.each<[unknown, string | undefined]>([
    [{ code: 3 }, 'INVALID_ARGUMENT'],
    [{ code: 4 }, 'DEADLINE_EXCEEDED'],
    [{ code: 5 }, 'NOT_FOUND'],
    [{ code: 6 }, 'ALREADY_EXISTS'],
    [{ code: 9 }, 'FAILED_PRECONDITION'],
    [{ code: 10 }, 'ABORTED'],
    [{ code: 14 }, 'UNAVAILABLE'],
    [{ code: 13 }, '13'],
    [{ code: 'ENOENT' }, undefined],
    [new Error('x'), undefined],
    [undefined, undefined],
  ])('fails with %j as %s', (error, code) => {
    expect(grpcCodeOf(error)).toBe(code);
  });
});

test.each<[Environment, Emulator | undefined]>([
  [{}, undefined],
  [{ PUBSUB_EMULATOR_HOST: '' }, undefined],
  [{ FIRESTORE_EMULATOR_HOST: 'a:1' }, undefined],
  [{ PUBSUB_EMULATOR_HOST: 'a:1' }, { address: 'a:1', authorization: 'Bearer owner' }],
  [
    { PUBSUB_EMULATOR_HOST: 'a:1', PUBSUB_EMULATOR_ACCOUNT: '' },
    { address: 'a:1', authorization: 'Bearer owner' },
  ],
  [
    { PUBSUB_EMULATOR_HOST: 'a:1', FIRESTORE_EMULATOR_ACCOUNT: 'x' },
    { address: 'a:1', authorization: 'Bearer owner' },
  ],
  [
    { PUBSUB_EMULATOR_HOST: 'a:1', PUBSUB_EMULATOR_ACCOUNT: 'b@c' },
    { address: 'a:1', authorization: 'Bearer b@c' },
  ],
])('with %j Pub/Sub is at %j', (environment, expected) => {
  expect(emulatorOf('PUBSUB', environment)).toEqual(expected);
});

test('a client is of its project, and calls an emulator as its account', async () => {
  expect([projectOf({}), projectOf({ GOOGLE_CLOUD_PROJECT: 'shop' })]).toEqual([{}, { projectId: 'shop' }]);
  expect(await clientOptions('MONITORING', { GOOGLE_CLOUD_PROJECT: 'shop' })).toEqual({ projectId: 'shop' });
  const options: Record<string, unknown> = {
    ...(await clientOptions('MONITORING', {
      GOOGLE_CLOUD_PROJECT: 'shop',
      MONITORING_EMULATOR_HOST: '127.0.0.1:9',
      MONITORING_EMULATOR_ACCOUNT: 'a@b',
    })),
  };
  expect(options).toMatchObject({ projectId: 'shop', apiEndpoint: '127.0.0.1', port: 9 });
  const set: string[] = [];
  const call = { metadata: { set: (...of: string[]) => void set.push(...of) } };
  expect((options['grpc.callInvocationTransformer'] as (of: object) => object)(call)).toBe(call);
  expect(set).toEqual(['authorization', 'Bearer a@b']);
  const { databaseId } = connectFirestore({ GOOGLE_CLOUD_PROJECT: 'shop', FIRESTORE_DATABASE: 'records' });
  const { databaseId: usual } = connectFirestore({ GOOGLE_CLOUD_PROJECT: 'shop' });
  expect([databaseId, usual]).toEqual(['records', '(default)']);
});

test('an id follows from its parts, their borders and its prefix, in every release alike', () => {
  // Kept in the records of every version: changing how it is made loses what it led to.
  expect(stableId('inc', 'zendesk', 'a', 7)).toBe('inc_2dbe48025f841bf0e21e486e');
  const all = [
    stableId('inc', 'ab', 'c'),
    stableId('inc', 'a', 'bc'),
    stableId('inc', 'abc'),
    stableId('inc', 'c', 'ab'),
    stableId('sig', 'ab', 'c'),
  ];
  expect(new Set(all.map((each) => each.slice(4))).size).toBe(5);
  for (const each of all) expect(each).toMatch(/^(?:inc|sig)_[\da-f]{24}$/);
  expect(stableId('inc', 7)).toBe(stableId('inc', '7'));
  expect(stableId('inc', '\ud800')).toBe(stableId('inc', '\ufffd'));
});

describe('time', () => {
  afterEach(() =>
    useClock(
      Date.now,
      (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      (at) => pause(at - Date.now()),
    ),
  );
  test('is read from the clock that is put there, passes on it, and is waited for only where it is in the future', async () => {
    const rested: string[] = [];
    const start = Date.parse('2026-11-24T00:00:00Z');
    useClock(
      () => start,
      async (ms) => void rested.push(`pause ${ms}`),
      async (at) => void rested.push(`until ${at - start}`),
    );
    expect(now()).toEqual(new Date(start));
    await pause(5);
    for (const ahead of [-1, 0, 1]) await waitUntil(new Date(start + ahead));
    expect(rested).toEqual(['pause 5', 'until 1']);
  });
});

test('a name that is public leads to its addresses as it was asked for', async () => {
  const lookUp = (options: { all?: boolean }) =>
    new Promise<unknown[]>((done) => publicLookup('8.8.8.8', options, (...answer) => done(answer)));
  expect(await lookUp({})).toEqual([null, '8.8.8.8', 4]);
  expect(await lookUp({ all: true })).toEqual([null, [{ address: '8.8.8.8', family: 4 }]]);
  const [error] = await new Promise<unknown[]>((done) =>
    publicLookup('no.such.invalid', {}, (...answer) => done(answer)),
  );
  expect(error).toMatchObject({ syscall: 'getaddrinfo' });
});

test.each<[string, number | undefined]>([
  ['PT0.34S', 340],
  ['PT2.5S', 2_500],
  ['PT5M', 300_000],
  ['PT1H', 3_600_000],
  ['P1D', 86_400_000],
  ['P1DT2H3M4S', 93_784_000],
  ['P400D', 34_560_000_000],
  ['P', undefined],
  ['PT', undefined],
  ['P1W', undefined],
  ['P1M', undefined],
  ['PT1H30', undefined],
  ['-PT1H', undefined],
  ['PT1.5H', undefined],
  ['5M', undefined],
  ['', undefined],
])('%s is so many milliseconds: %s', (text, expected) => {
  if (expected === undefined) expect(() => milliseconds(text)).toThrow(RangeError);
  else expect([milliseconds(text), milliseconds(text)]).toEqual([expected, expected]);
});

test('a service is named after its function', () => {
  expect(serviceOf('minuteTick')).toBe('metronome-minute-tick');
  // @ts-expect-error there is no function of this name
  serviceOf('minute-tick');
});

test('a policy is known by what it says, every word of it', () => {
  // Of one object it is told once, and tests of bounded times have changed theirs since.
  const copy = structuredClone(policy);
  const version = policyVersion(copy);
  expect(version).toMatch(/^pol_[\da-f]{12}$/);
  expect(policyVersion(structuredClone(copy))).toBe(version);
  expect(policyVersion({ ...copy, zone: 'Etc/UTC' })).not.toBe(version);
});

test('a policy says this (else: vitest -u, and say in CHANGELOG.md what changes and for which teams)', async () => {
  // As it is written: tests of bounded times have changed theirs.
  const own = '../../functions/policy.ts?as-written';
  const { policy: written } = (await import(/* @vite-ignore */ own)) as { policy: typeof policy };
  await expect(`${fittedJson(written)}\n`).toMatchFileSnapshot('as-agreed/policy.txt');
});
