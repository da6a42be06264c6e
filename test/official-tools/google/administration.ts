/** Service Usage, Resource Manager, IAM, Secret Manager and Logging. */
import { type Api, alreadyThere, type Call, invalid, notFound, Refusal, type Route, route, whole } from './google.ts';
import { type Project, projectId, projectNumber, type Resource, without } from './project.ts';

const done = (response: object = {}) => ({ name: 'operations/done', done: true, response });

/** Who may what on whatever the pattern names. */
export function policyRoutes(project: Project, pattern: string, nameOf = (path: string) => path): Route[] {
  const at = (verb: string) => whole(`/v\\d[a-z0-9]*/(${pattern}):${verb}`);
  const known = (name: string) => {
    project.get(nameOf(name));
    return nameOf(name);
  };
  const read = (_: Call, name = '') => project.policyOf(known(name));
  return [
    route('GET', at('getIamPolicy'), read),
    route('POST', at('getIamPolicy'), read),
    route('POST', at('setIamPolicy'), ({ body }, name = '') => project.setPolicy(known(name), body.policy)),
    route('POST', at('testIamPermissions'), ({ body }, name = '') => ({
      permissions: known(name) && body.permissions,
    })),
  ];
}

const ofProject = `projects/(?:${projectId}|${projectNumber})`;

export function serviceUsage(project: Project): Api {
  const enable = (names: readonly string[]) => {
    for (const name of names) project.services.add(name);
    return done();
  };
  const described = (name: string) => ({
    name: `projects/${projectNumber}/services/${name}`,
    parent: `projects/${projectNumber}`,
    config: { name },
    state: project.services.has(name) ? 'ENABLED' : 'DISABLED',
  });
  return {
    name: 'serviceusage.googleapis.com',
    routes: [
      route('GET', `/v1/${ofProject}/services`, () => ({ services: [...project.services].map(described) })),
      route('GET', `/v1/${ofProject}/services/([^/:]+)`, (_, name = '') => described(name)),
      route('POST', `/v1/${ofProject}/services/([^/:]+):enable`, (_, name = '') => enable([name])),
      route('POST', `/v1/${ofProject}/services:batchEnable`, ({ body }) => enable(body.serviceIds)),
      route(
        'POST',
        `/v1beta1/${ofProject}/services/([^/:.]+)\\.googleapis\\.com:generateServiceIdentity`,
        (_, service = '') => done({ email: project.useAgent(service), uniqueId: '1' }),
      ),
    ],
  };
}

export function resourceManager(project: Project, permissions: (asked: string[]) => string[]): Api {
  project.resources.set(`projects/${projectId}`, {
    projectId,
    projectNumber,
    name: 'Shop',
    lifecycleState: 'ACTIVE',
    parent: { type: 'organization', id: '1' },
  });
  return {
    name: 'cloudresourcemanager.googleapis.com',
    routes: [
      route('GET', `/v1/${ofProject}`, () => project.get(`projects/${projectId}`)),
      route('POST', `/v1/${ofProject}:getAncestry`, () => ({
        ancestor: [
          { resourceId: { type: 'project', id: projectId } },
          { resourceId: { type: 'organization', id: '1' } },
        ],
      })),
      route('POST', `/v\\d/${ofProject}:testIamPermissions`, ({ body }) => ({
        permissions: permissions(body.permissions),
      })),
      route('POST', `/v1/${ofProject}:getEffectiveOrgPolicy`, ({ body }) => {
        const [rule] = project.orgPolicies.get(body.constraint.replace('constraints/', '')) ?? [];
        return {
          constraint: body.constraint,
          listPolicy: (rule as { values?: object })?.values ?? { allValues: 'ALLOW' },
        };
      }),
      ...policyRoutes(project, ofProject, () => `projects/${projectId}`),
    ],
  };
}

export function orgPolicy(project: Project): Api {
  return {
    name: 'orgpolicy.googleapis.com',
    routes: [
      route('GET', `/v2/${ofProject}/policies/([^/:]+):getEffectivePolicy`, (_, constraint = '') => ({
        name: `projects/${projectNumber}/policies/${constraint}`,
        spec: { rules: project.orgPolicies.get(constraint) ?? [] },
      })),
    ],
  };
}

