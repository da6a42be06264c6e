/**
 * What the organisation forbids, asked before anything is made: else it is met halfway through the services of a deployment.
 * Constraints and their values: https://cloud.google.com/run/docs/securing/ingress#organization-policy,
 * https://cloud.google.com/run/docs/authenticating/public and
 * https://cloud.google.com/resource-manager/docs/organization-policy/defining-locations
 */

import { reasonOf } from '../reason-of.ts';
import { functions } from '../topology.ts';
import { apis } from './accounts.ts';
import { endpointOf } from './endpoints.ts';
import { leave, type Part, refuse, type Step } from './step.ts';

/** A rule of an effective policy, as version 2 of the API gives it. */
export interface Rule {
  enforce?: boolean;
  allowAll?: boolean;
  denyAll?: boolean;
  values?: { allowedValues?: string[]; deniedValues?: string[] };
  /** A rule for some resources alone: nothing is concluded from it. */
  condition?: object;
}

export type Verdict = 'allowed' | 'forbidden' | 'unknown';

/** @param holds whether a value of the policy covers what is asked for; undefined if nobody can tell from its name */
function judge(rules: readonly Rule[], holds: (value: string) => boolean | undefined): Verdict {
  const plain = rules.filter((each) => !each.condition);
  if (plain.some((each) => each.denyAll)) return 'forbidden';
  const denied = plain.flatMap((each) => each.values?.deniedValues ?? []).map(holds);
  if (denied.includes(true)) return 'forbidden';
  const allowed = plain.flatMap((each) => each.values?.allowedValues ?? []).map(holds);
  if (allowed.length > 0 && !allowed.includes(true)) return allowed.includes(undefined) ? 'unknown' : 'forbidden';
  return denied.includes(undefined) ? 'unknown' : 'allowed';
}

const continents = ['africa', 'asia', 'australia', 'europe', 'me', 'northamerica', 'southamerica', 'us'];

/** Whether resources may be in this location, by `gcp.resourceLocations`. */
export const judgeLocation = (rules: readonly Rule[], location: string): Verdict =>
  judge(rules, (value) => {
    const group = /^in:(.*)-locations$/.exec(value)?.[1];
    if (group === undefined) return value.replace(/^is:/, '') === location;
    if (group === location) return true;
    if (continents.includes(group)) return location.startsWith(`${group}-`);
    // Another region; what is in groups such as `eu` or `low-carbon` is not in their names.
    return /\d$|^global$/.test(group) ? false : undefined;
  });

const judgeIngress = (rules: readonly Rule[], ingress: string): Verdict =>
  judge(rules, (value) => value.replace(/^is:/, '') === ingress);

export const constraints = [
  'run.managed.requireInvokerIam',
  'run.allowedIngress',
  'gcp.resourceLocations',
  'gcp.restrictServiceUsage',
  'gcp.restrictNonCmekServices',
  'iam.disableServiceAccountCreation',
  'iam.allowedPolicyMemberDomains',
] as const;
export type Constraint = (typeof constraints)[number];

export interface Place {
  region: string;
  /** Whether secrets stay in the region; else they are in `global`. */
  staysInRegion: boolean;
}

/** Services that keep data, of those that can be made to use a key of the customer's (cloud.google.com/kms/docs/compatible-services). */
const keepData = [
  'artifactregistry',
  'cloudbuild',
  'firestore',
  'logging',
  'pubsub',
  'run',
  'secretmanager',
  'storage',
].map((each) => `${each}.googleapis.com`);

const judgeService = (rules: readonly Rule[], service: string): Verdict =>
  judge(rules, (value) => value.replace(/^is:/, '') === service || (/^(?:in|under):/.test(value) ? undefined : false));

const ask = 'Ask your organization’s administrator for an exception for this project';
const services = apis.map(([name]) => name);
const doors = functions.filter((each) => each.trigger === 'public').map((each) => each.service);

