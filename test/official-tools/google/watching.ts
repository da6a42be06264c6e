/** Monitoring with its dashboards, and Cloud Scheduler. */
import { metricTypesIn, parseFilter } from '../../../infra/cloud/src/monitoring/filter.ts';
import { exporting, masked } from './data.ts';
import { type Api, alreadyThere, type Call, invalid, notFound, Refusal, route } from './google.ts';
import { type Project, projectId, type Resource, type Series, without } from './project.ts';

const of = `projects/${projectId}`;
/** A condition on a metric is refused so long after its descriptor was made. */
export const metricIsKnownAfterMs = 600_000;

const secondsOf = (duration = '0s'): number => Number.parseFloat(duration);

/** google/monitoring/v3/service.proto says what each of these has to be. */
function checkObjective({ goal, rollingPeriod, serviceLevelIndicator = {} }: Resource): void {
  if (!(goal > 0 && goal <= 0.9999)) throw invalid('The goal has to be above 0 and at most 0.9999.');
  const days = secondsOf(rollingPeriod) / 86_400;
  if (!(Number.isInteger(days) && days >= 1 && days <= 30)) throw invalid('The rolling period is 1 to 30 whole days.');
  const { requestBased, windowsBased } = serviceLevelIndicator;
  const filters = Object.values(requestBased?.goodTotalRatio ?? {});
  if (requestBased && filters.length !== 2) throw invalid('Exactly two of good, bad and total have to be there.');
  const window = secondsOf(windowsBased?.windowPeriod);
  if (windowsBased && !(window >= 60 && Number.isInteger(86_400 / window)))
    throw invalid('A window is a fraction of a day, and at least 60 s.');
  if (!requestBased && !windowsBased) throw invalid('There is no indicator.');
}

