/** Cloud Run with what a deployment from source needs: Artifact Registry, Storage, Cloud Build; and IAP. */
import { policyRoutes } from './administration.ts';
import { masked } from './data.ts';
import { type Api, alreadyThere, type Call, invalid, notFound, Plain, Refusal, route } from './google.ts';
import { type Project, projectId, projectNumber, type Resource, region, without } from './project.ts';

const namespace = `/apis/serving.knative.dev/v1/namespaces/(?:${projectId}|${projectNumber})`;
const location = `projects/(?:${projectId}|${projectNumber})/locations/[^/]+`;
const full = (where: string, kind: string, name: string) => `projects/${projectId}/locations/${where}/${kind}/${name}`;
/** gcloud names the region of a service by the host that it asks. */
const regionOf = ({ headers }: Call): string => /^([a-z]+-[a-z]+\d+)-/.exec(headers.host ?? '')?.[1] ?? region;
const locationIn = (path: string): string => /\/locations\/([^/]+)/.exec(path)?.[1] ?? '';

const buildType = 'type.googleapis.com/google.devtools.cloudbuild.v1.Build';

/** A service as the API gives it: what was asked for, and a revision that is ready and serves. */
function served(project: Project, where: string, body: Resource, before: Resource, isDryRun: boolean): Resource {
  const { name } = body.metadata;
  const account = body.spec.template.spec.serviceAccountName;
  if (account && !project.resources.has(`projects/${projectId}/serviceAccounts/${account}`)) throw notFound(account);
  for (const each of body.spec.template.spec.containers[0].env ?? []) {
    const { name: secret, key } = each.valueFrom?.secretKeyRef ?? {};
    if (!secret) continue;
    const path = `projects/${projectNumber}/secrets/${secret}`;
    const version = key === 'latest' ? project.get(path) : project.get(`${path}/versions/${key}`);
    if (version.state && version.state !== 'ENABLED') throw invalid(`${secret}:${key} is ${version.state}.`);
    const reads = project
      .policyOf(path)
      .bindings?.some(
        ({ role, members }) =>
          role === 'roles/secretmanager.secretAccessor' && members.includes(`serviceAccount:${account}`),
      );
    if (!reads)
      throw new Refusal(
        403,
        'PERMISSION_DENIED',
        `Permission denied on secret: ${path}/versions/${key} for Revision service account ${account}.`,
      );
  }
  const generation = (before?.metadata.generation ?? 0) + 1;
  const isNew = JSON.stringify(before?.spec.template) !== JSON.stringify(body.spec.template);
  const number = (before?.revisions ?? 0) + (isNew ? 1 : 0);
  const latest = body.spec.template.metadata?.name ?? `${name}-${String(number).padStart(5, '0')}-abc`;
  if (!latest.startsWith(`${name}-`) || latest.length > 63)
    throw invalid(`Revision names begin with ${name}-: ${latest}`);
  const there = project.resources.get(full(where, 'revisions', latest));
  if (there && JSON.stringify(there.template) !== JSON.stringify(body.spec.template)) throw alreadyThere(latest);
  const { image } = body.spec.template.spec.containers[0];
  // What is checked before a build has no digest yet.
  if (!isDryRun && !project.resources.has(`image/${image}`)) throw invalid(`Image '${image}' not found.`);
  const traffic = (body.spec.traffic ?? [{ latestRevision: true, percent: 100 }]).map((each: Resource) =>
    each.latestRevision ? { ...each, revisionName: latest } : each,
  );
  if (!isDryRun) {
    const createTime = new Date(project.now).toISOString();
    project.resources.set(full(where, 'revisions', latest), {
      name: latest,
      service: name,
      createTime,
      template: body.spec.template,
    });
  }
  for (const each of traffic)
    if (each.revisionName !== latest) project.get(full(where, 'revisions', each.revisionName));
  const now = new Date(project.now).toISOString();
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: now });
  return {
    ...body,
    spec: { ...body.spec, traffic: body.spec.traffic ?? [{ latestRevision: true, percent: 100 }] },
    revisions: number,
    metadata: {
      ...body.metadata,
      namespace: projectNumber,
      generation,
      uid: `uid-${name}`,
      resourceVersion: project.nextEtag(),
      creationTimestamp: before?.metadata.creationTimestamp ?? now,
      selfLink: `/apis/serving.knative.dev/v1/namespaces/${projectNumber}/services/${name}`,
    },
    status: {
      observedGeneration: generation,
      conditions: ['Ready', 'ConfigurationsReady', 'RoutesReady'].map(condition),
      latestReadyRevisionName: latest,
      latestCreatedRevisionName: latest,
      traffic,
      url: `https://${name}-${projectNumber}.${where}.run.app`,
      address: { url: `https://${name}-${projectNumber}.${where}.run.app` },
    },
  };
}

