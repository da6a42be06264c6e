/** The rules, as the official emulator applies them to a client: with and without an account, nothing is allowed. */
import { Firestore } from '@google-cloud/firestore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collections } from '../../functions/platform/firestore.ts';

const host = process.env.FIRESTORE_EMULATOR_HOST ?? '127.0.0.1:8085';
const project = 'metronome-official';
const documents = `http://${host}/v1/projects/${project}/databases/(default)/documents`;

/** The emulator takes unsigned tokens; `owner` would pass by the rules. */
function tokenOf(uid: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: uid, user_id: uid, iat: 1, exp: 9_999_999_999 })}.`;
}

const clients: [string, Record<string, string>][] = [
  ['without an account', {}],
  ['with an account', { authorization: `Bearer ${tokenOf('somebody')}` }],
];

let server: Firestore;
beforeAll(async () => {
  server = new Firestore({ projectId: project });
  for (const name of Object.values(collections)) await server.collection(name).doc('one').set({ at: 1 });
});
afterAll(() => server.terminate());

describe.each(clients)('a client %s', (_, headers) => {
  test.each(Object.values(collections))('reads nothing of %s', async (name) => {
    expect((await fetch(`${documents}/${name}/one`, { headers })).status).toBe(403);
    expect((await fetch(`${documents}/${name}`, { headers })).status).toBe(403);
  });

  test.each(Object.values(collections))('writes nothing to %s', async (name) => {
    const body = JSON.stringify({ fields: { at: { integerValue: '2' } } });
    const write = { method: 'PATCH', headers: { ...headers, 'content-type': 'application/json' }, body };
    expect((await fetch(`${documents}/${name}/two`, write)).status).toBe(403);
    expect((await fetch(`${documents}/${name}/one`, { method: 'DELETE', headers })).status).toBe(403);
  });
});

test('the functions pass by their account, and not by the rules', async () => {
  expect((await server.collection(collections.incidents).doc('one').get()).get('at')).toBe(1);
});
