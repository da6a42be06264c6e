/** What a project holds: everything that was made, under its full name, and who may do what on it. */
import { type Fault, notFound, Refusal } from './google.ts';

export const projectId = 'shop-incidents';
export const projectNumber = '424242424242';
export const region = 'asia-northeast1';
const gauge = 'custom.googleapis.com/metronome/open_incidents';

// biome-ignore lint/suspicious/noExplicitAny: resources are what Google's tools send and read
export type Resource = any;

/** What Monitoring has of one metric of one resource. */
export interface Series {
  metric: { type: string; labels: Record<string, string> };
  resource: { type: string; labels: Record<string, string> };
  points: { atMs: number; value: number }[];
}

interface Write {
  database: string;
  path: string;
  /** Undefined: it was deleted. */
  content: object | undefined;
  atMs: number;
}

/** A resource without what its API does not give back. */
export const without = (resource: Resource, ...keys: string[]): Resource =>
  Object.fromEntries(Object.entries(resource as object).filter(([key]) => !keys.includes(key)));

export interface Policy {
  version?: number;
  etag?: string;
  bindings?: { role: string; members: string[]; condition?: unknown }[];
}

export class Project {
  /** By full name, such as projects/shop-incidents/topics/minute-tick. */
  readonly resources = new Map<string, Resource>();
  readonly policies = new Map<string, Policy>();
  readonly services = new Set<string>(['serviceusage.googleapis.com', 'cloudresourcemanager.googleapis.com']);
  /** Google's own accounts in the project: each appears with its first use, or where somebody asks for it. */
  readonly agents = new Set<string>();
  /** What the organisation has set, by constraint: the rules of its effective policy. */
  readonly orgPolicies = new Map<string, object[]>();
  /** Every change of a document, in order: what a database held at a time is what was written until then. */
  readonly #writes: Write[] = [];
  /** Nothing of these regions answers. */
  readonly lostRegions = new Set<string>();
  readonly series: Series[] = [];
  readonly faults: Fault[] = [];
  /** For so long after it was made, an account is not known everywhere. */
  accountLagMs = 0;
  readonly accountsMadeAt = new Map<string, number>();
  /** Whether the function that writes the gauges works. */
  writesGauges = true;
  /** Its clock: nothing waits. */
  now = Date.parse('2026-11-24T00:00:00Z');
  #etag = 0;

  advance(milliseconds: number): void {
    this.now += milliseconds;
  }

  publish(topic: string): void {
    this.get(topic);
    if (topic.endsWith('/gauges-tick') && this.writesGauges) this.measure(gauge, ['global', {}], 1);
  }

  /** Monitoring gets a point of now. */
  measure(
    type: string,
    [kind, of]: [type: string, labels: Record<string, string>],
    value: number,
    labels: Record<string, string> = {},
  ): void {
    const header = { metric: { type, labels }, resource: { type: kind, labels: of } };
    const same = this.series.find(
      ({ metric, resource }) => JSON.stringify({ metric, resource }) === JSON.stringify(header),
    );
    const point = { atMs: this.now, value };
    if (same) same.points.push(point);
    else this.series.push({ ...header, points: [point] });
  }

  /** @param database its full name @param content undefined deletes it */
  write(database: string, path: string, content: object | undefined): void {
    this.#writes.push({ database, path, content, atMs: this.now });
  }

  /** By path. */
  documentsOf(database: string, atMs = this.now): Map<string, object> {
    const found = new Map<string, object>();
    for (const each of this.#writes) {
      if (each.database !== database || each.atMs > atMs) continue;
      if (each.content) found.set(each.path, each.content);
      else found.delete(each.path);
    }
    return found;
  }

  /** Whether a request is for something in a lost region: its host, or what its path names. */
  isAway(host: string, path: string): boolean {
    const database = /projects\/[^/]+\/databases\/[^/:]+(?=[/:])/.exec(path)?.[0] ?? '';
    const named = [/^([a-z]+-[a-z]+\d+)-/.exec(host)?.[1], /\/locations\/([^/]+)/.exec(path)?.[1]];
    return [...named, this.resources.get(database)?.locationId].some((each) => this.lostRegions.has(each ?? ''));
  }

  nextId(): string {
    this.#etag += 1;
    return String(10_000_000 + this.#etag);
  }

  nextEtag(): string {
    this.#etag += 1;
    return Buffer.from(String(this.#etag).padStart(6, '0')).toString('base64');
  }

  get(name: string): Resource {
    const found = this.resources.get(name);
    if (found === undefined) throw notFound(name);
    return found;
  }

  remove(name: string): void {
    this.get(name);
    this.resources.delete(name);
    this.policies.delete(name);
  }

  under(prefix: string, kind = /^[^/]+$/): Resource[] {
    return [...this.resources]
      .filter(([name]) => name.startsWith(prefix) && kind.test(name.slice(prefix.length)))
      .map(([, each]) => each);
  }

  policyOf(name: string): Policy {
    return { version: 1, etag: 'ACAB', ...this.policies.get(name) };
  }

  /** As Google does: a policy that was read before another change is refused, and so is a member that does not exist. */
  setPolicy(name: string, policy: Policy): Policy {
    const current = this.policyOf(name);
    if (policy.etag !== undefined && policy.etag !== current.etag) {
      throw new Refusal(
        409,
        'ABORTED',
        'There were concurrent policy changes. Please retry the whole read-modify-write.',
      );
    }
    for (const { members, role } of policy.bindings ?? []) {
      if (!/^roles\/[a-zA-Z]+\.[a-zA-Z.]+$|^roles\/(?:owner|editor|viewer)$/.test(role)) {
        throw new Refusal(400, 'INVALID_ARGUMENT', `Role ${role} is not supported for this resource.`);
      }
      for (const member of members) this.#refuseWhoIsNotThere(member);
    }
    const stored = { ...policy, version: 1, etag: this.nextEtag() };
    this.policies.set(name, stored);
    return stored;
  }

  isNewAccount(email: string): boolean {
    return this.now - (this.accountsMadeAt.get(email) ?? Number.NEGATIVE_INFINITY) < this.accountLagMs;
  }

  #refuseWhoIsNotThere(member: string): void {
    const email = /^serviceAccount:(.*)$/.exec(member)?.[1];
    if (email === undefined) return;
    const isThere = this.agents.has(email) || this.resources.has(`projects/${projectId}/serviceAccounts/${email}`);
    if (!isThere || this.isNewAccount(email))
      throw new Refusal(400, 'INVALID_ARGUMENT', `Service account ${email} does not exist.`);
  }

  useAgent(service: string): string {
    const email = `service-${projectNumber}@gcp-sa-${service}.iam.gserviceaccount.com`;
    this.agents.add(email);
    // Pub/Sub's agent has its role in the project from its first day; those of IAP and of alerting have none.
    if (service === 'pubsub') {
      const policy = this.policyOf(`projects/${projectId}`);
      const binding = { role: 'roles/pubsub.serviceAgent', members: [`serviceAccount:${email}`] };
      if (!policy.bindings?.some((each) => each.role === binding.role)) {
        this.setPolicy(`projects/${projectId}`, { ...policy, bindings: [...(policy.bindings ?? []), binding] });
      }
    }
    return email;
  }
}
