/** Proofs at the real doors, changed in every way that a wire allows: nobody gets in, and nothing is kept. */
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { request } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identify } from '../../functions/console/identity.ts';
import { policy } from '../../functions/policy.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { runs } from '../fuzz/runs.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario(undefined, { environment: { ...process.env, ...toolSecrets } });

type Headers = [name: string, value: string][];

/** Headers as they are listed, also the same one twice. */
function send(path: string, headers: Headers, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const flat = [...headers, ['content-length', String(body.length)], ['host', 'localhost']].flat();
    const options = { port: scenario.house.port, host: '127.0.0.1', path, method: 'POST', headers: flat };
    const outgoing = request(options, (incoming) => {
      incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const mac = (algorithm: string, secret: string | Buffer, text: string | Buffer) =>
  createHmac(algorithm, secret).update(text);
const body = Buffer.from('{"id":"T-9","ticket_id":"T-9","subject":"x","topic":"ping","issue":{"id":"1"}}');
const now = (): Date => new Date(scenario.house.cloud.clock.now());

/** Each signed door: its path, its proof for now or another time, and which header is the signature. */
const signed: Record<string, { path: string; header: string; sign: (at: Date, bytes?: Buffer) => Headers }> = {
  zendesk: {
    path: '/tickets/zendesk',
    header: 'x-zendesk-webhook-signature',
    sign: (at, bytes = body) => [
      ['x-zendesk-webhook-signature-timestamp', at.toISOString()],
      [
        'x-zendesk-webhook-signature',
        mac('sha256', toolSecrets.ZENDESK_SIGNING_SECRET, at.toISOString() + bytes).digest('base64'),
      ],
    ],
  },
  intercom: {
    path: '/tickets/intercom',
    header: 'x-hub-signature',
    sign: (_, bytes = body) => [
      ['x-hub-signature', `sha1=${mac('sha1', toolSecrets.INTERCOM_CLIENT_SECRET, bytes).digest('hex')}`],
    ],
  },
  jira: {
    path: '/tickets/jira',
    header: 'x-hub-signature',
    sign: (_, bytes = body) => [
      ['x-hub-signature', `sha256=${mac('sha256', toolSecrets.JIRA_WEBHOOK_SECRET, bytes).digest('hex')}`],
    ],
  },
  'standard webhooks': {
    path: '/tickets',
    header: 'webhook-signature',
    sign: (at, bytes = body) => {
      const seconds = String(Math.floor(at.getTime() / 1_000));
      const key = Buffer.from(toolSecrets.TICKETS_SIGNING_SECRET.slice(6), 'base64');
      return [
        ['webhook-id', 'msg_1'],
        ['webhook-timestamp', seconds],
        ['webhook-signature', `v1,${mac('sha256', key, `msg_1.${seconds}.${bytes}`).digest('base64')}`],
      ];
    },
  },
};

describe.each(Object.entries(signed))('%s', (_, { path, header, sign }) => {
  test('lets in what is whole', async () => {
    expect(await send(path, sign(now()), body)).toBeLessThan(300);
  });

  test('refuses one bit changed anywhere, in the body or in any header of the proof', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 6 }), fc.nat(3), async (at, bit, part) => {
        const headers = sign(now());
        const changed = Buffer.from(body);
        if (part === 0) {
          changed[at % body.length] = (changed[at % body.length] ?? 0) ^ (1 << bit);
        } else {
          const each = headers[(part - 1) % headers.length];
          if (!each) return;
          const bytes = Buffer.from(each[1], 'latin1');
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
          // What no header may hold, Node does not send.
          each[1] = bytes.toString('latin1').replace(/[^\x21-\x7e]/g, '~');
        }
        expect(await send(path, headers, changed)).toBe(401);
      }),
      runs(60),
    );
  });

  test('refuses the signature twice, of another body, of nothing, and beside a token of another door', async () => {
    const headers = sign(now());
    const signature = headers.find(([name]) => name === header);
    if (!signature) throw new Error('It has no signature.');
    const rest = headers.filter(([name]) => name !== header);
    const cases: Headers[] = [
      [...headers, signature],
      [...rest, [header, `${signature[1]}, ${signature[1]}`]],
      [...rest, [header, signature[1].toUpperCase()]],
      [...rest, [header, '']],
      rest,
      sign(now(), Buffer.from('{}')),
      [...rest, ['authorization', 'Bearer wrong']],
      [...rest, ['authorization', `Basic ${Buffer.from('x:local').toString('base64')}`]],
    ];
    for (const each of cases) expect([each, await send(path, each, body)]).toEqual([each, 401]);
  });

  test('takes no more of its sender than the policy’s requests a minute', async () => {
    const { requestsPerMinute, burstMinutes } = policy.intake;
    Object.assign(policy.intake, { requestsPerMinute: 1, burstMinutes: 1 });
    try {
      expect(await send(path, sign(now()), body)).toBeLessThan(300);
      expect(await send(path, sign(now()), body)).toBe(429);
    } finally {
      Object.assign(policy.intake, { requestsPerMinute, burstMinutes });
    }
  });
});

