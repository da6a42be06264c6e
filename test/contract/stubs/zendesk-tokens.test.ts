/** The stub lets in the callers that Zendesk does: by a live OAuth token that covers what is asked. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { zendeskEvent } from '../../fixtures/tickets.ts';
import { environment, type LocalTools, startTools, zendeskGrant } from './tools.ts';

let tools: LocalTools;
beforeEach(async () => {
  tools = await startTools();
  await tools.tell('zendesk', zendeskEvent('created'));
});
afterEach(() => tools.close());

const ask = (more: Record<string, unknown> = {}, of = tools) =>
  of.call('zendesk', 'POST', '/oauth/tokens', { ...zendeskGrant, ...more }, { authorization: '' });
const tokenOf = async (more: Record<string, unknown> = {}, of = tools): Promise<string> =>
  `Bearer ${(await ask(more, of)).body.access_token}`;
const me = (authorization: string, of = tools) =>
  of.call('zendesk', 'GET', '/api/v2/users/me.json', undefined, { authorization });
const ticket = '/api/v2/tickets/9120.json';
const read = (authorization: string) => tools.call('zendesk', 'GET', ticket, undefined, { authorization });
const say = (authorization: string, of = tools) =>
  of.call('zendesk', 'PUT', ticket, { ticket: { comment: { body: 'x', public: true } } }, { authorization });

describe('a token', () => {
  test('is given for the client’s secret, without one to refresh it by, and tells its life where that was asked for', async () => {
    expect(await ask()).toMatchObject({ status: 200, body: { token_type: 'bearer', scope: 'read write' } });
    expect(Object.keys((await ask()).body)).toEqual(['access_token', 'token_type', 'scope']);
    expect((await ask({ expires_in: 600 })).body.expires_in).toBe(600);
  });

  test.each<[more: Record<string, unknown>, status: number, error: string]>([
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ client_id: 'other' }, 401, 'invalid_client'],
    [{ client_secret: 'other' }, 401, 'invalid_client'],
    [{ client_secret: undefined }, 401, 'invalid_client'],
    [{ scope: ' ' }, 400, 'invalid_scope'],
    [{ expires_in: 300 }, 400, 'invalid_request'],
    [{ expires_in: 172_800 }, 400, 'invalid_request'],
  ])('asked for with %j is refused by %i, %s', async (more, status, error) => {
    expect(await ask(more)).toMatchObject({ status, body: { error } });
  });

  test.each([
    [undefined, 1_800_000],
    [301, 301_000],
  ])('that was asked for with a life of %s lives %i ms', async (expires_in, ms) => {
    const token = await tokenOf({ expires_in });
    await tools.advance(ms - 1);
    expect((await me(token)).status).toBe(200);
    await tools.advance(1);
    expect(await me(token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });

  test.each([
    ['read', 200, 200, 403],
    ['tickets:read', 403, 200, 403],
    ['tickets:read tickets:write users:read', 200, 200, 200],
    ['write', 403, 403, 200],
    ['tickets:shout', 403, 403, 403],
  ])('for “%s” reads its own account by %i, a ticket by %i, and writes by %i', async (scope, own, reads, writes) => {
    const token = await tokenOf({ scope });
    expect([(await me(token)).status, (await read(token)).status, (await say(token)).status]).toEqual([
      own,
      reads,
      writes,
    ]);
  });
});

test('an API token lets nobody in, nor does a token of another client or one that was changed', async () => {
  const basic = `Basic ${Buffer.from('agent@example.jp/token:zendesk-client-secret').toString('base64')}`;
  const other = await startTools(() => 200, { ...environment, ZENDESK_OAUTH_CLIENT_SECRET: 'another' });
  const another = await tokenOf({ client_secret: 'another' }, other);
  const own = await tokenOf();
  for (const wrong of [basic, another, `${own}x`, own.replace('Bearer ', ''), 'Bearer zendesk-client-secret', '']) {
    expect([wrong, (await me(wrong)).status]).toEqual([wrong, 401]);
  }
  await other.close();
});

test('by the first of two secrets, and by none where none is set', async () => {
  const { ZENDESK_OAUTH_CLIENT_SECRET: secret, ...none } = environment;
  const rotated = await startTools(() => 200, { ...none, ZENDESK_OAUTH_CLIENT_SECRET: ` ${secret} , old` });
  const unset = await startTools(() => 200, none);
  expect([(await ask({}, rotated)).status, (await ask({ client_secret: 'old' }, rotated)).status]).toEqual([200, 401]);
  expect((await ask({ client_secret: '' }, unset)).status).toBe(401);
  await Promise.all([rotated.close(), unset.close()]);
});

test('a light agent’s comment is private whatever it asks for, and its account says so', async () => {
  const ZENDESK_OAUTH_CLIENT_ID = 'light-agent-7';
  const light = await startTools(() => 200, { ...environment, ZENDESK_OAUTH_CLIENT_ID });
  await light.tell('zendesk', zendeskEvent('created'));
  const token = await tokenOf({ client_id: ZENDESK_OAUTH_CLIENT_ID }, light);
  expect((await me(token, light)).body.user.only_private_comments).toBe(true);
  expect((await me(await tokenOf())).body.user.only_private_comments).toBe(false);
  const said = await say(token, light);
  expect(said).toMatchObject({ status: 200, body: { audit: { events: [{ type: 'Comment', public: false }] } } });
  expect((await light.look('zendesk', '9120')).body.comments).toMatchObject([{ isPublic: false }]);
  await light.close();
});
