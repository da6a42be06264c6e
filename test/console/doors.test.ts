/** Who is let in, and whose forms are taken. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { Hono } from 'hono';
import { expect, test, vi } from 'vitest';
import {
  type ConsoleEnv,
  formToken,
  isSameToken,
  maskToken,
  refuseForeignForms,
} from '../../functions/console/guard.ts';
import { type Access, googleKeys, identify } from '../../functions/console/identity.ts';
import { isLocalMachine } from '../../functions/platform/environment.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const audience = '/projects/1/locations/asia-northeast1/services/metronome-console';
const access: Access = { audience, isLocal: false, readKeys: async () => ({ key1: pem }) };

function assertion(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): string {
  const seconds = Math.floor(Date.now() / 1_000);
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${encode({ alg: 'ES256', typ: 'JWT', kid: 'key1', ...header })}.${encode({
    iss: 'https://cloud.google.com/iap',
    aud: audience,
    email: 'ann@example.com',
    iat: seconds - 10,
    exp: seconds + 600,
    ...claims,
  })}`;
  const signature = createSign('SHA256').update(body).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${body}.${signature.toString('base64url')}`;
}

test('a person for whose identity IAP vouches is let in by name', async () => {
  await expect(identify(assertion(), access)).resolves.toBe('ann@example.com');
  const long = `${'a'.repeat(64)}@${'b'.repeat(255)}`;
  await expect(identify(assertion({ email: long }), access)).resolves.toBe(long);
});

test.each([
  ['nothing', undefined],
  // Cut short, it could be somebody else’s.
  ['a longer e-mail than there are', assertion({ email: `${'a'.repeat(64)}@${'b'.repeat(256)}` })],
  ['what is no e-mail', assertion({ email: 'rule' })],
  ['nonsense', 'a.b.c'],
  ['another audience', assertion({ aud: '/projects/2' })],
  ['another issuer', assertion({ iss: 'https://accounts.google.com' })],
  ['an assertion that has expired', assertion({ iat: 1_700_000_000, exp: 1_700_000_600 })],
  ['a key that Google does not have', assertion({}, { kid: 'key2' })],
  ['no signature at all', assertion({}, { alg: 'none' }).replace(/[^.]*$/, '')],
  ['another algorithm', assertion({}, { alg: 'HS256' })],
  [
    'a changed name',
    assertion().replace(/\.[^.]*\./, `.${Buffer.from('{"email":"eve@example.com"}').toString('base64url')}.`),
  ],
  ['no email', assertion({ email: undefined })],
])('refused: %s', async (_what, given) => {
  await expect(identify(given, access)).rejects.toMatchObject({ status: 403 });
});

test('without an audience the console is closed, but for this machine', async () => {
  const open = { ...access, audience: undefined };
  await expect(identify(assertion(), open)).rejects.toMatchObject({ status: 403 });
  await expect(identify(undefined, { ...open, isLocal: true })).resolves.toBe('local');
  await expect(identify(undefined, { ...access, isLocal: true })).rejects.toMatchObject({ status: 403 });
  expect(isLocalMachine({ METRONOME_LOCAL: '1' })).toBe(true);
  expect(isLocalMachine({})).toBe(false);
  expect(isLocalMachine({ METRONOME_LOCAL: '1', K_SERVICE: 'metronome-console' })).toBe(false);
});

test('Google’s keys are asked for once an hour, and for a new key at most once a minute', async () => {
  let at = 0;
  let asked = 0;
  const read = googleKeys(
    async () => {
      asked += 1;
      return { key1: pem };
    },
    () => at,
  );
  await read('key1');
  await read('key1');
  await read('new');
  expect(asked).toBe(1);
  at = 61_000;
  await read('key1');
  expect(asked).toBe(1);
  await read('new');
  await read('new');
  expect(asked).toBe(2);
  at += 3_600_001;
  await read('key1');
  expect(asked).toBe(3);
});

test.each([
  ['known, an hour on', 'key1', 3_600_000, false],
  ['known, a moment later', 'key1', 3_600_001, true],
  ['new, within the minute', 'new', 59_999, false],
  ['new, after it', 'new', 60_000, true],
  ['called like what every object has', 'toString', 60_000, true],
])('a key that is %s', async (_, keyId, later, isAsked) => {
  let [at, asked] = [0, 0];
  const fetchKeys = async () => {
    asked += 1;
    return { key1: pem };
  };
  const read = googleKeys(fetchKeys, () => at);
  await read('key1');
  at = later;
  await read(keyId);
  expect(asked).toBe(isAsked ? 2 : 1);
});

test('when the keys cannot be had, nobody is let in, and the next request asks again', async () => {
  let asked = 0;
  const readKeys = googleKeys(async () => {
    asked += 1;
    if (asked === 1) throw new Error('away');
    return { key1: pem };
  });
  await expect(identify(assertion(), { ...access, readKeys })).rejects.toMatchObject({ status: 403 });
  await expect(identify(assertion(), { ...access, readKeys })).resolves.toBe('ann@example.com');
});

test('an invented key, while the keys cannot be had, shuts nobody out whose key is known', async () => {
  let [at, isAway] = [0, false];
  const readKeys = googleKeys(
    async () => {
      if (isAway) throw new Error('away');
      return { key1: pem };
    },
    () => at,
  );
  await identify(assertion(), { ...access, readKeys });
  [at, isAway] = [61_000, true];
  const invented = assertion({}, { kid: 'invented' });
  await expect(identify(invented, { ...access, readKeys })).rejects.toMatchObject({ status: 403 });
  await expect(identify(assertion(), { ...access, readKeys })).resolves.toBe('ann@example.com');
});

test('keys that were asked for long ago and cannot be had take nothing from those that came since', async () => {
  let at = 0;
  const asked: PromiseWithResolvers<Record<string, string>>[] = [];
  const read = googleKeys(
    () => {
      const each = Promise.withResolvers<Record<string, string>>();
      asked.push(each);
      return each.promise;
    },
    () => at,
  );
  const first = read('key1');
  at = 3_600_001;
  const second = read('key1');
  asked[1]?.resolve({ key1: pem });
  await second;
  asked[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await expect(read('key1')).resolves.toEqual({ key1: pem });
  expect(asked).toHaveLength(2);
});

test('why an assertion was refused is logged, and nothing of what it says', async () => {
  const logged: string[] = [];
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  try {
    const expired = assertion({ iat: 1_700_000_000, exp: 1_700_000_600 });
    await expect(identify(expired, access)).rejects.toMatchObject({ status: 403 });
  } finally {
    written.mockRestore();
  }
  expect(logged.map((line) => JSON.parse(line))).toEqual([
    {
      severity: 'WARNING',
      message: 'console: an assertion was refused',
      reason: expect.stringMatching(/^Token used too late, \d+[^:@]*$/),
    },
  ]);
});

const { token } = formToken(undefined);
const own = { host: 'console.example', origin: 'https://console.example', 'sec-fetch-site': 'same-origin' };

/** What the browser says of a form that somebody sends. */
async function isFromHere(headers: Record<string, string>): Promise<boolean> {
  const app = new Hono<ConsoleEnv>();
  app.use(refuseForeignForms);
  app.post('/console/report', (context) => context.body(null, 204));
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  const { status } = await app.request('http://console/console/report', { method: 'POST', headers: form });
  expect([204, 403]).toContain(status);
  return status === 204;
}