/** A revision as the API gives it. */
const shownRevision = ({ name, service, createTime, template }: Resource): Resource => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Revision',
  metadata: {
    ...template.metadata,
    name,
    namespace: projectNumber,
    creationTimestamp: createTime,
    labels: { ...template.metadata?.labels, 'serving.knative.dev/service': service },
  },
  spec: template.spec,
  status: { imageDigest: template.spec.containers[0].image, conditions: [{ type: 'Ready', status: 'True' }] },
});

export function run(project: Project): Api {
  const shown = (service: Resource): Resource => without(service, 'revisions');
  const put = (call: Call, name = '') => {
    const { body, query } = call;
    const key = full(regionOf(call), 'services', name);
    const before = project.get(key);
    if (body.metadata.resourceVersion && body.metadata.resourceVersion !== before.metadata.resourceVersion) {
      throw new Refusal(409, 'ABORTED', 'Conflict for resource: version does not match.');
    }
    const isDryRun = query.get('dryRun') !== null;
    const updated = served(project, regionOf(call), body, before, isDryRun);
    if (!isDryRun) project.resources.set(key, updated);
    return shown(updated);
  };
  const remove = (call: Call, name = '') => {
    project.remove(full(regionOf(call), 'services', name));
    const revisions: Resource[] = project.under(full(regionOf(call), 'revisions', ''));
    for (const each of revisions)
      if (each.service === name) project.remove(full(regionOf(call), 'revisions', each.name));
    return { status: 'Success' };
  };
  return {
    name: 'run.googleapis.com',
    routes: [
      route('GET', `${namespace}/services`, (call) => ({
        apiVersion: 'serving.knative.dev/v1',
        kind: 'ServiceList',
        items: project.under(full(regionOf(call), 'services', '')).map(shown),
      })),
      route('GET', `${namespace}/services/([^/]+)`, (call, name = '') =>
        shown(project.get(full(regionOf(call), 'services', name))),
      ),
      route('POST', `${namespace}/services`, (call) => {
        const { body, query } = call;
        const key = full(regionOf(call), 'services', body.metadata.name);
        if (project.resources.has(key)) throw alreadyThere(key);
        const isDryRun = query.get('dryRun') !== null;
        const made = served(project, regionOf(call), body, undefined, isDryRun);
        if (!isDryRun) project.resources.set(key, made);
        return shown(made);
      }),
      route('PUT', `${namespace}/services/([^/]+)`, put),
      route('GET', `${namespace}/revisions`, (call) => ({
        apiVersion: 'serving.knative.dev/v1',
        kind: 'RevisionList',
        metadata: {},
        items: project.under(full(regionOf(call), 'revisions', '')).map(shownRevision),
      })),
      route('GET', `${namespace}/revisions/([^/]+)`, (call, name = '') =>
        shownRevision(project.get(full(regionOf(call), 'revisions', name))),
      ),
      route('DELETE', `${namespace}/services/([^/]+)`, remove),
      route('POST', `/v2/${location}/builds:submit`, ({ body, path }) => {
        const where = locationIn(path);
        const source = body.storageSource;
        if (!project.resources.has(`storage/${source.bucket}/${source.object}`)) throw notFound(source.object);
        const id = project.nextId();
        const build = {
          id,
          name: `projects/${projectNumber}/locations/${where}/builds/${id}`,
          projectId,
          status: 'SUCCESS',
          serviceAccount: body.serviceAccount,
          images: [body.imageUri],
          startTime: new Date(project.now).toISOString(),
          finishTime: new Date(project.now).toISOString(),
          results: { images: [{ name: body.imageUri, digest: `sha256:${id.padStart(64, '0')}` }] },
          logUrl: 'https://console.cloud.google.com/cloud-build/builds/1',
        };
        project.resources.set(full(where, 'builds', id), build);
        for (const { name, digest } of build.results.images) project.resources.set(`image/${name}@${digest}`, {});
        return {
          buildOperation: {
            name: full(where, 'operations', id),
            done: true,
            metadata: { '@type': 'type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata', build },
            response: { '@type': buildType, ...build },
          },
          baseImageUri: 'asia-northeast1-docker.pkg.dev/serverless-runtimes/google-24-full/runtimes/nodejs24',
        };
      }),
      ...policyRoutes(project, `${location}/services/[^/:]+`, (path) => path.replace(projectNumber, projectId)),
    ],
  };
}

