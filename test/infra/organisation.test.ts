/** What the organisation forbids is said before anything is made. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { apis } from '../../infra/provision/accounts.ts';
import {
  type Constraint,
  constraints,
  judgeLocation,
  objectionsOf,
  organisationPart,
  type Rule,
  type Verdict,
} from '../../infra/provision/organisation.ts';

const region = 'asia-northeast1';
const allow = (...allowedValues: string[]): Rule => ({ values: { allowedValues } });
const deny = (...deniedValues: string[]): Rule => ({ values: { deniedValues } });

test.each<[Verdict, Rule[]]>([
  ['allowed', []],
  ['allowed', [{ allowAll: true }]],
  ['allowed', [allow('in:asia-northeast1-locations')]],
  ['allowed', [allow('in:asia-locations')]],
  ['allowed', [allow('asia-northeast1')]],
  ['allowed', [allow('is:asia-northeast1')]],
  ['allowed', [allow('in:us-locations', 'in:asia-locations')]],
  ['allowed', [allow('in:us-locations'), allow('in:asia-locations')]],
  ['allowed', [deny('in:us-locations')]],
  ['allowed', [{ denyAll: true, condition: {} }]],
  ['forbidden', [{ denyAll: true }]],
  ['forbidden', [allow('in:us-locations')]],
  ['forbidden', [allow('in:asia-northeast2-locations', 'asia-northeast12')]],
  ['forbidden', [allow('in:asia-locations'), deny('in:asia-northeast1-locations')]],
  ['forbidden', [deny('in:asia-locations')]],
  ['unknown', [allow('in:low-carbon-locations')]],
  ['unknown', [allow('in:us-locations', 'in:eu-locations')]],
  ['unknown', [deny('in:low-carbon-locations')]],
])('a region is %s by %j', (verdict, rules) => {
  expect(judgeLocation(rules, region)).toBe(verdict);
});

test.each<[Constraint, Rule[], boolean, string[]]>([
  ['run.managed.requireInvokerIam', [], false, []],
  ['run.managed.requireInvokerIam', [{ enforce: false }], false, []],
  ['run.managed.requireInvokerIam', [{ enforce: true, condition: {} }], false, []],
  ['run.managed.requireInvokerIam', [{ enforce: true }], false, ['refuse services without Cloud Run’s check']],
  ['run.allowedIngress', [allow('all', 'internal')], false, []],
  ['run.allowedIngress', [allow('is:all', 'is:internal')], false, []],
  ['run.allowedIngress', [allow('internal', 'internal-and-cloud-load-balancing')], false, ['refuse ingress “all”']],
  ['run.allowedIngress', [deny('all')], false, ['refuse ingress “all”']],
  ['run.allowedIngress', [{ denyAll: true }], false, ['refuse ingress “all”', 'refuse ingress “internal”']],
  ['gcp.resourceLocations', [allow('in:asia-locations')], true, []],
  ['gcp.resourceLocations', [allow('in:asia-locations', 'global')], false, []],
  ['gcp.resourceLocations', [allow('in:asia-locations')], false, ['refuse secrets outside of regions']],
  ['gcp.resourceLocations', [allow('in:us-locations')], true, ['refuse resources in asia-northeast1']],
  ['gcp.resourceLocations', [allow('in:eu-locations', 'global')], false, ['leave resources in asia-northeast1']],
  ['gcp.restrictServiceUsage', [], false, []],
  ['gcp.restrictServiceUsage', [deny('compute.googleapis.com')], false, []],
  ['gcp.restrictServiceUsage', [deny('is:run.googleapis.com')], false, ['refuse the use of run.googleapis.com. Ask']],
  [
    'gcp.restrictServiceUsage',
    [allow(...apis.slice(1).map(([name]) => name))],
    false,
    [`refuse the use of ${apis[0]?.[0]}. `],
  ],
  ['gcp.restrictServiceUsage', [allow(...apis.map(([name]) => name))], false, []],
  ['gcp.restrictNonCmekServices', [], false, []],
  ['gcp.restrictNonCmekServices', [deny('compute.googleapis.com')], false, []],
  [
    'gcp.restrictNonCmekServices',
    [deny('is:firestore.googleapis.com', 'pubsub.googleapis.com')],
    false,
    ['refuse data without a key of yours (CMEK) in firestore.googleapis.com, pubsub.googleapis.com, and'],
  ],
  ['iam.disableServiceAccountCreation', [{ enforce: false }], false, []],
  ['iam.disableServiceAccountCreation', [{ enforce: true }], false, ['refuse new service accounts, and each function']],
  ['iam.allowedPolicyMemberDomains', [{ allowAll: true }], false, []],
  ['iam.allowedPolicyMemberDomains', [{ denyAll: true }], false, ['refuse any member in a grant']],
  [
    'iam.allowedPolicyMemberDomains',
    [allow('C0abc')],
    false,
    ['leave the organisation lets only members of C0abc be granted'],
  ],
])('%s, as %j, where data stays in the region: %s', (constraint, rules, staysInRegion, expected) => {
  const steps = objectionsOf(constraint, rules, { region, staysInRegion });
  const said = steps.map(({ action, note = '' }) => `${action} ${note.replace(/^.*?(?:forbids|allows) /, '')}`);
  expect(said.map((each, index) => each.slice(0, expected[index]?.length))).toEqual(expected);
  for (const { kind, name } of steps) expect([kind, name]).toEqual(['policy', constraint]);
});

describe('the part', () => {
  afterEach(() => void vi.unstubAllEnvs());

  async function partOf(answer: (path: string) => [status: number, body: object]) {
    const asked: string[] = [];
    const server = createServer(({ method, url = '' }, response) => {
      asked.push(`${method} ${url}`);
      const [status, body] = answer(url);
      response.writeHead(status).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    for (const api of ['ORGPOLICY', 'CLOUDRESOURCEMANAGER']) vi.stubEnv(`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`, url);
    const steps = await organisationPart('p', { region, staysInRegion: false }, async () => 'token').read();
    return { asked, steps: steps.map(({ action, name }) => `${action} ${name}`) };
  }

  test('asks each effective policy; where none was set nothing is forbidden', async () => {
    const { asked, steps } = await partOf((path) =>
      path.includes('requireInvokerIam') ? [200, { spec: { rules: [{ enforce: true }] } }] : [404, {}],
    );
    expect(asked.toSorted()).toEqual(
      constraints.map((each) => `GET /v2/projects/p/policies/${each}:getEffectivePolicy`).toSorted(),
    );
    expect(steps).toEqual(['refuse run.managed.requireInvokerIam']);
  });

  test('while its API is off the older one is asked, and what that does not know is told', async () => {
    const off = { error: { details: [{ reason: 'SERVICE_DISABLED' }] } };
    const { steps } = await partOf((path) =>
      path.startsWith('/v2') ? [403, off] : [200, { listPolicy: { allowedValues: ['in:us-locations'] } }],
    );
    expect(steps).toEqual([
      'leave run.managed.requireInvokerIam',
      'refuse run.allowedIngress',
      'refuse run.allowedIngress',
      'refuse gcp.resourceLocations',
      'refuse gcp.resourceLocations',
      'leave gcp.restrictServiceUsage',
      'leave iam.allowedPolicyMemberDomains',
    ]);
    const older = await partOf((path) =>
      path.startsWith('/v2') ? [403, off] : [200, { booleanPolicy: { enforced: true } }],
    );
    expect(older.steps).toContain('refuse iam.disableServiceAccountCreation');
  });

  test('says where it may not ask, and continues', async () => {
    const { steps } = await partOf(() => [403, { error: { status: 'PERMISSION_DENIED' } }]);
    expect(steps).toEqual(constraints.map((each) => `leave ${each}`));
  });
});