/** Which of Metronome's needs a policy forbids. @returns nothing if it allows all */
export function objectionsOf(constraint: Constraint, rules: readonly Rule[], place: Place): Step[] {
  const about = (verdict: Verdict, what: string, wayOut: string): Step[] => {
    if (verdict === 'allowed') return [];
    return verdict === 'forbidden'
      ? [refuse('policy', constraint, `the organisation forbids ${what}. ${wayOut}`)]
      : [leave('policy', constraint, `see whether the organisation allows ${what}: its values do not tell`)];
  };
  if (constraint === 'run.managed.requireInvokerIam') {
    const isOn = rules.some((each) => each.enforce && !each.condition);
    const what = `services without Cloud Run’s check for a caller, and ${doors.join(', ')} prove their senders themselves`;
    return about(isOn ? 'forbidden' : 'allowed', what, ask);
  }
  if (constraint === 'run.allowedIngress') {
    return ['all', 'internal'].flatMap((each) =>
      about(judgeIngress(rules, each), `ingress “${each}” of services`, ask),
    );
  }
  if (constraint === 'iam.disableServiceAccountCreation') {
    const isOn = rules.some((each) => each.enforce && !each.condition);
    return about(isOn ? 'forbidden' : 'allowed', 'new service accounts, and each function runs as one of its own', ask);
  }
  if (constraint === 'gcp.restrictServiceUsage') {
    return (['forbidden', 'unknown'] as const).flatMap((verdict) => {
      const of = services.filter((each) => judgeService(rules, each) === verdict);
      return of.length === 0 ? [] : about(verdict, `the use of ${of.join(', ')}`, ask);
    });
  }
  if (constraint === 'gcp.restrictNonCmekServices') {
    const cmek = keepData.filter((each) => judgeService(rules, each) === 'forbidden');
    if (cmek.length === 0) return [];
    const what = `data without a key of yours (CMEK) in ${cmek.join(', ')}, and Metronome makes its resources without one`;
    return about('forbidden', what, `${ask} (docs/explanation/keys-and-perimeters.md)`);
  }
  if (constraint === 'iam.allowedPolicyMemberDomains') {
    const domains = rules.flatMap((each) => (each.condition ? [] : (each.values?.allowedValues ?? [])));
    if (domains.length === 0)
      return about(rules.some((each) => each.denyAll) ? 'forbidden' : 'allowed', 'any member in a grant', ask);
    return [
      leave(
        'policy',
        constraint,
        `the organisation lets only members of ${domains.join(', ')} be granted anything: people of "console" have to be among them. Metronome grants nothing to allUsers`,
      ),
    ];
  }
  return [
    ...about(
      judgeLocation(rules, place.region),
      `resources in ${place.region}`,
      `Choose a --region that it allows. ${ask}`,
    ),
    // A secret with automatic replication counts as being in `global`.
    ...(place.staysInRegion
      ? []
      : about(judgeLocation(rules, 'global'), 'secrets outside of regions', 'Use --keep-in-region')),
  ];
}

export function organisationPart(project: string, place: Place, accessToken: () => Promise<string>): Part {
  return {
    title: 'Organisation policies',
    ofNothing: () => [],
    read: async () => {
      const token = await accessToken();
      return (await Promise.all(constraints.map((each) => readPolicy(project, each, token)))).flatMap(
        (found, index) => {
          const constraint = constraints[index] as Constraint;
          return typeof found === 'string'
            ? [leave('policy', constraint, `it could not be asked: ${found}`)]
            : objectionsOf(constraint, found, place);
        },
      );
    },
  };
}

/** @returns the rules that hold, or why they could not be asked */
async function readPolicy(project: string, constraint: Constraint, token: string): Promise<Rule[] | string> {
  const headers = {
    authorization: `Bearer ${token}`,
    'x-goog-user-project': project,
    'content-type': 'application/json',
  };
  const path = `v2/projects/${project}/policies/${constraint}:getEffectivePolicy`;
  const response = await fetch(`${endpointOf('ORGPOLICY')}/${path}`, { headers }).catch(reasonOf);
  if (typeof response === 'string') return response;
  if (response.ok) return ((await response.json()) as { spec?: { rules?: Rule[] } }).spec?.rules ?? [];
  // If no policy was ever set.
  if (response.status === 404) return [];
  const why = `Google answered ${response.status} ${(await response.text()).slice(0, 300)}`;
  if (!why.includes('SERVICE_DISABLED') || constraint === 'run.managed.requireInvokerIam') return why;
  // An API that is on from the beginning knows the older constraints, in an older form.
  const older = await fetch(`${endpointOf('CLOUDRESOURCEMANAGER')}/v1/projects/${project}:getEffectiveOrgPolicy`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ constraint: `constraints/${constraint}` }),
  });
  if (!older.ok) return why;
  const { listPolicy, booleanPolicy } = (await older.json()) as {
    listPolicy?: Rule['values'] & { allValues?: string };
    booleanPolicy?: { enforced?: boolean };
  };
  if (booleanPolicy) return [{ enforce: booleanPolicy.enforced ?? false }];
  return [{ denyAll: listPolicy?.allValues === 'DENY', ...(listPolicy ? { values: listPolicy } : {}) }];
}
