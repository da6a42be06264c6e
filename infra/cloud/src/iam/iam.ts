/** Who may do what in the local cloud, as on Google Cloud: an account may do what it is granted, and nothing else. */
import { type ArrivedCall, GrpcError } from '../grpc.ts';
import { type Need, needs } from './needs.ts';

/** The permissions of each role, such as `roles/datastore.user`. */
export type Roles = Readonly<Record<string, readonly string[]>>;

/** What the accounts of a project are granted, by the account's name before the `@`: in the project, on its
 * databases, on those whose name a regular expression finds, or on one topic.
 */
export type Grants = Readonly<
  Record<string, readonly { role: string; on: 'project' | 'database' | { database: string } | { topic: string } }[]>
>;

/** A permission that an account had, or would have had to have. */
export interface Use extends Need {
  account: string;
  call: string;
}

/** @throws Error for a role that is not defined */
export function permissionsOf(roles: Roles, role: string): readonly string[] {
  const permissions = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (!permissions) throw new Error(`${role} is granted, and its permissions are not defined: add it to the roles.`);
  return permissions;
}

/** Whether one of these grants in a project includes the needed permission; a grant on a topic counts for that topic only. */
export function holds(roles: Roles, grants: Grants[string], project: string, { permission, on }: Need): boolean {
  return grants.some(({ role, on: where }) => {
    const isThere =
      where === 'project' || where === 'database'
        ? on === `projects/${project}` || on.startsWith(`projects/${project}/`)
        : 'topic' in where
          ? on === `projects/${project}/topics/${where.topic}`
          : new RegExp(where.database).test(/^projects\/[^/]+\/databases\/([^/]+)$/.exec(on)?.[1] ?? '') &&
            on.startsWith(`projects/${project}/`);
    return isThere && permissionsOf(roles, role).includes(permission);
  });
}

export class Iam {
  readonly #rules: { roles: Roles; grants: Grants } | undefined;
  /** Grants by owners of other projects to accounts of this one. */
  readonly #elsewhere: { account: string; role: string; project: string }[] = [];
  /** Permissions found to be granted, as a cache. */
  readonly #allowed = new Set<string>();
  readonly #used = new Map<string, Use>();
  readonly #refused = new Map<string, Use>();

  /**
   * @param rules without them, every account may do everything
   * @throws Error for a role that is granted and not defined
   */
  constructor(rules?: { roles: Roles; grants: Grants }) {
    for (const { role } of Object.values(rules?.grants ?? {}).flat()) permissionsOf(rules?.roles ?? {}, role);
    this.#rules = rules;
  }

  /** The granted permissions that each account has used, once each. */
  get uses(): readonly Use[] {
    return [...this.#used.values()];
  }

  /** Each refused permission, once. */
  get refusals(): readonly Use[] {
    return [...this.#refused.values()];
  }

  /** The same in words, for one project; grants in other projects are for their owners to report. */
  refusalsIn(project: string): string[] {
    return this.refusals.filter(({ on }) => on.split('/')[1] === project).map(describeUse);
  }

  /** @throws GrpcError PERMISSION_DENIED in the service's own words */
  readonly authorize = ({ target: call, request, caller }: ArrivedCall): void => {
    if (caller === undefined || !this.#rules) return;
    const needed = needs[call]?.(request) ?? [{ permission: call, on: 'this method' }];
    for (const need of needed) {
      const key = `${caller} ${call} ${need.permission} ${need.on}`;
      if (this.#allowed.has(key)) continue;
      const use = { account: caller, call, ...need };
      if (!this.#isGranted(use, this.#rules)) this.#refuse(use);
      this.#allowed.add(key);
      this.#used.set(key, use);
    }
  };

  /** Like `gcloud projects add-iam-policy-binding` in another project. */
  grantElsewhere(project: string, account: string, role: string): void {
    this.#elsewhere.push({ account, role, project });
  }

  #isGranted(use: Use, { roles, grants }: { roles: Roles; grants: Grants }): boolean {
    const isGuest = this.#elsewhere.some(
      (each) => each.account === use.account && holds(roles, [{ role: each.role, on: 'project' }], each.project, use),
    );
    if (isGuest) return true;
    const [name = '', domain = ''] = use.account.split('@');
    const project = domain.replace(/\.iam\.gserviceaccount\.com$/, '');
    if (`${name}@${project}.iam.gserviceaccount.com` !== use.account) return false;
    return holds(roles, Object.hasOwn(grants, name) ? (grants[name] ?? []) : [], project, use);
  }

  #refuse(use: Use): never {
    const what = describeUse(use);
    if (!this.#refused.has(what)) {
      this.#refused.set(what, use);
      process.stderr.write(`local cloud: refused, ${what}; no role that it is granted allows this\n`);
    }
    throw new GrpcError('PERMISSION_DENIED', refusalOf(use));
  }
}

export const describeUse = ({ account, call, permission, on }: Use): string =>
  `${account} called ${call}, which needs ${permission} on ${on}`;

/** The answer that Google's clients see. */
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
