/** Pub/Sub, Firestore and its rules. */
import { policyRoutes } from './administration.ts';
import { type Api, alreadyThere, type Call, invalid, notFound, Refusal, type Route, route, whole } from './google.ts';
import { type Project, projectId, type Resource } from './project.ts';

const of = `projects/${projectId}`;

/** What an update may change: the fields of its mask, in either spelling. */
export function masked(found: Resource, changes: Resource, mask: string): Resource {
  const result = structuredClone(found);
  for (const path of mask.split(',').filter(Boolean)) {
    const keys = path.split('.').map((key) => key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
    const last = keys.pop() ?? '';
    let into = result;
    let from = changes;
    for (const key of keys) {
      into[key] ??= {};
      into = into[key];
      from = from?.[key];
    }
    if (from?.[last] === undefined) delete into[last];
    else into[last] = from[last];
  }
  return result;
}

export function pubsub(project: Project): Api {
  const needTopic = (name: string) => {
    if (!project.resources.has(name)) throw notFound(name);
  };
  const put =
    (check: (body: Resource) => void) =>
    (call: Call, name = '') => {
      if (project.resources.has(name)) throw alreadyThere(name);
      check(call.body);
      const made = { ...call.body, name };
      project.resources.set(name, made);
      return made;
    };
  const patch =
    (key: string) =>
    (call: Call, name = '') => {
      const body = call.body[key] ?? call.body;
      const mask = call.body.updateMask ?? call.query.get('updateMask') ?? '';
      const changed = masked(project.get(name), body, mask);
      project.resources.set(name, changed);
      return changed;
    };
  return {
    name: 'pubsub.googleapis.com',
    routes: [
      route('GET', `/v1/${of}/topics`, () => ({ topics: project.under(`${of}/topics/`) })),
      route('GET', `/v1/(${of}/topics/[^/:]+)`, (_, name = '') => project.get(name)),
      route(
        'PUT',
        `/v1/(${of}/topics/[^/:]+)`,
        put(() => undefined),
      ),
      route('PATCH', `/v1/(${of}/topics/[^/:]+)`, patch('topic')),
      route('DELETE', `/v1/(${of}/topics/[^/:]+)`, (_, name = '') => project.remove(name)),
      route('POST', `/v1/(${of}/topics/[^/:]+):publish`, (_, name = '') => {
        project.publish(name);
        return { messageIds: [project.nextId()] };
      }),
      route('GET', `/v1/${of}/subscriptions`, () => ({ subscriptions: project.under(`${of}/subscriptions/`) })),
      route('GET', `/v1/(${of}/subscriptions/[^/:]+)`, (_, name = '') => project.get(name)),
      route(
        'PUT',
        `/v1/(${of}/subscriptions/[^/:]+)`,
        put((body) => {
          needTopic(body.topic);
          const signer = body.pushConfig?.oidcToken?.serviceAccountEmail;
          if (signer && !project.resources.has(`${of}/serviceAccounts/${signer}`)) throw notFound(signer);
          if (signer && project.isNewAccount(signer)) {
            const why = `Permission 'iam.serviceAccounts.actAs' denied on service account ${signer} (or it may not exist).`;
            throw new Refusal(403, 'PERMISSION_DENIED', why);
          }
          if (body.deadLetterPolicy) needTopic(body.deadLetterPolicy.deadLetterTopic);
          if (body.pushConfig?.pushEndpoint && !body.pushConfig.pushEndpoint.startsWith('https:'))
            throw invalid('Not https.');
          project.useAgent('pubsub');
        }),
      ),
      route('PATCH', `/v1/(${of}/subscriptions/[^/:]+)`, patch('subscription')),
      route('DELETE', `/v1/(${of}/subscriptions/[^/:]+)`, (_, name = '') => project.remove(name)),
      ...policyRoutes(project, `${of}/(?:topics|subscriptions)/[^/:]+`),
    ],
  };
}

const database = (name: string) => `${of}/databases/${name}`;

const isBackup = ({ name }: Resource, where: string): boolean =>
  new RegExp(`^${of}/locations/${where === '-' ? '[^/]+' : where}/backups/`).test(name ?? '');

/** Those of some collections; where none is named, of all. */
const chosen = (all: ReadonlyMap<string, object>, collectionIds: readonly string[] = []): Map<string, object> =>
  new Map(
    [...all].filter(([path]) => collectionIds.length === 0 || collectionIds.includes(path.split('/').at(-2) ?? '')),
  );

/** An export of a database into a bucket, as it is now or was at a whole minute of the last seven days. */
export function exporting(project: Project) {
  return (name: string, { outputUriPrefix, collectionIds, snapshotTime }: Resource): object => {
    const { pointInTimeRecoveryEnablement } = project.get(name);
    const bucket = new URL(outputUriPrefix).host;
    project.get(`bucket/${bucket}`);
    const atMs = snapshotTime ? Date.parse(snapshotTime) : project.now;
    const isKept =
      project.now - atMs <= (pointInTimeRecoveryEnablement?.endsWith('_ENABLED') ? 7 * 86_400_000 : 3_600_000);
    if (snapshotTime && (atMs % 60_000 !== 0 || !isKept)) throw invalid(`${snapshotTime} is no time to export of.`);
    const isWhole = new URL(outputUriPrefix).pathname.length <= 1;
    const made = isWhole
      ? `gs://${bucket}/${new Date(project.now).toISOString().slice(0, 19)}_${project.nextId()}`
      : outputUriPrefix;
    project.resources.set(`export/${made}`, { documents: chosen(project.documentsOf(name, atMs), collectionIds) });
    const object = `${made.slice(`gs://${bucket}/`.length)}/${made.split('/').at(-1)}.overall_export_metadata`;
    const file = { kind: 'storage#object', bucket, name: object, size: '1', generation: project.nextId() };
    project.resources.set(`storage/${bucket}/${object}`, file);
    return { name: `${name}/operations/${project.nextId()}`, done: true, response: { outputUriPrefix: made } };
  };
}

export function firestore(project: Project): Api {
  const exportTo = exporting(project);
  const copy = (documents: ReadonlyMap<string, object>, to: string) => {
    for (const [path, content] of documents) project.write(to, path, content);
  };
  const inGroup = (name: string): Route[] => [
    route('GET', `/v1/(${of}/databases/[^/]+)/collectionGroups/-/${name}`, (_, db = '') => ({
      [name]: project.get(db) && project.under(`${db}/collectionGroups/`, whole(`[^/]+/${name}/[^/]+`)),
    })),
  ];
  const operation = (response: Resource) => ({ name: `${of}/databases/x/operations/1`, done: true, response });
  return {
    name: 'firestore.googleapis.com',
    routes: [
      route('GET', `/v1/${of}/databases`, () => ({ databases: project.under(`${of}/databases/`) })),
      route('POST', `/v1/${of}/databases`, ({ body, query }) => {
        const name = database(query.get('databaseId') ?? '');
        if (project.resources.has(name)) throw alreadyThere(name);
        const made = { ...body, name, uid: '1', createTime: new Date(project.now).toISOString() };
        project.resources.set(name, made);
        return operation(made);
      }),
      route('GET', `/v1/(${of}/databases/[^/]+)`, (_, name = '') => project.get(name)),
      // All is done at once, and gcloud asks once more.
      route('GET', `/v1/(${of}/databases/[^/]+/operations/\\d+)`, (_, name = '') => ({
        name,
        done: true,
        response: {},
      })),
      route('PATCH', `/v1/(${of}/databases/[^/]+)`, ({ body, query }, name = '') => {
        project.resources.set(name, masked(project.get(name), body, query.get('updateMask') ?? ''));
        return operation(project.get(name));
      }),
      route('DELETE', `/v1/(${of}/databases/[^/:]+)`, (_, name = '') => {
        if (project.get(name).deleteProtectionState === 'DELETE_PROTECTION_ENABLED')
          throw new Refusal(400, 'FAILED_PRECONDITION', 'Database is delete protected.');
        for (const path of project.documentsOf(name).keys()) project.write(name, path, undefined);
        for (const each of project.resources.keys()) if (each.startsWith(`${name}/`)) project.resources.delete(each);
        project.remove(name);
        return operation({});
      }),
      route('GET', `/v1/${of}/locations/([^/]+)/backups`, (_, where = '') => ({
        backups: [...project.resources.values()].filter((each) => isBackup(each, where)),
      })),
      route('POST', `/v1/${of}/databases:restore`, ({ body }) => {
        const name = database(body.databaseId);
        if (project.resources.has(name)) throw alreadyThere(name);
        const { database: source, snapshotTime, locationId } = project.get(body.backup);
        // As Google's documentation has it: neither rules, nor TTL, nor the settings of the database come with it.
        const made = { name, type: 'FIRESTORE_NATIVE', locationId, uid: '2' };
        project.resources.set(name, made);
        copy(project.documentsOf(source, Date.parse(snapshotTime)), name);
        return operation(made);
      }),
      route('POST', `/v1/(${of}/databases/[^/:]+):exportDocuments`, ({ body }, name = '') => exportTo(name, body)),
      route('POST', `/v1/(${of}/databases/[^/:]+):importDocuments`, ({ body }, name = '') => {
        project.get(name);
        const exported = project.resources.get(`export/${body.inputUriPrefix}`);
        if (!exported) throw invalid(`There is no export at ${body.inputUriPrefix}.`);
        copy(chosen(exported.documents, body.collectionIds), name);
        return operation({});
      }),
      route('GET', `/v1/(${of}/databases/[^/]+)/backupSchedules`, (_, db = '') => ({
        backupSchedules: project.get(db) && project.under(`${db}/backupSchedules/`),
      })),
      route('POST', `/v1/(${of}/databases/[^/]+)/backupSchedules`, ({ body }, db = '') => {
        project.get(db);
        const made = { ...body, name: `${db}/backupSchedules/${project.resources.size}` };
        project.resources.set(made.name, made);
        return made;
      }),
      route('POST', `/v1/(${of}/databases/[^/]+)/documents:listCollectionIds`, (_, name = '') => ({
        collectionIds: project.get(name) && [
          ...new Set([...project.documentsOf(name).keys()].map((path) => path.split('/')[0])),
        ],
      })),
      ...inGroup('indexes'),
      ...inGroup('fields'),
      route('POST', `/v1/(${of}/databases/[^/]+/collectionGroups/[^/]+)/indexes`, ({ body }, group = '') => {
        const same = (each: Resource) =>
          JSON.stringify([each.queryScope, named(each.fields)]) ===
          JSON.stringify([body.queryScope, named(body.fields)]);
        if (project.under(`${group}/indexes/`).some(same)) throw alreadyThere('index');
        const last = body.fields.at(-1);
        const name = `${group}/indexes/${project.resources.size}`;
        const fields = [...named(body.fields), { fieldPath: '__name__', order: last.order ?? 'ASCENDING' }];
        project.resources.set(name, { ...body, name, fields, state: 'READY', density: 'SPARSE_ALL' });
        return operation({});
      }),
      route(
        'PATCH',
        `/v1/(${of}/databases/[^/]+/collectionGroups/[^/]+/fields/[^/]+)`,
        ({ body, query }, name = '') => {
          const mask = query.get('updateMask') ?? 'ttlConfig,indexConfig';
          const changed = masked(
            project.resources.get(name) ?? { name, indexConfig: { usesAncestorConfig: true } },
            body,
            mask,
          );
          if (changed.ttlConfig) changed.ttlConfig = { state: 'ACTIVE' };
          for (const each of changed.indexConfig?.indexes ?? []) each.state = 'READY';
          project.resources.set(name, changed);
          return operation({});
        },
      ),
    ],
  };
}

const named = (fields: readonly { fieldPath: string }[]) => fields.filter((each) => each.fieldPath !== '__name__');

export function firebaseRules(project: Project): Api {
  return {
    name: 'firebaserules.googleapis.com',
    routes: [
      route('POST', `/v1/${of}/rulesets`, ({ body }) => {
        const name = `${of}/rulesets/${project.resources.size}`;
        project.resources.set(name, { ...body, name, createTime: new Date(project.now).toISOString() });
        return project.get(name);
      }),
      route('POST', `/v1/${of}:test`, () => ({ issues: [] })),
      route('GET', `/v1/(${of}/rulesets/[^/]+)`, (_, name = '') => project.get(name)),
      route('GET', `/v1/${of}/releases`, () => ({ releases: project.under(`${of}/releases/`, /./) })),
      route('GET', `/v1/(${of}/releases/.+)`, (_, name = '') => project.get(name)),
      route('POST', `/v1/${of}/releases`, ({ body }) => {
        if (project.resources.has(body.name)) throw alreadyThere(body.name);
        project.get(body.rulesetName);
        project.resources.set(body.name, { ...body, createTime: new Date(project.now).toISOString() });
        return project.get(body.name);
      }),
      route('PATCH', `/v1/(${of}/releases/.+)`, ({ body }, name = '') => {
        project.resources.set(name, { ...project.get(name), ...body.release });
        return project.get(name);
      }),
    ],
  };
}
