/** How a deployment is, in words: first what somebody has to look at, then all of it. Pure. */
import { gaugePrefix, publicDatabaseOf } from '../../functions/topology.ts';
import { counted } from '../counted.ts';
import { imageOf, originOf, releaseOf, releases, type State, servingRevisions } from '../deploy/state.ts';
import { readOn } from '../docs/prices.ts';
import { secretId } from '../provision/accounts.ts';
import { lateSeconds } from '../provision/objectives.ts';
import { generated, numberOf } from '../provision/project.ts';
import type { Step } from '../provision/step.ts';
import { withThreshold } from '../provision/thresholds.ts';
import { type Watched, type WatchSpec, watches } from '../provision/watch.ts';
import { functions } from '../topology.ts';
import { billOf, pricedAs } from './bill.ts';
import { lasted } from './lasted.ts';
import type { DatabaseFound, Found, GaugeFound, Looked, SecretFound } from './look.ts';

export interface Report {
  text: string;
  /** Each a line. */
  attention: string[];
}

interface Section {
  title: string;
  lines: string[];
  attention: string[];
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;
/** Cloud Monitoring knows a request some minutes after it was answered. */
const tickWithinMs = 10 * minuteMs;
const expiresSoonMs = 30 * dayMs;
const mostDifferences = 20;

export function reportOf(looked: Looked): Report {
  const sections = [
    releaseSection(looked),
    databaseSection(looked),
    tickSection(looked),
    gaugeSection(looked),
    queueSection(looked),
    secretSection(looked),
    alertSection(looked),
    planSection(looked),
    billSection(looked),
  ];
  const attention = sections.flatMap((each) => each.attention);
  const text = [
    `Metronome in ${looked.project}, ${looked.region}, at ${iso(looked.atMs)}`,
    '',
    ...(attention.length > 0
      ? ['To look at', ...attention.map((each) => `  - ${each}`)]
      : ['Nothing needs anybody’s attention.']),
    ...sections.flatMap(({ title, lines }) => ['', title, ...lines.map((each) => `  ${each}`)]),
  ].join('\n');
  return { text: `${text}\n`, attention };
}

type Words = Omit<Section, 'title'>;

function sectionOf<T>(title: string, reading: Found<T>, say: (found: T) => Words): Section {
  if ('found' in reading) return { title, ...say(reading.found) };
  const line = `could not be read: ${reading.why}`;
  return { title, lines: [line], attention: [`${title} ${line}`] };
}

function releaseSection({ releases: reading, region, project, atMs }: Looked): Section {
  return sectionOf('Release', reading, (state) => {
    const serving = servingRevisions(state);
    if (serving.size === 0) {
      const none = `Nothing is deployed in ${region}: npm run deploy -- --project ${project}`;
      return { lines: ['none'], attention: [none] };
    }
    const byRelease = Map.groupBy(serving, ([service, revision]) => releaseOf(service, revision) ?? revision);
    const lines = [...byRelease].map(([release, of]) => describeRelease(state, release, of[0]?.[1] ?? '', atMs));
    const mixed = [...byRelease].map(([release, of]) => `${release} (${of.map(([service]) => service).join(', ')})`);
    const missing = functions.filter(({ service }) => !serving.has(service)).map(({ service }) => service);
    const earlier = releases(state).filter((each) => !byRelease.has(each));
    return {
      lines: [...lines, `other releases to go to: ${earlier.slice(0, 3).join(', ') || 'none'}`],
      attention: [
        ...(mixed.length > 1 ? [`Services serve ${mixed.length} releases: ${mixed.join('; ')}`] : []),
        ...(missing.length > 0 ? [`Not deployed: ${missing.join(', ')}`] : []),
      ],
    };
  });
}

function describeRelease({ revisions }: State, release: string, name: string, atMs: number): string {
  const revision = revisions.get(name);
  if (!revision) return `${release}, of which nothing is known`;
  const { version, commit } = originOf(revision);
  const made = Date.parse(revision.metadata.creationTimestamp ?? '');
  const age = Number.isNaN(made) ? '' : `, made ${lasted(atMs - made)} ago`;
  const image = imageOf(revision)?.replace(/^.*@/, '') ?? 'unknown';
  return `${release}${age}: version ${version}, commit ${commit}, image ${image}`;
}

function databaseSection({ databases, database }: Looked): Section {
  return sectionOf('Databases', databases, (all) => {
    const described = [database, publicDatabaseOf(database)].map((own) => {
      const found = all.find(({ name }) => name.endsWith(`/${own}`));
      return { own, line: found && describeDatabase(found, own) };
    });
    return {
      lines: described.map(({ own, line }) => line ?? own),
      attention: described.flatMap(({ own, line }) => (line ? [] : [`There is no database ${own}`])),
    };
  });
}

const describeDatabase = (found: DatabaseFound, name: string): string => {
  const isOn = (state: string | undefined) => (state?.endsWith('_ENABLED') ? 'on' : 'off');
  return `${name} in ${found.locationId}; point-in-time recovery ${isOn(found.pointInTimeRecoveryEnablement)}, delete protection ${isOn(found.deleteProtectionState)}`;
};

function tickSection({ lastTickMs, atMs }: Looked): Section {
  return sectionOf('Minute tick', lastTickMs, (last) => {
    const line = last === undefined ? 'none within the hour' : `last succeeded ${lasted(atMs - last)} ago`;
    const isLate = last === undefined || atMs - last > tickWithinMs;
    return { lines: [line], attention: isLate ? [`Minute tick: ${line}, so nobody is reminded`] : [] };
  });
}

function gaugeSection({ gauges, atMs, configuration }: Looked): Section {
  return sectionOf('Gauges', gauges, (all) => {
    const byName = Map.groupBy(all, ({ name }) => name);
    if (byName.size === 0) {
      return {
        lines: ['none within a quarter of an hour'],
        attention: ['No gauge was written within a quarter of an hour'],
      };
    }
    const sum = (of: readonly GaugeFound[]) => of.reduce((total, { value }) => total + value, 0);
    const shown = (name: string, value: number) =>
      name.endsWith('_seconds') ? lasted(value * secondMs) : value.toLocaleString('en-US');
    const lines = [...byName].map(([name, of]) => {
      const parts = of.flatMap((each) => (each.of ? [`${each.of} ${each.value}`] : []));
      const newest = Math.max(...of.map((each) => each.atMs));
      const details = [...parts, `${lasted(atMs - newest)} ago`].join(', ');
      return `${name.replace(/_seconds$/, '').replaceAll('_', ' ')}: ${shown(name, sum(of))} (${details})`;
    });
    const above = watches.flatMap((spec) => {
      const { displayName, watched } = withThreshold(spec, configuration.alerts) as WatchSpec;
      const name = gaugeIn(watched);
      const value = name ? sum(byName.get(name) ?? []) : 0;
      if (watched.kind !== 'above' || !name || value <= watched.value) return [];
      return [
        `${displayName.replace(/^Metronome: (.)/, (_, first: string) => first.toUpperCase())} (${shown(name, value)})`,
      ];
    });
    const late = sum(byName.get('oldest_timer_seconds') ?? []);
    const lateOne = `A timer has been due for ${lasted(late * secondMs)}, so reminders are late`;
    return { lines, attention: [...above, ...(late > lateSeconds ? [lateOne] : [])] };
  });
}

const gaugeIn = ({ filter }: Watched): string | undefined =>
  filter.includes(gaugePrefix)
    ? filter.slice(filter.indexOf(gaugePrefix) + gaugePrefix.length).split('"')[0]
    : undefined;

function queueSection({ queues, configuration }: Looked): Section {
  return sectionOf('Queues', queues, (all) => {
    const waiting = all.filter((each) => each.waiting > 0);
    const dead = all.filter((each) => each.deadLettered > 0);
    const total = dead.reduce((sum, each) => sum + each.deadLettered, 0);
    const backlog = withThreshold(watches.find(({ key }) => key === 'backlog') as WatchSpec, configuration.alerts);
    const longestSeconds = backlog.watched.kind === 'above' ? backlog.watched.value : 0;
    const describe = (each: (typeof all)[number]) =>
      `${each.subscription}: ${counted(each.waiting, 'message')}, the oldest ${lasted(each.oldestSeconds * secondMs)} old`;
    const deadLine = `dead letters in 7 days: ${total}${total > 0 ? ` (${dead.map((each) => `${each.subscription} ${each.deadLettered}`).join(', ')})` : ''}`;
    return {
      lines: [...(waiting.length > 0 ? waiting.map(describe) : ['all empty']), deadLine],
      attention: [
        ...waiting
          .filter((each) => each.oldestSeconds > longestSeconds)
          .map((each) => `Messages wait in ${describe(each)}`),
        ...(total > 0 ? [`Messages failed too often, and are in quarantine; ${deadLine}`] : []),
      ],
    };
  });
}

function secretSection({ secrets, releases: reading, configuration, atMs, project }: Looked): Section {
  return sectionOf('Secrets', secrets, (all) => {
    const state = 'found' in reading ? reading.found : undefined;
    const deployed = state ? deployedVersions(state) : new Map<string, Set<string>>();
    const isUnused = ({ id, versions }: SecretFound) =>
      versions.length <= 1 && !generated.some((name) => secretId(name) === id);
    const used = all.filter((each) => !isUnused(each));
    const unused = all.filter(isUnused);
    const ends = [...all.flatMap(endsOf), ...jiraEnds(state, configuration.environment)];
    const isSoon = (time: string) => Date.parse(time) - atMs < expiresSoonMs;
    const described = used.map(({ id, versions }) => {
      const newest = versions.find(({ state: is }) => is === 'ENABLED');
      const age = Date.parse(newest?.createTime ?? '');
      const is = newest ? `version ${numberOf(newest)}` : 'no enabled version';
      const runs = [...(deployed.get(id) ?? [])].join(', ') || 'nothing';
      return `${id}: ${is}${Number.isNaN(age) ? '' : `, ${lasted(atMs - age)} old`}; ${runs} is deployed`;
    });
    return {
      lines: [
        ...described,
        ...(unused.length > 0
          ? [`with their first version only, which provisioning leaves blank: ${unused.map(({ id }) => id).join(', ')}`]
          : []),
        ...ends.map(({ what, time }) => `${what} ${time}`),
        'Of other tokens nobody says here when they expire: their tools do.',
      ],
      attention: [
        ...all.flatMap((each) => wrongIn(each, deployed.get(each.id), project)),
        ...ends.filter(({ time }) => isSoon(time)).map(({ what, time }) => `${what} ${time}`),
      ],
    };
  });
}

/** The versions that what serves now was given, by the id of their secret. */
function deployedVersions(state: State): Map<string, Set<string>> {
  const references = [...servingRevisions(state).values()].flatMap((name) =>
    (state.revisions.get(name)?.spec.containers[0]?.env ?? []).flatMap(
      ({ valueFrom }) => valueFrom?.secretKeyRef ?? [],
    ),
  );
  const byName = Map.groupBy(references, ({ name }) => name);
  return new Map([...byName].map(([name, of]) => [name, new Set(of.map(({ key }) => key))]));
}

const endsOf = ({ id, expireTime, rotateTime }: SecretFound): { what: string; time: string }[] => [
  ...(expireTime ? [{ what: `${id} expires`, time: expireTime }] : []),
  ...(rotateTime ? [{ what: `${id} is to be rotated`, time: rotateTime }] : []),
];

/** Jira tells nobody when a token ends: a team writes it down. */
function jiraEnds(state: State | undefined, environment: Looked['configuration']['environment']) {
  const revisions = state ? [...servingRevisions(state).values()].map((name) => state.revisions.get(name)) : [];
  const variables = revisions.flatMap((each) => each?.spec.containers[0]?.env ?? []);
  const time = variables.find(({ name }) => name === 'JIRA_TOKEN_EXPIRES')?.value ?? environment.JIRA_TOKEN_EXPIRES;
  return time ? [{ what: 'Jira’s token (JIRA_TOKEN_EXPIRES) expires', time }] : [];
}

function wrongIn({ id, versions }: SecretFound, deployed: ReadonlySet<string> | undefined, project: string): string[] {
  const newest = versions.find(({ state }) => state === 'ENABLED');
  if (!newest) return [`${id} has no enabled version: a deployment refuses it`];
  const stateOf = (number: string) => versions.find((each) => numberOf(each) === number)?.state ?? 'gone';
  return [...(deployed ?? [])]
    .filter((number) => number !== 'latest')
    .flatMap((number) => {
      const state = stateOf(number);
      if (state !== 'ENABLED')
        return [
          `${id}: version ${number} is deployed and ${state}, so no instance can start: npm run deploy -- --project ${project}`,
        ];
      if (number === numberOf(newest)) return [];
      return [
        `${id}: version ${numberOf(newest)} is newer than ${number}, which is deployed: npm run deploy -- --project ${project}`,
      ];
    });
}

function alertSection({ alerts }: Looked): Section {
  return sectionOf('Alert policies', alerts, (all) => {
    const keysOf = (is: (quiet: (typeof all)[number]['quiet']) => boolean) =>
      all.filter(({ quiet }) => is(quiet)).map(({ key }) => key);
    const silenced = keysOf((quiet) => quiet === 'silenced');
    const atRest = keysOf((quiet) => quiet === 'not started');
    const snoozed = all.flatMap(({ key, quiet }) => (typeof quiet === 'object' ? [`${key} until ${quiet.until}`] : []));
    const groups = [
      ...(silenced.length > 0 ? [`silenced by hand: ${silenced.join(', ')}`] : []),
      ...(snoozed.length > 0 ? [`snoozed: ${snoozed.join(', ')}`] : []),
      ...(atRest.length > 0
        ? [`not started, which a deployment does: ${atRest.length < all.length ? atRest.join(', ') : 'all'}`]
        : []),
    ];
    const on = all.length - silenced.length - snoozed.length - atRest.length;
    return {
      lines: [`on: ${on} of ${all.length}`, ...groups],
      attention: groups.map((each) => `Alert policies ${each}`),
    };
  });
}

const drifts: readonly Step['action'][] = ['create', 'update', 'refuse'];

function planSection({ plan, project }: Looked): Section {
  const dryRun = `npm run provision -- --project ${project} --dry-run`;
  const unread = plan.flatMap(({ title, steps }) =>
    'why' in steps ? [`${title} could not be read: ${steps.why}`] : [],
  );
  const steps = plan.flatMap((each) => ('found' in each.steps ? each.steps.found : []));
  const differing = steps.filter(({ action }) => drifts.includes(action));
  const lines = differing.slice(0, mostDifferences).map(({ action, kind, name, differences, note }) => {
    const fields = differences.map(({ field }) => field).join(', ');
    return `${action} ${kind} ${name}${fields ? `: ${fields}` : action === 'refuse' ? `: ${note}` : ''}`;
  });
  const more = differing.length - lines.length;
  return {
    title: 'Against the plan',
    lines: [
      ...(differing.length === 0 && unread.length === 0 ? ['no difference'] : lines),
      ...(more > 0 ? [`and ${more} more: ${dryRun}`] : []),
      ...unread,
    ],
    attention: [
      ...(differing.length > 0 ? [`${counted(differing.length, 'difference')} from the plan: ${dryRun}`] : []),
      ...unread,
    ],
  };
}

function billSection({ bill, region, atMs }: Looked): Section {
  return sectionOf('Bill of the month so far, in US dollars', bill, (found) => {
    const items = billOf(found.counted, region, (atMs - found.sinceMs) / dayMs);
    const total = (of: 'listed' | 'lessFree', isAnnounced: boolean) =>
      items
        .filter((each) => each.isAnnounced === isAnnounced)
        .reduce((sum, each) => sum + each[of], 0)
        .toFixed(2);
    const units = (value: number) =>
      value.toLocaleString('en-US', { maximumSignificantDigits: value < 1_000 ? 3 : 12 });
    const rows = items
      .filter((each) => each.units > 0)
      .map(
        (each) =>
          `${each.listed.toFixed(2).padStart(9)}  ${units(each.units)} × ${each.unit}${each.isAnnounced ? ' (announced)' : ''}`,
      );
    const prices = `counted since ${iso(found.sinceMs)}, at list prices of ${pricedAs(region)} (read ${readOn})`;
    return {
      lines: [
        prices,
        ...rows,
        `together ${total('listed', false)}; less what is free, if nothing else uses that: ${total('lessFree', false)}`,
        `alert conditions would add ${total('listed', true)}: their price is announced, and not billed yet`,
      ],
      attention: [],
    };
  });
}

const iso = (atMs: number): string => new Date(atMs).toISOString().replace('.000', '');