export function cloudBuild(project: Project): Api {
  const of = (name: string) => project.get(name.replace(projectNumber, projectId));
  return {
    name: 'cloudbuild.googleapis.com',
    routes: [
      route('GET', `/v1/(${location}/builds/[^/]+)`, (_, name = '') => of(name)),
      route('GET', `/v1/${location}/operations/(\\d+)`, ({ path }, id = '') => ({
        name: full(locationIn(path), 'operations', id),
        done: true,
        response: { '@type': buildType, ...of(full(locationIn(path), 'builds', id)) },
      })),
    ],
  };
}

export function artifactRegistry(project: Project): Api {
  const repositories = `${location}/repositories`;
  const inFull = (name: string) => name.replace(projectNumber, projectId);
  return {
    name: 'artifactregistry.googleapis.com',
    routes: [
      route('GET', /^\/v1\/(projects\/[^/]+\/locations\/[^/]+\/repositories\/[^/]+)$/, (_, name = '') =>
        project.get(inFull(name)),
      ),
      route('GET', `/v1/(${location}/operations/[a-z][^/]*)`, (_, name = '') => ({
        name,
        done: true,
        metadata: {},
        response: { name: name.replace('/operations/', '/repositories/') },
      })),
      route('POST', `/v1/${repositories}`, ({ body, query, path }) => {
        const name = full(locationIn(path), 'repositories', query.get('repositoryId') ?? '');
        if (project.resources.has(name)) throw alreadyThere(name);
        project.resources.set(name, { ...body, name });
        return { name: name.replace('/repositories/', '/operations/'), done: true, metadata: {}, response: { name } };
      }),
      route('PATCH', `/v1/(${repositories}/[^/]+)`, ({ body, query }, name = '') => {
        const changed = masked(project.get(inFull(name)), body, query.get('updateMask') ?? '');
        for (const { condition } of Object.values<Resource>(changed.cleanupPolicies ?? {})) {
          // Google writes whole seconds without a point.
          if (condition?.olderThan) condition.olderThan = condition.olderThan.replace(/\.0s$/, 's');
        }
        project.resources.set(inFull(name), changed);
        return project.get(inFull(name));
      }),
    ],
  };
}

