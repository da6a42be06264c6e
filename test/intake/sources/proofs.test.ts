import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { freshdesk } from '../../../functions/intake/sources/freshdesk.ts';
import { generic } from '../../../functions/intake/sources/generic.ts';
import { intercom } from '../../../functions/intake/sources/intercom.ts';
import { jira } from '../../../functions/intake/sources/jira.ts';
import { headerOf, isSignedBy, presentedTokens, readSignedTime } from '../../../functions/intake/sources/proof.ts';
import type { Envelope, IntakeSource } from '../../../functions/intake/sources/source.ts';
import { zendesk } from '../../../functions/intake/sources/zendesk.ts';
import { policy } from '../../../functions/policy.ts';
import { configWith, receivedAt } from './reading.ts';

const body = Buffer.from('{"注文":"通らない","n":1}');
const whsec = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
const config = configWith({
  TICKETS_TOKEN: 'token-a,token-b',
  TICKETS_SIGNING_SECRET: `${whsec},whsec_${Buffer.from('another-secret-of-24-byt').toString('base64')}`,
  ZENDESK_SIGNING_SECRET: 'zen-a,zen-b',
  INTERCOM_CLIENT_SECRET: 'inter-a,inter-b',
  FRESHDESK_TOKEN: 'fresh-a,fresh-b',
  JIRA_WEBHOOK_SECRET: 'jira-a,jira-b',
});
const none = configWith({});
const iso = receivedAt.toISOString();
const seconds = String(receivedAt.getTime() / 1_000);

async function verdict(
  source: IntakeSource,
  headers: IncomingHttpHeaders,
  options: { bytes?: Buffer; query?: string; now?: Date; config?: typeof config } = {},
): Promise<string | undefined> {
  const envelope = { headers, query: new URLSearchParams(options.query) };
  return source.refuse(envelope, options.bytes ?? body, options.config ?? config, policy, options.now ?? receivedAt);
}
const minutesLater = (minutes: number) => new Date(receivedAt.getTime() + minutes * 60_000);