describe('tokens', () => {
  const basic = (text: string): Headers => [['authorization', `Basic ${Buffer.from(text).toString('base64')}`]];
  const bearer = (text: string): Headers => [['authorization', `Bearer ${text}`]];

  test.each<[string, string, Headers]>([
    ['generic: cut', '/tickets', bearer('loca')],
    ['generic: longer', '/tickets', bearer('locall')],
    ['generic: other letters', '/tickets', bearer('LOCAL')],
    ['generic: with its comma', '/tickets', bearer('local,local')],
    ['generic: quoted', '/tickets', bearer('"local"')],
    ['generic: in the address', '/tickets?auth_token=local', []],
    ['generic: as a password', '/tickets', basic('x:local')],
    ['generic: of another door', '/tickets', bearer('freshdesk-token')],
    [
      'generic: twice',
      '/tickets',
      [
        ['authorization', 'Bearer wrong'],
        ['authorization', 'Bearer local'],
      ],
    ],
    ['generic: full-width', '/tickets', bearer(Buffer.from('ｌｏｃａｌ').toString('latin1'))],
    ['alerts: as a bearer token', '/alerts', bearer('local')],
    ['alerts: as a user name', '/alerts', basic('local:')],
    ['alerts: as a user name without a colon', '/alerts', basic('local')],
    ['alerts: cut, in the address', '/alerts?auth_token=loca', []],
    ['alerts: blank, in the address', '/alerts?auth_token=', []],
    ['alerts: under another name', '/alerts?token=local', []],
    ['alerts: behind a wrong one', '/alerts?auth_token=wrong&auth_token=local', []],
    ['alerts: in the address, beside a wrong password', '/alerts?auth_token=local', basic('x:wrong')],
    ['alerts: with a zero byte', '/alerts?auth_token=local%00', []],
    ['freshdesk: of another door', '/tickets/freshdesk', bearer('local')],
    ['freshdesk: other letters', '/tickets/freshdesk', basic('x:FRESHDESK-TOKEN')],
  ])('%s', async (_, path, headers) => {
    expect(await send(path, headers, body)).toBe(401);
  });

  test('what was refused has left nothing', async () => {
    const { incidents } = (await scenario.get('/api/incidents')).body;
    const { quarantine } = (await scenario.get('/api/quarantine')).body;
    // Of the whole proofs above: a ticket each of two doors; to the others the body said nothing of interest.
    expect(incidents.map((each: { origin: { tool: string } }) => each.origin.tool).toSorted()).toEqual([
      'generic',
      'zendesk',
    ]);
    expect(quarantine).toEqual([]);
  });
});

test('an assertion of IAP with one letter changed anywhere lets nobody in', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const access = { audience: '/projects/1/x', isLocal: false, readKeys: async () => ({ key1: pem }) };
  const seconds = Math.floor(Date.now() / 1_000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'https://cloud.google.com/iap',
    aud: access.audience,
    email: 'ann@example.com',
    iat: seconds - 10,
    exp: seconds + 600,
  };
  const text = `${part({ alg: 'ES256', typ: 'JWT', kid: 'key1' })}.${part(claims)}`;
  const signature = createSign('SHA256').update(text).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
  const assertion = `${text}.${signature.toString('base64url')}`;
  await expect(identify(assertion, access)).resolves.toBe('ann@example.com');
  await fc.assert(
    // The last letter of 64 bytes carries four bits alone: other letters may be the same bytes.
    fc.asyncProperty(
      fc.nat(assertion.length - 2),
      fc.constantFrom('A', 'a', '9', '_', '-', '.', '='),
      async (at, letter) => {
        fc.pre(assertion[at] !== letter);
        await expect(identify(assertion.slice(0, at) + letter + assertion.slice(at + 1), access)).rejects.toMatchObject(
          { status: 403 },
        );
      },
    ),
    runs(150),
  );
});