export function iam(project: Project): Api {
  const accounts = `projects/(?:${projectId}|${projectNumber}|-)/serviceAccounts`;
  const inFull = (path: string) => path.replace(/^projects\/[^/]+/, `projects/${projectId}`);
  return {
    name: 'iam.googleapis.com',
    routes: [
      route('GET', `/v1/${accounts}`, () => ({ accounts: project.under(`projects/${projectId}/serviceAccounts/`) })),
      route('POST', `/v1/${accounts}`, ({ body }) => {
        if (!/^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/.test(body.accountId)) throw invalid('Invalid service account ID.');
        const email = `${body.accountId}@${projectId}.iam.gserviceaccount.com`;
        const name = `projects/${projectId}/serviceAccounts/${email}`;
        if (project.resources.has(name)) throw alreadyThere(name);
        const account = { ...body.serviceAccount, name, email, projectId, uniqueId: String(project.resources.size) };
        project.resources.set(name, account);
        project.accountsMadeAt.set(email, project.now);
        return account;
      }),
      route('GET', `/v1/(${accounts}/[^/:]+)`, (_, name = '') => project.get(inFull(name))),
      route('DELETE', `/v1/(${accounts}/[^/:]+)`, (_, name = '') => project.remove(inFull(name))),
      ...policyRoutes(project, `${accounts}/[^/:]+`, inFull),
    ],
  };
}

