/** The small things that everything stands on: packing, working through a list, environments, what people may state. */
import { describe, expect, test } from 'vitest';
import { environment, handEnvironments, PerEnvironment, runFunction } from '../../functions/platform/environment.ts';
import { errorFacts } from '../../functions/platform/log.ts';
import { mapConcurrently } from '../../functions/platform/map-concurrently.ts';
import { pack, unpack } from '../../functions/platform/packed.ts';
import { isAllPublic, isPrivate, PrivateAddress, publicLookup } from '../../functions/platform/public-address.ts';
import { statedLink, statedText } from '../../functions/platform/stated.ts';

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

test('each function has what was made for its own environment, once; nobody’s is made anew before it is forgotten', () => {
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

  test.each([
    ['https://a.example/x', true],
    ['HTTP://a.example', true],
    [' https://a.example ', true],
    ['javascript:alert(1)', false],
    ['x https://a.example', false],
    ['https://a.example/a b', false],
    ['https://', false],
  ])('%s is an address: %s', (link, isOne) => {
    expect(statedLink.safeParse(link).success).toBe(isOne);
  });
});

test.each([
  ['8.8.8.8', false],
  ['2001:4860:4860::8888', false],
  ['::ffff:8.8.8.8', false],
  ['10.0.0.1', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['127.0.0.1', true],
  ['169.254.169.254', true],
  ['100.64.0.1', true],
  ['0.0.0.0', true],
  ['224.0.0.1', true],
  ['255.255.255.255', true],
  ['::1', true],
  ['::', true],
  ['::ffff:127.0.0.1', true],
  ['fe80::1', true],
  ['fd00::1', true],
  ['64:ff9b::a00:1', true],
  ['4000::1', true],
  ['metadata.google.internal', true],
  ['', true],
])('%s is private: %s', (address, isIt) => {
  expect(isPrivate(address)).toBe(isIt);
});

test('a name is refused where any of its addresses is private, wherever that stands among them', async () => {
  const of = (...addresses: string[]) => isAllPublic(addresses.map((address) => ({ address, family: 4 })));
  expect(of('8.8.8.8', '1.1.1.1')).toBe(true);
  expect([of('8.8.8.8', '10.0.0.1'), of('10.0.0.1', '8.8.8.8'), of('10.0.0.1')]).toEqual([false, false, false]);
  const found = await new Promise((done) => publicLookup('localhost', {}, done));
  expect(found).toBeInstanceOf(PrivateAddress);
});
