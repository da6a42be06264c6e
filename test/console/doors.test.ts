/** Who is let in, and whose forms are taken. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { csrfToken, maskToken, refuseForeign } from '../../functions/console/csrf.ts';
import { type Access, googleKeys, identify, isLocalMachine } from '../../functions/console/identity.ts';

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

test('whom IAP vouches for is let in by name', async () => {
  await expect(identify(assertion(), access)).resolves.toBe('ann@example.com');
});

test.each([
  ['nothing', undefined],
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

const token = csrfToken(undefined).token;
const own = { host: 'console.example', origin: 'https://console.example', 'sec-fetch-site': 'same-origin' };

test('a form of our own page is taken, with or without the newer headers', () => {
  const send = (headers: Record<string, string>) => () => refuseForeign((name) => headers[name], token, token);
  expect(send(own)).not.toThrow();
  expect(send({ host: own.host, origin: own.origin })).not.toThrow();
  expect(send({ host: own.host, referer: 'https://console.example/console/report' })).not.toThrow();
  expect(csrfToken(token)).toEqual({ token, isNew: false });
  expect(csrfToken('short').isNew).toBe(true);
});

test('the token stands masked in each page, another way each time, and is known again', () => {
  const [first, second] = [maskToken(token), maskToken(token)];
  expect(first).not.toBe(second);
  expect(first).not.toContain(token);
  const header = (name: string) => (own as Record<string, string>)[name];
  for (const field of [first, second]) expect(() => refuseForeign(header, token, field)).not.toThrow();
  expect(() => refuseForeign(header, token, maskToken(csrfToken(undefined).token))).toThrow();
});

test.each([
  ['another origin', { ...own, origin: 'https://evil.example' }, token, token],
  ['an origin that hides itself', { ...own, origin: 'null' }, token, token],
  ['another site by the browser’s word', { ...own, 'sec-fetch-site': 'cross-site' }, token, token],
  ['another host of the same site', { ...own, 'sec-fetch-site': 'same-site' }, token, token],
  ['no word on where it comes from', { host: own.host }, token, token],
  ['no cookie', own, undefined, token],
  ['no token in the form', own, token, undefined],
  ['another token', own, token, csrfToken(undefined).token],
  ['two empty tokens', own, '', ''],
])('a form is refused: %s', (_what, headers: Record<string, string>, cookie, field) => {
  expect(() => refuseForeign((name) => headers[name], cookie, field)).toThrow(expect.objectContaining({ status: 403 }));
});
