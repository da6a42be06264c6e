/**
 * `deployment.json` in a team's settings: what a project is provisioned and deployed with besides code and secrets. Every command
 * reads it, so that a laptop and Cloud Build do the same, and provisioning remembers its options there.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { environment } from '../functions/platform/environment.ts';
import { tunable } from './provision/thresholds.ts';
import { defaultDatabase } from './provision/whose.ts';
import { functions } from './topology.ts';

const here = import.meta.dirname;
export const fileName = 'deployment.json';

/** Between the variables of one gcloud argument. */
export const delimiter = '##';

const databaseVariable = 'FIRESTORE_DATABASE';
const variables = new Set(functions.flatMap((each) => each.environment));

const perFunction = <T extends z.ZodType>(value: T) =>
  z.partialRecord(z.enum(functions.map(({ name }) => name)), value).default({});

const entry = z
  .strictObject({
    /** Options of provisioning, as they were typed last. */
    region: z
      .string()
      .regex(/^[a-z]+-[a-z]+\d+$/, 'has to be a region of Cloud Run, such as asia-northeast1')
      .optional(),
    database: z.string().min(1).optional(),
    operator: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
    pager: z
      .string()
      .regex(/^projects\/[\w:.-]+\/notificationChannels\/\d+$/, 'has to be projects/P/notificationChannels/N')
      .optional(),
    cloudBuild: z.boolean().optional(),
    keepInRegion: z.boolean().optional(),
    copyTo: z.string().min(1).optional(),
    /** Variables of the functions; null says that one is to go. */
    environment: z
      .record(
        z.string(),
        z
          .string()
          .min(1)
          .refine((value) => !value.includes(delimiter), { error: `a value cannot hold ${delimiter}` })
          .nullable(),
      )
      .superRefine((all, context) => {
        for (const [name, value] of Object.entries(all)) {
          if (value === null || variables.has(name)) continue;
          const message =
            name === databaseVariable
              ? 'say "database" of the project instead, which every command reads'
              : 'no function reads it: only null may be said of it';
          context.addIssue({ code: 'custom', path: [name], message });
        }
      })
      .default({}),
    /** Who may open the console. */
    console: z
      .array(z.string().regex(/^(?:user|group|domain):\S+$/, 'has to be user:…, group:… or domain:…'))
      .default([]),
    /** A load balancer of one's own before the public endpoints, such as https://metronome.shop.example. */
    balancer: z
      .url({ protocol: /^https$/, error: 'has to be an address such as https://metronome.shop.example' })
      .optional(),
    /** The pool that builds the image, for accounts that may not build in the region (`--build-worker-pool` of gcloud run deploy). */
    buildWorkerPool: z
      .string()
      .regex(
        /^projects\/[\w:.-]+\/locations\/[a-z\d-]+\/workerPools\/[\w-]+$/,
        'has to be projects/P/locations/R/workerPools/NAME',
      )
      .optional(),
    /** Instances that are always there, and at most, by function. */
    minInstances: perFunction(z.int().min(0)),
    maxInstances: perFunction(z.int().min(1)),
    /** One processor takes at least 128 MiB and at most 4 GiB (cloud.google.com/run/docs/configuring/services/memory-limits). */
    memoryMiB: perFunction(z.int().min(128).max(4_096)),
    /** Thresholds of alert policies, by their key. */
    alerts: z
      .partialRecord(
        z.enum(tunable),
        z.strictObject({ above: z.number().min(0).optional(), forMinutes: z.int().min(0).max(1_410).optional() }),
      )
      .default({}),
  })
  .superRefine((own, context) => {
    for (const { name, maxInstances } of functions) {
      if ((own.minInstances[name] ?? 0) <= (own.maxInstances[name] ?? maxInstances)) continue;
      context.addIssue({
        code: 'custom',
        path: ['minInstances', name],
        message: 'more than the function may have at most ("maxInstances")',
      });
    }
    if (Number(own.environment.TRUSTED_HOPS ?? 0) !== 0 && own.balancer === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['environment', 'TRUSTED_HOPS'],
        message:
          'whoever calls past your load balancer could choose its address: say "balancer", and only that is let in',
      });
    }
    if (own.copyTo !== undefined && own.copyTo === own.region) {
      context.addIssue({
        code: 'custom',
        path: ['copyTo'],
        message: 'has to be another region than that of the database',
      });
    }
  });

export type Configuration = z.output<typeof entry>;
/** What provisioning remembers. */
export type Options = Pick<
  Configuration,
  'region' | 'database' | 'operator' | 'pager' | 'cloudBuild' | 'keepInRegion' | 'copyTo'
>;

/** Null forgets one. */
type Typed = { [Name in keyof Options]: Options[Name] | null };

/** What provisioning is to make besides what every project has. @param typed goes before what is remembered */
export function optionsOf(known: Configuration, typed: Typed = {}) {
  return {
    operators: [typed.operator ?? known.operator ?? []].flat(),
    pager: typed.pager ?? known.pager,
    hasCloudBuild: typed.cloudBuild ?? known.cloudBuild ?? false,
    staysInRegion: typed.keepInRegion ?? known.keepInRegion ?? false,
    copyTo: typed.copyTo === null ? undefined : (typed.copyTo ?? known.copyTo),
    alerts: known.alerts,
    balancer: known.balancer,
  };
}

const file = z.record(z.string(), entry);

