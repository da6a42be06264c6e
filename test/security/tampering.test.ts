/** Proofs at the real doors, changed in every way that a wire allows: nobody gets in, and nothing is kept. */
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { request } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identify } from '../../functions/console/identity.ts';
import { policy } from '../../functions/policy.ts';
import { alertSecrets, toolSecrets } from '../fixtures/secrets.ts';
import { runs } from '../fuzz/runs.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario(undefined, { environment: { ...process.env, ...toolSecrets, ...alertSecrets } });

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
/** To Grafana's door it is the test of a contact point. */
const alertBody = Buffer.from(
  '{"id":"A-9","title":"x","status":"firing","alerts":[{"labels":{"alertname":"TestAlert","instance":"Grafana"}}]}',
);
const now = (): Date => new Date(scenario.house.cloud.clock.now());

const standardWebhook = (secret: string, at: Date, bytes: Buffer): Headers => {
  const seconds = String(Math.floor(at.getTime() / 1_000));
  const key = Buffer.from(secret.slice(6), 'base64');
  return [
    ['webhook-id', 'msg_1'],
    ['webhook-timestamp', seconds],
    ['webhook-signature', `v1,${mac('sha256', key, `msg_1.${seconds}.${bytes}`).digest('base64')}`],
  ];
};

interface Door {
  path: string;
  /** Which header is the signature. */
  header: string;
  /** Its proof for now or another time. */
  sign: (at: Date, bytes?: Buffer) => Headers;
  body?: Buffer;
  /** It takes a token as well, and answers 503 where others answer 429. */
  isAlertDoor?: true;
  /** Its header may have several signatures, of which one has to hold. */
  isList?: true;
}

const signed: Record<string, Door> = {
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
    sign: (at, bytes = body) => standardWebhook(toolSecrets.TICKETS_SIGNING_SECRET, at, bytes),
  },
  'alerts by Standard Webhooks': {
    path: '/alerts/generic',
    header: 'webhook-signature',
    sign: (at, bytes = alertBody) => standardWebhook(alertSecrets.ALERTS_SIGNING_SECRET, at, bytes),
    body: alertBody,
    isAlertDoor: true,
  },
  grafana: {
    path: '/alerts/grafana',
    header: 'x-grafana-alerting-signature',
    sign: (at, bytes = alertBody) => {
      const seconds = String(Math.floor(at.getTime() / 1_000));
      const text = Buffer.concat([Buffer.from(`${seconds}:`), bytes]);
      return [
        ['x-grafana-alerting-timestamp', seconds],
        ['x-grafana-alerting-signature', mac('sha256', alertSecrets.GRAFANA_SIGNING_SECRET, text).digest('hex')],
      ];
    },
    body: alertBody,
    isAlertDoor: true,
  },
  'pagerduty’s webhooks': {
    path: '/pagerduty/webhooks',
    header: 'x-pagerduty-signature',
    sign: (_, bytes = body) => [
      ['x-pagerduty-signature', `v1=${mac('sha256', alertSecrets.PAGERDUTY_WEBHOOK_SECRET, bytes).digest('hex')}`],
    ],
    isList: true,
  },
  github: {
    path: '/changes/github',
    header: 'x-hub-signature-256',
    sign: (_, bytes = body) => [
      ['x-hub-signature-256', `sha256=${mac('sha256', alertSecrets.GITHUB_WEBHOOK_SECRET, bytes).digest('hex')}`],
    ],
  },
  gitlab: {
    path: '/changes/gitlab',
    header: 'webhook-signature',
    sign: (at, bytes = body) => standardWebhook(alertSecrets.GITLAB_WEBHOOK_TOKEN.split(',')[1] ?? '', at, bytes),
  },
};

