/** Who may do what in the local cloud: nothing but what the topology grants, as on Google Cloud. */

import { emailOf } from '../../provision/accounts.ts';
import { functions, type Grant } from '../../topology.ts';
import { type ArrivedCall, GrpcError } from '../grpc.ts';
import { type Need, needs } from './needs.ts';
import file from './roles.json' with { type: 'json' };

/** What the accounts of one project are granted, by the account's name before the `@`. */
export type Grants = Readonly<Record<string, readonly Pick<Grant, 'role' | 'on'>[]>>;

/** A permission that an account had, or would have had to have. */
export interface Use extends Need {
  account: string;
  call: string;
}

const roles: Readonly<Record<string, readonly string[]>> = file.roles;

/** @throws Error for a role that `roles.json` does not know yet */
export function permissionsOf(role: string): readonly string[] {
  const permissions = roles[role];
  if (!permissions) throw new Error(`What ${role} holds is not in infra/local/iam/roles.json: add it there.`);
  return permissions;
}

export const topologyGrants: Grants = Object.fromEntries(functions.map(({ service, grants }) => [service, grants]));

/** Whether one of these grants in a project holds what is needed; one on a topic counts on that topic only. */
export function holds(grants: Grants[string], project: string, { permission, on }: Need): boolean {
  return grants.some(({ role, on: where }) => {
    const isThere =
      where === 'project'
        ? on === `projects/${project}` || on.startsWith(`projects/${project}/`)
        : on === `projects/${project}/topics/${where.topic}`;
    return isThere && permissionsOf(role).includes(permission);
  });
}

export class Iam {
  readonly #grants: Grants;
  /** What the owners of other projects have granted to accounts of this one. */
  readonly #elsewhere: { account: string; role: string; project: string }[] = [];
  /** What was found to be allowed, so that it is looked up once. */
  readonly #allowed = new Set<string>();
  readonly #used = new Map<string, Use>();
  readonly #refused = new Map<string, Use>();

  constructor(grants: Grants = topologyGrants) {
    this.#grants = grants;
  }

  /** What each account did with what it is granted, once each. */
  get uses(): readonly Use[] {
    return [...this.#used.values()];
  }

  /** What was refused, once each. */
  get refusals(): readonly Use[] {
    return [...this.#refused.values()];
  }

  /** The same in words, of one project: what another one opens to a guest is for its owner to say. */
  refusalsIn(project: string): string[] {
    return this.refusals.filter(({ on }) => on.split('/')[1] === project).map(describeUse);
  }

  /** @throws GrpcError PERMISSION_DENIED in the service's own words */
  readonly authorize = ({ target: call, request, caller }: ArrivedCall): void => {
    if (caller === undefined) return;
    const needed = needs[call]?.(request) ?? [{ permission: call, on: 'this method' }];
    for (const need of needed) {
      const key = `${caller} ${call} ${need.permission} ${need.on}`;
      if (this.#allowed.has(key)) continue;
      const use = { account: caller, call, ...need };
      if (!this.#isGranted(use)) this.#refuse(use);
      this.#allowed.add(key);
      this.#used.set(key, use);
    }
  };

  /** As `gcloud projects add-iam-policy-binding` does it in a project that is not Metronome's own. */
  grantElsewhere(project: string, account: string, role: string): void {
    this.#elsewhere.push({ account, role, project });
  }

  #isGranted(use: Use): boolean {
    const isGuest = this.#elsewhere.some(
      (each) => each.account === use.account && holds([{ role: each.role, on: 'project' }], each.project, use),
    );
    if (isGuest) return true;
    const [name = '', domain = ''] = use.account.split('@');
    const project = domain.replace(/\.iam\.gserviceaccount\.com$/, '');
    if (emailOf(name, project) !== use.account) return false;
    return holds(Object.hasOwn(this.#grants, name) ? (this.#grants[name] ?? []) : [], project, use);
  }

  #refuse(use: Use): never {
    const what = describeUse(use);
    if (!this.#refused.has(what)) {
      this.#refused.set(what, use);
      process.stderr.write(`local cloud: refused, ${what}; nothing in topology.ts grants it\n`);
    }
    throw new GrpcError('PERMISSION_DENIED', refusalOf(use));
  }
}

export const describeUse = ({ account, call, permission, on }: Use): string =>
  `${account} called ${call}, which needs ${permission} on ${on}`;

/** What Google's clients see. */
function refusalOf({ call, permission, on }: Use): string {
  switch (call.slice(0, call.indexOf('.'))) {
    case 'firestore':
      return 'Missing or insufficient permissions.';
    case 'pubsub':
      return 'User not authorized to perform this action.';
    case 'monitoring':
      return `Permission ${permission} denied (or the resource may not exist).`;
    default:
      return `The principal (user or service account) lacks IAM permission "${permission}" for the resource "${on}" (or the resource may not exist).`;
  }
}