test('a form of our own page is taken, with or without the newer headers', async () => {
  await expect(isFromHere(own)).resolves.toBe(true);
  await expect(isFromHere({ host: own.host, origin: own.origin })).resolves.toBe(true);
  // The scheme may end before this machine, and some browsers tell the page alone that the form was on.
  const referer = 'http://CONSOLE.example/console/report?x=1';
  await expect(isFromHere({ host: own.host, referer, 'sec-fetch-site': 'same-origin' })).resolves.toBe(true);
  expect(formToken(token)).toEqual({ token, isNew: false });
  expect(formToken('short').isNew).toBe(true);
});

test('the token is masked in each page, another way each time, and is known again', () => {
  const [first, second] = [maskToken(token), maskToken(token)];
  expect(first).not.toBe(second);
  expect(first).not.toContain(token);
  for (const field of [first, second]) expect(isSameToken(token, field)).toBe(true);
  const another = formToken(undefined).token;
  expect([isSameToken(token, maskToken(another)), isSameToken(token, another)]).toEqual([false, false]);
});

test.each(
  Object.entries({
    'another origin': { ...own, origin: 'https://evil.example' },
    'another origin, where the browser says no more': { host: own.host, origin: 'https://evil.example' },
    'an origin that hides itself': { ...own, origin: 'null' },
    'another site by the browser’s word': { ...own, 'sec-fetch-site': 'cross-site' },
    'another host of the same site': { ...own, 'sec-fetch-site': 'same-site' },
    'a word on the site that no browser says': { ...own, 'sec-fetch-site': 'mine' },
    'no origin': { host: own.host, 'sec-fetch-site': 'same-origin' },
    'another origin on a page of ours': {
      ...own,
      origin: 'https://evil.example',
      referer: 'https://console.example/console',
    },
    'a page of another site, where no origin is said': {
      host: own.host,
      referer: 'https://evil.example/console.example',
      'sec-fetch-site': 'same-origin',
    },
    'no word on where it comes from': { host: own.host },
  }),
)('a form is refused: %s', async (_what, headers: Record<string, string>) => {
  await expect(isFromHere(headers)).resolves.toBe(false);
});