/** The file of a multipart upload, whose first part describes it. */
function contentOf(raw: Buffer, type = ''): Buffer {
  const boundary = /boundary=['"]?([^'";]+)/.exec(type)?.[1];
  if (!boundary) return raw;
  const part = raw.indexOf(`--${boundary}`, raw.indexOf(`--${boundary}`) + 1);
  const head = /\r?\n\r?\n/.exec(raw.subarray(part, part + 2_000).toString('latin1'));
  const start = part + (head?.index ?? 0) + (head?.[0].length ?? 0);
  const end = raw.lastIndexOf(`--${boundary}--`);
  return raw.subarray(start, raw[end - 2] === 13 ? end - 2 : end - 1);
}

export function storage(project: Project): Api {
  const put = (bucket: string, object: string, raw: Buffer) => {
    project.get(`bucket/${bucket}`);
    const made = {
      kind: 'storage#object',
      bucket,
      name: object,
      size: String(raw.length),
      generation: project.nextId(),
    };
    project.resources.set(`storage/${bucket}/${object}`, made);
    return made;
  };
  const objectsOf = (bucket: string): Resource[] => project.under(`storage/${bucket}/`, /./);
  let sessions = new Map<string, [bucket: string, object: string]>();
  return {
    name: 'storage.googleapis.com',
    routes: [
      route('GET', /^(?:\/storage\/v1)?\/b$/, () => ({ kind: 'storage#buckets', items: project.under('bucket/') })),
      route('GET', /^(?:\/storage\/v1)?\/b\/([^/]+)$/, (_, bucket = '') => project.get(`bucket/${bucket}`)),
      route('POST', /^(?:\/storage\/v1)?\/b$/, ({ body }) => {
        if (project.resources.has(`bucket/${body.name}`)) throw alreadyThere(body.name);
        project.resources.set(`bucket/${body.name}`, {
          kind: 'storage#bucket',
          id: body.name,
          metageneration: '1',
          projectNumber,
          ...body,
        });
        return project.get(`bucket/${body.name}`);
      }),
      route('PATCH', /^(?:\/storage\/v1)?\/b\/([^/]+)$/, ({ body, query }, bucket = '') => {
        const found = project.get(`bucket/${bucket}`);
        const expected = query.get('ifMetagenerationMatch');
        if (expected !== null && expected !== found.metageneration) {
          throw new Refusal(412, 'FAILED_PRECONDITION', 'The metageneration is another.');
        }
        const metageneration = String(Number(found.metageneration) + 1);
        project.resources.set(`bucket/${bucket}`, { ...found, ...body, metageneration });
        return project.get(`bucket/${bucket}`);
      }),
      route('DELETE', /^(?:\/storage\/v1)?\/b\/([^/]+)$/, (_, bucket = '') => {
        if (objectsOf(bucket).length > 0) throw new Refusal(409, 'FAILED_PRECONDITION', 'The bucket is not empty.');
        project.remove(`bucket/${bucket}`);
      }),
      route('GET', /^(?:\/storage\/v1)?\/b\/([^/]+)\/iam$/, (_, bucket = '') =>
        project.policyOf(project.get(`bucket/${bucket}`) && `bucket/${bucket}`),
      ),
      route('PUT', /^(?:\/storage\/v1)?\/b\/([^/]+)\/iam$/, ({ body }, bucket = '') =>
        project.setPolicy(project.get(`bucket/${bucket}`) && `bucket/${bucket}`, body),
      ),
      route('GET', /^(?:\/storage\/v1)?\/b\/([^/]+)\/o$/, ({ query }, bucket = '') => {
        project.get(`bucket/${bucket}`);
        const prefix = query.get('prefix') ?? '';
        const rest = (name: string) => name.slice(prefix.length).split(query.get('delimiter') ?? '\n');
        const found = objectsOf(bucket).filter(({ name }) => name.startsWith(prefix));
        const isBelow = ({ name }: Resource) => rest(name).length > 1;
        return {
          kind: 'storage#objects',
          items: found.filter((each) => !isBelow(each)),
          prefixes: [...new Set(found.filter(isBelow).map(({ name }) => `${prefix}${rest(name)[0]}/`))],
        };
      }),
      route('DELETE', /^(?:\/storage\/v1)?\/b\/([^/]+)\/o\/(.+)$/, (_, bucket = '', object = '') =>
        project.remove(`storage/${bucket}/${object}`),
      ),
      route('GET', /^(?:\/storage\/v1)?\/b\/([^/]+)\/o\/(.+)$/, (_, bucket = '', object = '') =>
        project.get(`storage/${bucket}/${object}`),
      ),
      route(
        'POST',
        /^\/(?:resumable\/)?upload\/storage\/v1\/b\/([^/]+)\/o$/,
        ({ query, body, raw, headers }, bucket = '') => {
          const object = query.get('name') ?? body.name ?? /"name": ?"([^"]+)"/.exec(raw.toString('latin1'))?.[1] ?? '';
          if (query.get('uploadType') !== 'resumable')
            return put(bucket, object, contentOf(raw, headers['content-type']));
          const id = project.nextId();
          sessions = sessions.set(id, [bucket, object]);
          return new Plain('', { location: `http://${headers.host}/upload/sessions/${id}` });
        },
      ),
      route('PUT', /^\/upload\/sessions\/(\d+)$/, ({ raw }, id = '') => {
        const [bucket = '', object = ''] = sessions.get(id) ?? [];
        return put(bucket, object, raw);
      }),
    ],
  };
}

export function iap(project: Project): Api {
  const name = (path: string) => `iap/${path.replace(projectId, projectNumber)}`;
  const read = (_: Call, path = '') => project.policyOf(name(path));
  return {
    name: 'iap.googleapis.com',
    routes: [
      route('GET', /^\/v1\/projects\/[^/:]+:iapSettings$/, () => ({})),
      route('POST', /^\/v1\/(projects\/[^/]+\/iap_web\/[^:]+):getIamPolicy$/, read),
      route('POST', /^\/v1\/(projects\/[^/]+\/iap_web\/[^:]+):setIamPolicy$/, ({ body }, path = '') =>
        project.setPolicy(name(path), body.policy),
      ),
    ],
  };
}