/** What projects.timeSeries.list answers, of series that count: each point says how much came since the one before. */
function timeSeries(all: readonly Series[], query: URLSearchParams): object[] {
  const text = query.get('filter') ?? '';
  if (metricTypesIn(text).length !== 1 || !/metric\.type = "/.test(text))
    throw invalid('The filter has to name one metric.');
  const holds = parseFilter(text);
  const [since = 0, until = 0] = ['startTime', 'endTime'].map((each) =>
    Date.parse(query.get(`interval.${each}`) ?? ''),
  );
  const fieldOf = ({ metric, resource }: Series, path: string): string | undefined => {
    const [whose, kind, label = ''] = path.split('.');
    const of = whose === 'metric' ? metric : resource;
    return kind === 'type' ? of.type : of.labels[label];
  };
  const found = all
    .filter((each) => holds((path) => fieldOf(each, path)))
    .map((each) => ({ ...each, points: each.points.filter(({ atMs }) => since <= atMs && atMs <= until).reverse() }))
    .filter(({ points }) => points.length > 0);
  const periodMs = secondsOf(query.get('aggregation.alignmentPeriod') ?? '0s') * 1_000;
  const shown = ({ points, ...header }: Series) => ({
    ...header,
    points: points.map(({ atMs, value }) => ({
      interval: { startTime: new Date(atMs).toISOString(), endTime: new Date(atMs).toISOString() },
      value: Number.isInteger(value) ? { int64Value: String(value) } : { doubleValue: value },
    })),
  });
  if (periodMs === 0) return found.map(shown);
  // As the client libraries send them, by number: ALIGN_DELTA and REDUCE_SUM.
  const how = ['perSeriesAligner', 'crossSeriesReducer'].map((each) => query.get(`aggregation.${each}`)).join(' ');
  if (how !== '1 4') throw invalid(`${how} is not known here.`);
  const by = query.getAll('aggregation.groupByFields').map((each) => each.replace('.label.', '.labels.'));
  const groups = Map.groupBy(found, (each) => JSON.stringify(by.map((path) => fieldOf(each, path))));
  return [...groups.values()].map((of) => {
    const kept = (whose: 'metric' | 'resource') =>
      Object.fromEntries(
        Object.entries(of[0]?.[whose].labels ?? {}).filter(([label]) => by.includes(`${whose}.labels.${label}`)),
      );
    // Periods end with the window.
    const endOf = (atMs: number) => until - Math.floor((until - atMs) / periodMs) * periodMs;
    const byPeriod = Map.groupBy(
      of.flatMap(({ points }) => points),
      ({ atMs }) => endOf(atMs),
    );
    return shown({
      metric: { type: of[0]?.metric.type ?? '', labels: kept('metric') },
      resource: { type: of[0]?.resource.type ?? '', labels: kept('resource') },
      points: [...byPeriod]
        .map(([atMs, points]) => ({ atMs, value: points.reduce((sum, { value }) => sum + value, 0) }))
        .toSorted((one, other) => other.atMs - one.atMs),
    });
  });
}

export function monitoring(project: Project): Api {
  const madeAt = new Map<string, number>();
  const add = (kind: string, body: Resource) => {
    const id = project.nextId();
    const made = { ...body, name: `${of}/${kind}/${id}` };
    project.resources.set(made.name, made);
    return made;
  };
  const remove = (_: Call, name = '') => {
    project.get(name);
    project.resources.delete(name);
  };
  const isOfOurs = /metric\.type\s*=\s*"(custom\.googleapis\.com\/[^"]+)"/g;
  const checkPolicy = (policy: Resource) => {
    for (const channel of policy.notificationChannels ?? []) project.get(channel);
    for (const condition of policy.conditions ?? []) {
      // select_slo_burn_rate: the objective has to be there.
      const objective = /^select_slo_burn_rate\("([^"]+)", "\d+s"\)$/.exec(condition.conditionThreshold?.filter ?? '');
      if (objective) project.get(objective[1] ?? '');
      const filter: string = (condition.conditionThreshold ?? condition.conditionAbsent)?.filter ?? '';
      for (const [, type = ''] of filter.matchAll(isOfOurs)) {
        const since = project.now - (madeAt.get(type) ?? Number.POSITIVE_INFINITY);
        if (!(since >= metricIsKnownAfterMs)) {
          throw new Refusal(
            404,
            'NOT_FOUND',
            `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`,
          );
        }
      }
      if (condition.conditionMatchedLog && !policy.alertStrategy?.notificationRateLimit) {
        throw invalid('Log-based alert policies must have a notification rate limit.');
      }
    }
  };
  const made = (name: string, body: Resource) => {
    if (project.resources.has(name)) throw alreadyThere(name);
    if (!/\/[a-z0-9-]+$/.test(name)) throw invalid(`The id of ${name} has to match [a-z0-9-]+.`);
    project.resources.set(name, { ...body, name });
    return project.get(name);
  };
  const hidden = (channel: Resource): Resource => ({
    ...channel,
    labels: without(channel.labels ?? {}, 'password', 'auth_token'),
  });
  return {
    name: 'monitoring.googleapis.com',
    routes: [
      route('GET', `/v3/${of}/metricDescriptors`, () => ({
        metricDescriptors: project.under(`${of}/metricDescriptors/`, /./),
      })),
      route('POST', `/v3/${of}/metricDescriptors`, ({ body }) => {
        const name = `${of}/metricDescriptors/${body.type}`;
        if (!madeAt.has(body.type)) madeAt.set(body.type, project.now);
        project.resources.set(name, { ...body, name, monitoredResourceTypes: ['global'] });
        return project.get(name);
      }),
      route('GET', `/v3/${of}/timeSeries`, ({ query }) => ({ timeSeries: timeSeries(project.series, query) })),
      route('GET', `/v3/${of}/snoozes`, () => ({ snoozes: project.under(`${of}/snoozes/`) })),
      route('GET', `/v3/${of}/notificationChannels`, () => ({
        notificationChannels: project.under(`${of}/notificationChannels/`).map(hidden),
      })),
      route('POST', `/v3/${of}/notificationChannels`, ({ body }) => {
        if (body.type === 'pubsub') project.useAgent('monitoring-notification');
        return hidden(add('notificationChannels', body));
      }),
      route('GET', `/v3/(${of}/notificationChannels/[^/]+)`, (_, name = '') => hidden(project.get(name))),
      route('PATCH', `/v3/(${of}/notificationChannels/[^/]+)`, ({ body, query }, name = '') => {
        project.resources.set(name, masked(project.get(name), body, query.get('updateMask') ?? ''));
        return hidden(project.get(name));
      }),
      route('DELETE', `/v3/(${of}/notificationChannels/[^/]+)`, ({ query }, name = '') => {
        project.get(name);
        const users = project.under(`${of}/alertPolicies/`).filter((each) => each.notificationChannels?.includes(name));
        if (users.length > 0 && query.get('force')?.toLowerCase() !== 'true') {
          throw new Refusal(
            400,
            'FAILED_PRECONDITION',
            `Channel ${name} is used by ${users.map((each) => each.displayName).join(', ')}.`,
          );
        }
        for (const each of users) {
          each.notificationChannels = each.notificationChannels.filter((channel: string) => channel !== name);
        }
        project.resources.delete(name);
      }),
      route('GET', `/v3/${of}/alertPolicies`, () => ({ alertPolicies: project.under(`${of}/alertPolicies/`) })),
      route('GET', `/v3/(${of}/alertPolicies/[^/]+)`, (_, name = '') => project.get(name)),
      route('POST', `/v3/${of}/alertPolicies`, ({ body }) => {
        checkPolicy(body);
        return add('alertPolicies', body);
      }),
      route('PATCH', `/v3/(${of}/alertPolicies/[^/]+)`, ({ body, query }, name = '') => {
        const changed = masked(project.get(name), body, query.get('updateMask') ?? '');
        checkPolicy(changed);
        project.resources.set(name, changed);
        return changed;
      }),
      route('DELETE', `/v3/(${of}/alertPolicies/[^/]+)`, remove),
      route('GET', `/v3/${of}/uptimeCheckConfigs`, () => ({
        uptimeCheckConfigs: project.under(`${of}/uptimeCheckConfigs/`),
      })),
      route('POST', `/v3/${of}/uptimeCheckConfigs`, ({ body }) => add('uptimeCheckConfigs', body)),
      route('GET', `/v3/(${of}/uptimeCheckConfigs/[^/]+)`, (_, name = '') => project.get(name)),
      route('PATCH', `/v3/(${of}/uptimeCheckConfigs/[^/]+)`, ({ body, query }, name = '') => {
        const found = project.get(name);
        const mask = query.get('updateMask');
        project.resources.set(name, mask ? masked(found, body, mask) : { ...body, name });
        return project.get(name);
      }),
      route('DELETE', `/v3/(${of}/uptimeCheckConfigs/[^/]+)`, remove),
      route('GET', `/v3/${of}/services`, () => ({ services: project.under(`${of}/services/`) })),
      route('POST', `/v3/${of}/services`, ({ body, query }) => made(`${of}/services/${query.get('serviceId')}`, body)),
      route('GET', `/v3/(${of}/services/[^/]+)/serviceLevelObjectives`, (_, service) => ({
        serviceLevelObjectives: project.under(`${service}/serviceLevelObjectives/`),
      })),
      route('POST', `/v3/(${of}/services/[^/]+)/serviceLevelObjectives`, ({ body, query }, service = '') => {
        project.get(service);
        checkObjective(body);
        return made(`${service}/serviceLevelObjectives/${query.get('serviceLevelObjectiveId')}`, body);
      }),
      route('PATCH', `/v3/(${of}/services/[^/]+/serviceLevelObjectives/[^/]+)`, ({ body, query }, name = '') => {
        const changed = masked(project.get(name), body, query.get('updateMask') ?? '');
        checkObjective(changed);
        project.resources.set(name, changed);
        return changed;
      }),
      route('GET', `/v1/${of}/dashboards`, () => ({ dashboards: project.under(`${of}/dashboards/`) })),
      route('GET', `/v1/(${of}/dashboards/[^/]+)`, (_, name = '') => project.get(name)),
      route('POST', `/v1/${of}/dashboards`, ({ body }) => add('dashboards', { ...body, etag: project.nextEtag() })),
      route('PATCH', `/v1/(${of}/dashboards/[^/]+)`, ({ body }, name = '') => {
        if (body.etag !== project.get(name).etag) throw new Refusal(409, 'ABORTED', 'The etag is not the current one.');
        project.resources.set(name, { ...body, name, etag: project.nextEtag() });
        return project.get(name);
      }),
      route('DELETE', `/v1/(${of}/dashboards/[^/]+)`, remove),
    ],
  };
}