/** gcloud looks into what it is given. */
function tokenOf(email: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ email, sub: email, exp: 4_000_000_000 })}.${part({})}`;
}

/** Tokens of accounts, for an account that may make them. */
export function iamCredentials(project: Project): Api {
  const signed =
    (answer: (account: string) => object) =>
    (_: Call, email = '') => {
      project.get(`projects/${projectId}/serviceAccounts/${email}`);
      return answer(email);
    };
  const at = (verb: string) => whole(`/v1/projects/-/serviceAccounts/([^/:]+):${verb}`);
  return {
    name: 'iamcredentials.googleapis.com',
    routes: [
      route(
        'POST',
        at('generateAccessToken'),
        signed((email) => ({ accessToken: email, expireTime: '2099-01-01T00:00:00Z' })),
      ),
      route(
        'POST',
        at('generateIdToken'),
        signed((email) => ({ token: tokenOf(email) })),
      ),
      route(
        'POST',
        at('signJwt'),
        signed((email) => ({ keyId: '1', signedJwt: tokenOf(email) })),
      ),
    ],
  };
}

export function secretManager(project: Project): Api {
  const secrets = `${ofProject}/secrets`;
  const inFull = (path: string) => path.replace(/^projects\/[^/]+/, `projects/${projectNumber}`);
  const versionsOf = (secret: string) =>
    project.under(`${secret}/versions/`).sort((one, other) => Number(nameEnd(other)) - Number(nameEnd(one)));
  const nameEnd = ({ name }: { name: string }) => name.slice(name.lastIndexOf('/') + 1);
  const versionOf = (path: string) => {
    const name = inFull(path);
    const secret = name.slice(0, name.indexOf('/versions/'));
    project.get(secret);
    if (!name.endsWith('/latest')) return project.get(name);
    const [latest] = versionsOf(secret);
    if (!latest) throw notFound(name);
    return latest;
  };
  const shown = (version: Resource): Resource => without(version, 'payload');
  const change =
    (state: string) =>
    (_: Call, name = '') => {
      const version = versionOf(name);
      if (version.state === 'DESTROYED') throw new Refusal(400, 'FAILED_PRECONDITION', `${name} is destroyed.`);
      version.state = state;
      if (state === 'DESTROYED') version.payload = undefined;
      return shown(version);
    };
  return {
    name: 'secretmanager.googleapis.com',
    routes: [
      route('GET', `/v1/${secrets}`, () => ({ secrets: project.under(`projects/${projectNumber}/secrets/`) })),
      route('POST', `/v1/${secrets}`, ({ body, query }) => {
        const name = `projects/${projectNumber}/secrets/${query.get('secretId')}`;
        if (project.resources.has(name)) throw alreadyThere(name);
        if (!body.replication?.automatic && !body.replication?.userManaged) throw invalid('replication is required');
        const secret = { ...body, name, createTime: new Date(project.now).toISOString() };
        project.resources.set(name, secret);
        return secret;
      }),
      route('GET', `/v1/(${secrets}/[^/:]+)`, (_, name = '') => project.get(inFull(name))),
      route('DELETE', `/v1/(${secrets}/[^/:]+)`, (_, name = '') => {
        for (const version of versionsOf(inFull(name))) project.remove(version.name);
        project.remove(inFull(name));
      }),
      route('POST', `/v1/(${secrets}/[^/:]+):addVersion`, ({ body }, path = '') => {
        const secret = inFull(path);
        project.get(secret);
        const number = versionsOf(secret).length + 1;
        const version = {
          name: `${secret}/versions/${number}`,
          state: 'ENABLED',
          createTime: new Date(project.now).toISOString(),
          payload: body.payload.data,
        };
        project.resources.set(version.name, version);
        // Who sent a checksum is told that it was looked at.
        return { ...shown(version), clientSpecifiedPayloadChecksum: body.payload.dataCrc32c !== undefined };
      }),
      route('GET', `/v1/(${secrets}/[^/:]+)/versions`, ({ query }, path = '') => {
        project.get(inFull(path));
        const state = /state[:=]\s*"?(\w+)/i.exec(query.get('filter') ?? '')?.[1]?.toUpperCase();
        const all = versionsOf(inFull(path)).map(shown) as { state: string }[];
        return { versions: all.filter((each) => !state || each.state === state) };
      }),
      route('GET', `/v1/(${secrets}/[^/:]+/versions/[^/:]+):access`, (_, name = '') => {
        const version = versionOf(name);
        if (version.state !== 'ENABLED') throw new Refusal(400, 'FAILED_PRECONDITION', `${name} is ${version.state}.`);
        return { name: version.name, payload: { data: version.payload } };
      }),
      route('GET', `/v1/(${secrets}/[^/:]+/versions/[^/:]+)`, (_, name = '') => shown(versionOf(name))),
      route('POST', `/v1/(${secrets}/[^/:]+/versions/[^/:]+):disable`, change('DISABLED')),
      route('POST', `/v1/(${secrets}/[^/:]+/versions/[^/:]+):enable`, change('ENABLED')),
      route('POST', `/v1/(${secrets}/[^/:]+/versions/[^/:]+):destroy`, change('DESTROYED')),
      ...policyRoutes(project, `${secrets}/[^/:]+`, inFull),
    ],
  };
}

export function logging(project: Project): Api {
  const name = `projects/${projectId}/sinks/_Default`;
  project.resources.set(name, {
    name: '_Default',
    destination: `logging.googleapis.com/projects/${projectId}/locations/global/buckets/_Default`,
    filter: 'NOT LOG_ID("cloudaudit.googleapis.com/activity")',
  });
  const update = ({ body, query }: Call) => {
    const mask = query.get('updateMask')?.split(',') ?? Object.keys(body);
    const changes = Object.fromEntries(mask.map((key) => [key, body[key]]));
    const sink = { ...project.get(name), ...changes };
    const names = (sink.exclusions ?? []).map((each: { name: string }) => each.name);
    if (new Set(names).size !== names.length) throw invalid('Exclusion names must be unique.');
    project.resources.set(name, sink);
    return sink;
  };
  return {
    name: 'logging.googleapis.com',
    routes: [
      route('GET', `/v2/${ofProject}/sinks/_Default`, () => project.get(name)),
      route('PATCH', `/v2/${ofProject}/sinks/_Default`, update),
      route('PUT', `/v2/${ofProject}/sinks/_Default`, update),
    ],
  };
}