function readFile(folder: string): { path: string; all: Record<string, unknown> } {
  const path = join(folder, fileName);
  const former = join(here, fileName);
  if (existsSync(former))
    throw new Error(`${former} is read no more: git mv infra/${fileName} infra/settings/${fileName}`);
  if (!existsSync(path)) {
    if (!existsSync(folder)) throw new Error(`There is no folder ${folder}: --settings names one that is there.`);
    return { path, all: {} };
  }
  try {
    return { path, all: JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown> };
  } catch (error) {
    throw new Error(`${path} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** The options of a project that its file does not mention, or mentions like this. */
export const configurationOf = (own: z.input<typeof entry> = {}): Configuration => entry.parse(own);

/** @throws Error naming what is wrong in the file */
export function readConfiguration(folder: string, project: string): Configuration {
  const { path, all } = readFile(folder);
  const { data, error } = file.safeParse(all);
  if (error) throw new Error(`${path}:\n${z.prettifyError(error)}`);
  return data[project] ?? configurationOf();
}

/**
 * Keeps the options that were typed for the commands to come; what the file says besides stays as it is written.
 * @returns the names of those that changed
 */
export function remember(folder: string, project: string, options: Typed): string[] {
  const { path, all } = readFile(folder);
  const before = (all[project] ?? {}) as Record<string, unknown>;
  const given = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(before[name] ?? null, value),
  );
  if (given.length === 0) return [];
  const after = Object.entries({ ...Object.fromEntries(given), ...before, ...Object.fromEntries(given) });
  const next = { ...all, [project]: Object.fromEntries(after.filter(([, value]) => value !== null)) };
  const { error } = file.safeParse(next);
  if (error) throw new Error(`${path} would be wrong:\n${z.prettifyError(error)}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(next, null, 2)}\n`);
  return given.map(([name]) => name);
}

/**
 * The database of a project: what was typed, else what is remembered, else FIRESTORE_DATABASE.
 * @throws Error where a shell names another than the project has: nobody can tell which is meant
 */
export function databaseOf({ database }: Pick<Configuration, 'database'>, typed?: string): string {
  const shell = environment()[databaseVariable];
  if (typed) return typed;
  if (database && shell && shell !== database) {
    throw new Error(
      `${databaseVariable} is ${shell} in this shell, and ${fileName} remembers ${database}: unset it, or name one by --database.`,
    );
  }
  return database ?? (shell || defaultDatabase);
}

/** The region of a project. @throws Error where none is known, or another is remembered */
export function regionOf({ region }: Pick<Configuration, 'region'>, project: string, typed?: string): string {
  if (typed && region && typed !== region) {
    throw new Error(
      `${project} is in ${region}, as ${fileName} remembers, and not in ${typed}. Leave --region out; to move Metronome, see “Restoring” in docs/how-to/operate.md.`,
    );
  }
  const known = typed ?? region;
  if (!known) throw new Error(`No region is remembered for ${project}: give --region, or provision it first.`);
  return known;
}

/** Variables that somebody has set in a shell, as they were read from there once, and that the file has otherwise. */
export function shellDifferences(
  shell: Readonly<Record<string, string | undefined>>,
  { environment: own, database }: Configuration,
): string[] {
  const written: Record<string, string | null | undefined> = { ...own, [databaseVariable]: database };
  return [databaseVariable, ...variables].filter((name) => shell[name] && shell[name] !== written[name]);
}

/** The variables by which functions know their database. */
export const databaseVariables = ({ database }: Configuration): [string, string][] =>
  database && database !== defaultDatabase ? [[databaseVariable, database]] : [];

/** The serving revision of one service: its non-secret variables. */
export interface Serving {
  service: string;
  variables: ReadonlyMap<string, string>;
}

export interface Lost {
  name: string;
  value: string;
  services: string[];
}

/**
 * Variables that serve now and would not after this deployment, or only as something else that nobody has written down.
 * @param next what the deployment gives each service
 */
export function lostVariables(
  serving: readonly Serving[],
  next: ReadonlyMap<string, ReadonlyMap<string, string>>,
  { environment: own, database }: Configuration,
): Lost[] {
  const isNamed = (name: string): boolean =>
    Object.hasOwn(own, name) || (name === databaseVariable && database !== undefined);
  const lost = new Map<string, Lost>();
  for (const { service, variables: now } of serving) {
    for (const [name, value] of now) {
      if (isNamed(name) || next.get(service)?.get(name) === value) continue;
      const key = `${name}=${value}`;
      const found = lost.get(key) ?? { name, value, services: [] };
      lost.set(key, { ...found, services: [...found.services, service] });
    }
  }
  return [...lost.values()];
}

export function explainLost(lost: readonly Lost[], project: string): string {
  const lines = lost.map(({ name, value, services }) => `  ${name}=${value} (${services.join(', ')})`);
  const database = lost.find(({ name }) => name === databaseVariable)?.value;
  const environment = Object.fromEntries(
    lost.flatMap(({ name, value }) => (name === databaseVariable ? [] : [[name, variables.has(name) ? value : null]])),
  );
  return [
    `Not deployed. These variables are set on the serving release but not in ${fileName}, so they would be lost:`,
    ...lines,
    'Add them to the file, with null for those to remove:',
    JSON.stringify({ [project]: { ...(database ? { database } : {}), environment } }, null, 2),
  ].join('\n');
}