export function scheduler(project: Project): Api {
  const location = `${of}/locations/[^/]+`;
  const exportTo = exporting(project);
  /** Calls Firestore as its account would, which has to have been granted both. */
  const callFirestore = ({ uri, body, oauthToken }: Resource) => {
    const [, database = ''] = /^https:\/\/firestore\.googleapis\.com\/v1\/(.+):exportDocuments$/.exec(uri) ?? [];
    const request = JSON.parse(Buffer.from(body, 'base64').toString());
    const bucket = new URL(request.outputUriPrefix).host;
    const isGranted = (on: string, role: string, expression?: string) =>
      project
        .policyOf(on)
        .bindings?.some(
          (each) =>
            each.role === role &&
            each.members.includes(`serviceAccount:${oauthToken.serviceAccountEmail}`) &&
            (each.condition as { expression?: string } | undefined)?.expression === expression,
        );
    const mayExport = isGranted(of, 'roles/datastore.importExportAdmin', `resource.name == "${database}"`);
    if (!mayExport || !isGranted(`bucket/${bucket}`, 'roles/storage.admin'))
      throw new Refusal(403, 'PERMISSION_DENIED', `${oauthToken.serviceAccountEmail} may not export.`);
    exportTo(database, request);
  };
  const change =
    (changes: object) =>
    (_: Call, name = '') => {
      Object.assign(project.get(name), changes);
      return project.get(name);
    };
  return {
    name: 'cloudscheduler.googleapis.com',
    routes: [
      route('GET', `/v1/(${of}/locations/[^/]+)/jobs`, (_, where = '') => ({ jobs: project.under(`${where}/jobs/`) })),
      route('POST', `/v1/${location}/jobs`, ({ body }) => {
        if (project.resources.has(body.name)) throw alreadyThere(body.name);
        const topic = body.pubsubTarget?.topicName;
        if (topic && !project.resources.has(topic)) throw notFound(topic);
        project.resources.set(body.name, {
          ...body,
          state: 'ENABLED',
          userUpdateTime: new Date(project.now).toISOString(),
        });
        return project.get(body.name);
      }),
      route('PATCH', `/v1/(${location}/jobs/[^/:]+)`, ({ body, query }, name = '') => {
        project.resources.set(name, masked(project.get(name), body, query.get('updateMask') ?? ''));
        return project.get(name);
      }),
      route('GET', `/v1/(${location}/jobs/[^/:]+)`, (_, name = '') => project.get(name)),
      route('POST', `/v1/(${location}/jobs/[^/:]+):run`, (_, name = '') => {
        callFirestore(project.get(name).httpTarget);
        return project.get(name);
      }),
      route('POST', `/v1/(${location}/jobs/[^/:]+):resume`, change({ state: 'ENABLED' })),
      route('POST', `/v1/(${location}/jobs/[^/:]+):pause`, change({ state: 'PAUSED' })),
      route('DELETE', `/v1/(${location}/jobs/[^/:]+)`, (_, name = '') => project.remove(name)),
    ],
  };
}