/** The proofs, computed here with nothing but node:crypto. */
const signed = {
  zendesk: (secret: string, timestamp = iso, bytes = body, encoding: 'base64' | 'hex' | 'base64url' = 'base64') => ({
    'x-zendesk-webhook-signature': createHmac('sha256', secret).update(timestamp).update(bytes).digest(encoding),
    'x-zendesk-webhook-signature-timestamp': timestamp,
  }),
  intercom: (secret: string, bytes = body, algorithm = 'sha1') => ({
    'x-hub-signature': `${algorithm}=${createHmac(algorithm, secret).update(bytes).digest('hex')}`,
  }),
  jira: (secret: string, bytes = body, algorithm = 'sha256') => ({
    'x-hub-signature': `${algorithm}=${createHmac(algorithm, secret).update(bytes).digest('hex')}`,
  }),
  standard: (secret: string, timestamp = seconds, bytes = body, id = 'msg_1') => ({
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(`${id}.${timestamp}.`)
      .update(bytes)
      .digest('base64')}`,
  }),
};

/** Every way in which the bytes of a body may have been changed by one. */
const tampered: [string, Buffer][] = [
  ['a byte changed', Buffer.from(body.map((byte, index) => (index === 3 ? byte ^ 1 : byte)))],
  ['a byte more', Buffer.concat([body, Buffer.from(' ')])],
  ['a byte less', body.subarray(0, -1)],
  ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body])],
  ['the same JSON in other bytes', Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1))],
  ['another encoding', Buffer.from(body.toString(), 'utf16le')],
  ['nothing', Buffer.alloc(0)],
];

describe.each([
  ['zendesk', zendesk, signed.zendesk, ['zen-a', 'zen-b'], 'x-zendesk-webhook-signature'],
  ['intercom', intercom, signed.intercom, ['inter-a', 'inter-b'], 'x-hub-signature'],
  ['jira', jira, signed.jira, ['jira-a', 'jira-b'], 'x-hub-signature'],
  ['standard webhooks', generic, signed.standard, [whsec, config.TICKETS_SIGNING_SECRET[1] ?? ''], 'webhook-signature'],
] as const)('%s', (_, source, sign, secrets, header) => {
  test('both secrets are valid, and another is not', async () => {
    for (const secret of secrets) expect(await verdict(source, sign(secret))).toBeUndefined();
    expect(await verdict(source, sign('whsec_bm90LXRoaXMtb25lLWF0LWFsbA=='))).toMatch(/not that of|No signature/);
  });

  test('without a secret nothing is verified, not even what an empty one signs', async () => {
    expect(await verdict(source, sign(secrets[0]), { config: none })).toBeDefined();
    expect(await verdict(source, sign(''), { config: none })).toBeDefined();
    expect(await verdict(source, sign(''))).toBeDefined();
  });

  test.each(tampered)('a body with %s is refused', async (_name, bytes) => {
    expect(await verdict(source, sign(secrets[0]), { bytes })).toBeDefined();
  });

  test('an empty body that was signed is verified, and bytes that are no text are signed as bytes or refused', async () => {
    const empty = Buffer.alloc(0);
    const good =
      source === zendesk
        ? signed.zendesk(secrets[0], iso, empty)
        : source === generic
          ? signed.standard(secrets[0], seconds, empty)
          : sign(secrets[0], empty as never);
    expect(await verdict(source, good, { bytes: empty })).toBeUndefined();
  });

  test('a signature that is cut, lengthened, blank, doubled, in other letters, or not there is refused', async () => {
    const headers = sign(secrets[0]) as Record<string, string>;
    const value = headers[header] ?? '';
    const bare = value.slice(value.indexOf(',') + 1).replace(/^sha\d+=/, '');
    const wrong = [
      value.slice(0, -1),
      `${value}0`,
      `${value}=`,
      ` ${value}x`,
      '',
      'v1,',
      'sha256=',
      'sha1=',
      value.toUpperCase(),
      bare === value ? `v1,${value}` : bare,
      value.replace(/=$/, ''),
      Buffer.from(value).toString('base64'),
    ];
    const accepted: string[] = [];
    for (const each of wrong.filter((candidate) => candidate !== value)) {
      if ((await verdict(source, { ...headers, [header]: each })) === undefined) accepted.push(each);
    }
    expect(accepted).toEqual([]);
    expect(await verdict(source, { ...headers, [header]: `${value}, ${value}` })).toBeDefined();
    expect(await verdict(source, { ...headers, [header]: [value, value] as never })).toBeDefined();
    const { [header]: _taken, ...rest } = headers;
    expect(await verdict(source, rest)).toBeDefined();
  });
});

describe('the window of a signed timestamp', () => {
  test.each([-5, -1, 0, 4.9, 5])('%s minutes from now counts', async (minutes) => {
    expect(await verdict(zendesk, signed.zendesk('zen-a'), { now: minutesLater(minutes) })).toBeUndefined();
    expect(await verdict(generic, signed.standard(whsec), { now: minutesLater(minutes) })).toBeUndefined();
  });

  test.each([-60, -5.1, 5.1, 525_600])('%s minutes from now does not', async (minutes) => {
    expect(await verdict(zendesk, signed.zendesk('zen-a'), { now: minutesLater(minutes) })).toMatch(/5 min/);
    expect(await verdict(generic, signed.standard(whsec), { now: minutesLater(minutes) })).toMatch(/5 min/);
  });

  test('Zendesk’s may be ISO, with nanoseconds or an offset, or seconds; changed ones are refused', async () => {
    const good = [iso, '2026-11-24T01:02:00.123456789Z', '2026-11-24T10:02:00+09:00', seconds];
    expect(await Promise.all(good.map((each) => verdict(zendesk, signed.zendesk('zen-a', each))))).toEqual(
      good.map(() => undefined),
    );
    const moved = { ...signed.zendesk('zen-a'), 'x-zendesk-webhook-signature-timestamp': '2026-11-24T01:02:00Z' };
    expect(await verdict(zendesk, moved)).toMatch(/not that of/);
    // Fractions count to the millisecond; the window is five minutes.
    expect(
      await verdict(zendesk, signed.zendesk('zen-a', '2026-11-24T01:02:00.999999999Z'), {
        now: new Date('2026-11-24T01:07:00.999Z'),
      }),
    ).toBeUndefined();
    expect(await verdict(zendesk, signed.zendesk('zen-a', `${iso}x`))).toBeDefined();
  });

  test('Standard Webhooks sign the id and the timestamp; either changed is refused', async () => {
    const headers = signed.standard(whsec);
    expect(await verdict(generic, { ...headers, 'webhook-id': 'msg_2' })).toMatch(/No signature/);
    expect(await verdict(generic, { ...headers, 'webhook-timestamp': String(Number(seconds) + 1) })).toMatch(
      /No signature/,
    );
    expect(await verdict(generic, { ...headers, 'webhook-timestamp': `${seconds}.5` })).toBeDefined();
    expect(await verdict(generic, { ...headers, 'webhook-timestamp': iso })).toBeDefined();
    expect(await verdict(generic, { ...headers, 'webhook-id': '' })).toBeDefined();
  });

  test('what lacks is named, and so is a timestamp of another form', async () => {
    const headers: Record<string, string> = signed.standard(whsec);
    for (const name of ['webhook-id', 'webhook-timestamp']) {
      const { [name]: _, ...rest } = headers;
      expect(await verdict(generic, rest)).toBe(
        'It needs webhook-id, webhook-timestamp and webhook-signature, each once.',
      );
    }
    for (const timestamp of [`x${seconds}`, `${seconds}x`, `${seconds}.5`, iso]) {
      expect(await verdict(generic, { ...headers, 'webhook-timestamp': timestamp })).toBe(
        'webhook-timestamp has to be in seconds since 1970.',
      );
    }
  });
});

describe('Standard Webhooks', () => {
  test('of several signatures one has to be right, and only of version 1', async () => {
    const headers = signed.standard(whsec);
    const right = headers['webhook-signature'];
    expect(await verdict(generic, { ...headers, 'webhook-signature': `v1,AAAA v1a,BBBB ${right}` })).toBeUndefined();
    expect(await verdict(generic, { ...headers, 'webhook-signature': right.replace('v1,', 'v2,') })).toBeDefined();
    expect(await verdict(generic, { ...headers, 'webhook-signature': right.replace('v1,', '') })).toBeDefined();
  });

  test('up to ten signatures are looked at, each of a version and base64', async () => {
    const headers = signed.standard(whsec);
    const right = headers['webhook-signature'];
    const list = (count: number) => ({
      ...headers,
      'webhook-signature': [...Array(count - 1).fill('v1,AA'), right].join(' '),
    });
    expect(await verdict(generic, list(10))).toBeUndefined();
    const sentence = 'webhook-signature has to be a list of v1,… parted by blanks.';
    expect(await verdict(generic, list(11))).toBe(sentence);
    const beside = (signature: string) =>
      verdict(generic, { ...headers, 'webhook-signature': `${signature} ${right}` });
    for (const taken of ['v1_aZ,Az09+/=-_', `v1,${'A'.repeat(200)}`]) expect(await beside(taken)).toBeUndefined();
    for (const refused of ['x', `x${right}`, 'v,A', 'v1_aZ9,A', 'v1,', 'v1,A.', `v1,${'A'.repeat(201)}`])
      expect([refused, await beside(refused)]).toEqual([refused, sentence]);
  });

  test('a secret of another form verifies nothing, and it is said', async () => {
    const malformed = configWith({ TICKETS_SIGNING_SECRET: 'whsec_!' });
    expect(await verdict(generic, signed.standard(whsec), { config: malformed })).toBe(
      'TICKETS_SIGNING_SECRET must be whsec_ followed by Base64.',
    );
  });

  test('bytes that are no UTF-8 are refused: they would be signed as the text that they are not', async () => {
    const bytes = Buffer.from([0x22, 0xff, 0x22]);
    expect(await verdict(generic, signed.standard(whsec, seconds, bytes), { bytes })).toBe('The body is not UTF-8.');
    const asText = signed.standard(whsec, seconds, Buffer.from(bytes.toString('utf8')));
    expect(await verdict(generic, asText, { bytes })).toBe('The body is not UTF-8.');
  });

  test('webhook-id is the event’s id only where it was signed', () => {
    const headers = signed.standard(whsec);
    const query = new URLSearchParams();
    expect(generic.eventId?.({ headers, query }, body, none)).toBe('msg_1');
    expect(
      generic.eventId?.({ headers: { 'webhook-id': 'msg_1', authorization: 'Bearer token-a' }, query }, body, none),
    ).toBeUndefined();
  });

  test('a bearer token is beside it, however its scheme is written, and a wrong one is not mended by a signature', async () => {
    for (const authorization of ['Bearer token-b', 'bearer token-b', 'BEARER  token-b '])
      expect([authorization, await verdict(generic, { authorization })]).toEqual([authorization, undefined]);
    expect(await verdict(generic, { authorization: 'Bearer wrong', ...signed.standard(whsec) })).toBeDefined();
  });
});

describe('methods of X-Hub-Signature', () => {
  test('Intercom’s is SHA-1 and no other; Jira’s is read from the header, and never a weak one', async () => {
    expect(await verdict(intercom, signed.jira('inter-a'))).toBeDefined();
    for (const algorithm of ['sha384', 'sha512'])
      expect(await verdict(jira, signed.jira('jira-a', body, algorithm))).toBeUndefined();
    for (const algorithm of ['sha1', 'md5'])
      expect(await verdict(jira, signed.jira('jira-a', body, algorithm))).toBeDefined();
  });

  test.each<[IntakeSource, secret: string, like: string, hint: string]>([
    [intercom, 'INTERCOM_CLIENT_SECRET', 'sha1= and 40', ''],
    [jira, 'JIRA_WEBHOOK_SECRET', 'sha256= and 64', ' Set a secret in the webhook’s settings.'],
  ])('$tool says what it needs', async (source, secret, like, hint) => {
    expect(await verdict(source, {})).toBe(`It needs X-Hub-Signature, once.${hint}`);
    expect(await verdict(source, { 'x-hub-signature': 'md5=0' })).toBe(`X-Hub-Signature has to be ${like} hex digits.`);
    const another = { ...signed.intercom('x'), ...(source === jira ? signed.jira('x') : {}) };
    expect(await verdict(source, another)).toBe(`X-Hub-Signature is not that of this body under ${secret}.`);
    expect(source.secretNames).toEqual([secret]);
    expect(source.needsBody({ headers: {}, query: new URLSearchParams() })).toBe(true);
    expect(source.challenge).toBe('Signature realm="metronome", headers="x-hub-signature"');
  });

  test('Zendesk’s in hex or base64url is not its own', async () => {
    expect(await verdict(zendesk, signed.zendesk('zen-a', iso, body, 'hex'))).toBeDefined();
    // Base64 of 32 bytes ends in a “=” that base64url leaves out.
    expect(await verdict(zendesk, signed.zendesk('zen-a', iso, body, 'base64url'))).toBeDefined();
  });
});

describe('Freshdesk’s token', () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  test.each([
    ['as the password of basic auth', basic('anyone:fresh-a'), ''],
    ['as the user name, where Freshdesk is given an API key', basic('fresh-b:X'), ''],
    ['as a bearer token', { authorization: 'Bearer fresh-a' }, ''],
    ['in the address', {}, 'auth_token=fresh-b'],
  ])('%s', async (_, headers, query) => {
    expect(await verdict(freshdesk, headers, { query })).toBeUndefined();
  });

  test.each([
    ['wrong', basic('anyone:fresh-c'), ''],
    ['cut', basic('anyone:fresh-'), ''],
    ['longer', { authorization: 'Bearer fresh-aa' }, ''],
    ['both at once', { authorization: 'Bearer fresh-a,fresh-b' }, ''],
    ['of another scheme', { authorization: 'Token fresh-a' }, ''],
    ['blank', {}, 'auth_token='],
    ['right, by another scheme', { authorization: `Digest ${Buffer.from('fresh-b:X').toString('base64')}` }, ''],
    ['absent', {}, ''],
  ])('%s is refused', async (_, headers, query) => {
    expect(await verdict(freshdesk, headers, { query })).toBeDefined();
    expect(await verdict(freshdesk, headers, { query, config: none })).toBeDefined();
  });
});

test('a published test secret is no secret', () => {
  const published = configWith({
    ZENDESK_SIGNING_SECRET: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==',
    JIRA_WEBHOOK_SECRET: "It's a Secret to Everybody",
  });
  expect([published.ZENDESK_SIGNING_SECRET, published.JIRA_WEBHOOK_SECRET]).toEqual([[], []]);
});

describe('a signature', () => {
  const of = (secrets: string[], given: string | undefined, parts: (string | Buffer)[] = ['a', Buffer.from('b')]) =>
    isSignedBy(secrets, given, { algorithm: 'sha256', encoding: 'hex', parts });
  const by = (secret: string, text = 'ab') => createHmac('sha256', secret).update(text).digest('hex');

  test('is over its parts, in their order, by any of the secrets', () => {
    expect([of(['x', 'y'], by('x')), of(['x', 'y'], by('y')), of(['x', 'y'], by('z'))]).toEqual([true, true, false]);
    expect(of(['x'], by('x', 'ba'))).toBe(false);
  });

  test('by nothing, of nothing, or by a secret that is empty is none', () => {
    expect([of(['x'], undefined), of(['x'], ''), of([], by('x')), of([''], by('')), of(['', 'x'], by(''))]).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

test('a header counts where it came once, and says something', () => {
  const headers = { one: 'a', twice: ['a', 'b'] as unknown as string, blank: '' };
  expect(['one', 'twice', 'blank', 'absent'].map((each) => headerOf(headers, each))).toEqual([
    'a',
    undefined,
    undefined,
    undefined,
  ]);
});

test.each<[string, string | undefined]>([
  ['1795482000', '2026-11-24T01:00:00.000Z'],
  ['123456789', '1973-11-29T21:33:09.000Z'],
  ['12345678', undefined],
  ['123456789012', undefined],
  ['12345678901', '2361-03-21T19:15:01.000Z'],
  ['2026-11-24T01:00:00-09:00', '2026-11-24T10:00:00.000Z'],
  ['x1795482000', undefined],
  ['1795482000x', undefined],
  ['2026-11-24T01:00:00Z', '2026-11-24T01:00:00.000Z'],
  ['2026-11-24T10:00:00+09:00', '2026-11-24T01:00:00.000Z'],
  ['2026-11-24T01:00:00.5Z', '2026-11-24T01:00:00.500Z'],
  ['2026-11-24T01:00:00.123456789Z', '2026-11-24T01:00:00.123Z'],
  ['2026-11-24T01:00:00.1234567890Z', undefined],
  ['2026-11-24T01:00:00', undefined],
  ['2026-11-24 01:00:00Z', undefined],
  ['2026-11-24', undefined],
  ['on 2026-11-24T01:00:00Z', undefined],
  ['2026-11-24T01:00:00Z or so', undefined],
  ['2026-13-24T01:00:00Z', undefined],
  ...['', 'now', `${seconds}000`, '-1', '1e9', '0x6a0', 'NaN'].map((each): [string, undefined] => [each, undefined]),
])('the signed time %j is %s', (text, expected) => {
  expect(readSignedTime(text)?.toISOString()).toBe(expected);
});

test.each<[string | undefined, string | undefined, string[]]>([
  ['Bearer abc', undefined, ['abc']],
  ['Bearer abc', 'q', ['q', 'abc']],
  [`Basic ${Buffer.from('key:pass:word').toString('base64')}`, undefined, ['pass:word', 'key']],
  [`Basic ${Buffer.from(':word').toString('base64')}`, undefined, ['word']],
  [`Basic ${Buffer.from('key:').toString('base64')}`, undefined, ['key']],
  ['Bearer ', undefined, []],
  ['Basic ', undefined, []],
  ['Digest abc', undefined, []],
  [undefined, '', []],
  [undefined, 'q', ['q']],
  [undefined, undefined, []],
])('%s with ?auth_token=%s presents %j', (authorization, token, expected) => {
  const query = new URLSearchParams(token === undefined ? {} : { auth_token: token });
  expect(presentedTokens({ headers: authorization ? { authorization } : {}, query } as Envelope)).toEqual(expected);
});