describe.each(Object.entries(signed))('%s', (_, { path, header, sign, isAlertDoor, isList, ...own }) => {
  const { body: whole = body } = own;
  test('lets in what is whole', async () => {
    expect(await send(path, sign(now()), whole)).toBeLessThan(300);
  });

  test('refuses one bit changed anywhere, in the body or in any header of the proof', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 6 }), fc.nat(3), async (at, bit, part) => {
        const headers = sign(now());
        const changed = Buffer.from(whole);
        if (part === 0) {
          changed[at % whole.length] = (changed[at % whole.length] ?? 0) ^ (1 << bit);
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
      ...(isList
        ? []
        : [[...headers, signature] as Headers, [...rest, [header, `${signature[1]}, ${signature[1]}`]] as Headers]),
      [...rest, [header, signature[1].toUpperCase()]],
      [...rest, [header, '']],
      rest,
      sign(now(), Buffer.from('{}')),
      [...rest, ['authorization', 'Bearer wrong']],
      ...(isAlertDoor
        ? []
        : [[...rest, ['authorization', `Basic ${Buffer.from('x:local').toString('base64')}`]] as Headers]),
    ];
    for (const each of cases) expect([each, await send(path, each, whole)]).toEqual([each, 401]);
  });

  test.runIf(sign(new Date(0)).length > 1)('refuses a proof of six minutes ago, and of six minutes ahead', async () => {
    for (const minutes of [-6, 6]) {
      const at = new Date(now().getTime() + minutes * 60_000);
      expect(await send(path, sign(at), whole)).toBe(401);
    }
  });

  test('takes no more of its sender than the policy’s requests a minute', async () => {
    const { requestsPerMinute, burstMinutes } = policy.intake;
    Object.assign(policy.intake, { requestsPerMinute: 1, burstMinutes: 1 });
    try {
      expect(await send(path, sign(now()), whole)).toBeLessThan(300);
      expect(await send(path, sign(now()), whole)).toBe(isAlertDoor ? 503 : 429);
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
    ['alertmanager: cut', '/alerts/alertmanager', bearer('loca')],
    ['alertmanager: as a user name', '/alerts/alertmanager', basic('local:')],
    ['opsgenie: as a bearer token', '/opsgenie/v2/alerts', bearer(alertSecrets.OPSGENIE_API_KEY)],
    ['opsgenie: in the address', `/opsgenie/v2/alerts?apiKey=${alertSecrets.OPSGENIE_API_KEY}`, []],
    ['opsgenie: of a close', '/opsgenie/v2/alerts/x/close?identifierType=alias', bearer('local')],
    ['pagerduty: in a header', '/pagerduty/v2/enqueue', bearer(alertSecrets.PAGERDUTY_ROUTING_KEYS)],
    ['pagerduty: of a change', '/pagerduty/v2/change/enqueue', bearer(alertSecrets.PAGERDUTY_ROUTING_KEYS)],
    [
      'gitlab: the signing token as a token',
      '/changes/gitlab',
      [['x-gitlab-token', alertSecrets.GITLAB_WEBHOOK_TOKEN]],
    ],
    ['gitlab: twice', '/changes/gitlab', Array(2).fill(['x-gitlab-token', 'gitlab-token'])],
    ['github: of GitLab', '/changes/github', [['x-gitlab-token', 'gitlab-token']]],
    ['freshdesk: of another door', '/tickets/freshdesk', bearer('local')],
    ['freshdesk: other letters', '/tickets/freshdesk', basic('x:FRESHDESK-TOKEN')],
  ])('%s', async (_, path, headers) => {
    expect(await send(path, headers, body)).toBe(401);
  });

  test('what was refused has left nothing', async () => {
    const { incidents } = (await scenario.get('/api/incidents')).body;
    const { quarantine } = (await scenario.get('/api/quarantine')).body;
    // Of the whole proofs above: a report each of three doors; to the others the body said nothing of interest.
    expect(incidents.map((each: { origin: { tool: string } }) => each.origin.tool).toSorted()).toEqual([
      'alert',
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
