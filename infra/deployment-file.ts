/**
 * `deployment.json` in a team's settings: what a project is provisioned and deployed with besides code and secrets. Every command
 * reads it, so that a laptop and Cloud Build do the same, and provisioning remembers its options there.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { environment } from '../functions/platform/environment.ts';
import type { Language } from '../functions/words/text.ts';
import { machineLanguage } from './machine-language.ts';
import { allowed, wholeFrom, words } from './own-settings/allowed.ts';
import { sayWrong, wrongBy } from './own-settings/check.ts';
import { readJson } from './own-settings/policy-file.ts';
import { tunable } from './provision/thresholds.ts';
import { defaultDatabase } from './provision/whose.ts';
import { functions } from './topology.ts';

const here = import.meta.dirname;
export const fileName = 'deployment.json';

/** The separator between variables in one gcloud argument. */
export const delimiter = '##';

const databaseVariable = 'FIRESTORE_DATABASE';
const variables = new Set(functions.flatMap((each) => each.environment));
/** Of one service, which nobody needs. */
const mostInstances = 1_000;

/** The message of each is what is allowed. */
const textOf = (error: string, form = /./) => z.string({ error }).regex(form, { error });
const wholeOf = (least: number, most: number) => {
  const error = wholeFrom(least, most);
  return z.int({ error }).min(least, { error }).max(most, { error });
};
const yesNo = z.boolean({ error: words.yesNo });
const listOf = <T extends z.ZodType>(of: T) => z.array(of, { error: words.list });
const table = { error: ({ code }: { code?: string }) => (code === 'invalid_type' ? words.table : undefined) };
const perFunction = <T extends z.ZodType>(value: T) =>
  z.partialRecord(z.enum(functions.map(({ name }) => name)), value, table).default({});

const region = textOf(words.region, /^[a-z]+-[a-z]+\d+$/);
const notEmpty = textOf(words.notEmpty);

const entry = z
  .strictObject(
    {
      /** Options of provisioning, as they were typed last. */
      region: region.optional(),
      database: notEmpty.optional(),
      operator: z.union([notEmpty, listOf(notEmpty).min(1)], { error: words.addresses }).optional(),
      pager: textOf(words.channel, /^projects\/[\w:.-]+\/notificationChannels\/\d+$/).optional(),
      cloudBuild: yesNo.optional(),
      keepInRegion: yesNo.optional(),
      copyTo: notEmpty.optional(),
      /** Variables of the functions; null says that one is to go. */
      environment: z
        .record(
          z.string(),
          textOf(words.variable)
            .refine((value) => !value.includes(delimiter), { error: words.variable })
            .nullable(),
          table,
        )
        .superRefine((all, context) => {
          for (const [name, value] of Object.entries(all)) {
            if (value === null || variables.has(name)) continue;
            const message = name === databaseVariable ? words.databaseInstead : words.unread;
            context.addIssue({ code: 'custom', path: [name], message });
          }
        })
        .default({}),
      /** Who may open the console. */
      console: listOf(textOf(words.people, /^(?:user|group|domain):\S+$/)).default([]),
      /** A load balancer of one's own before the public endpoints, such as https://metronome.shop.example. */
      balancer: z.url({ protocol: /^https$/, error: words.balancer }).optional(),
      /** The pool that builds the image, for accounts that may not build in the region (`--build-worker-pool` of gcloud run deploy). */
      buildWorkerPool: textOf(words.pool, /^projects\/[\w:.-]+\/locations\/[a-z\d-]+\/workerPools\/[\w-]+$/).optional(),
      /** Instances that are always there, and at most, by function. */
      minInstances: perFunction(wholeOf(0, mostInstances)),
      maxInstances: perFunction(wholeOf(1, mostInstances)),
      /** One processor takes at least 128 MiB and at most 4 GiB (cloud.google.com/run/docs/configuring/services/memory-limits). */
      memoryMiB: perFunction(wholeOf(128, 4_096)),
      /** Thresholds of alert policies, by their key. */
      alerts: z
        .partialRecord(
          z.enum(tunable),
          z.strictObject(
            {
              above: z.number({ error: words.least }).min(0, { error: words.least }).optional(),
              forMinutes: wholeOf(0, 1_410).optional(),
            },
            table,
          ),
          table,
        )
        .default({}),
    },
    table,
  )
  .superRefine((own, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    for (const { name, maxInstances } of functions) {
      const most = own.maxInstances[name] ?? maxInstances;
      if ((own.minInstances[name] ?? 0) <= most) continue;
      refuse(['minInstances', name], allowed(`maxInstances (${most}) 以下の値`, `at most maxInstances (${most})`));
    }
    if (Number(own.environment.TRUSTED_HOPS ?? 0) !== 0 && own.balancer === undefined)
      refuse(['environment', 'TRUSTED_HOPS'], words.noHops);
    if (own.copyTo !== undefined && own.copyTo === own.region) refuse(['copyTo'], words.otherRegion);
  });

export type Configuration = z.output<typeof entry>;
/** The options that provisioning remembers. */
export type Options = Pick<
  Configuration,
  'region' | 'database' | 'operator' | 'pager' | 'cloudBuild' | 'keepInRegion' | 'copyTo'
>;

/** Null removes a remembered option. */
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

const file = z.record(z.string(), entry, table);

/** @throws Error saying what is wrong, each with its place */
function requireRight(path: string, all: unknown, language: Language): z.output<typeof file> {
  const wrong = wrongBy(file, all);
  if (wrong.length > 0) throw new Error(sayWrong(path, wrong, language));
  return file.parse(all);
}

function readFile(folder: string, language: Language): { path: string; all: unknown } {
  const former = join(here, fileName);
  if (existsSync(former))
    throw new Error(`${former} is read no more: git mv infra/${fileName} infra/settings/${fileName}`);
  return { path: join(folder, fileName), all: readJson(folder, fileName, language) };
}

/** @returns the projects of the file; undefined where there is none @throws Error naming what is wrong in it */
export function projectsIn(folder: string, language: Language): string[] | undefined {
  const { path, all } = readFile(folder, language);
  return all === undefined ? undefined : Object.keys(requireRight(path, all, language));
}

/** The options of a project that its file does not mention, or mentions like this. */
export const configurationOf = (own: z.input<typeof entry> = {}): Configuration => entry.parse(own);

/** @throws Error naming what is wrong in the file */
export function readConfiguration(folder: string, project: string): Configuration {
  const language = machineLanguage(environment());
  const { path, all = {} } = readFile(folder, language);
  return requireRight(path, all, language)[project] ?? configurationOf();
}

/**
 * Keeps the options that were typed for the commands to come; what the file says besides stays as it is written.
 * @returns the names of those that changed
 */
export function remember(folder: string, project: string, options: Typed): string[] {
  const language = machineLanguage(environment());
  const { path, all: found = {} } = readFile(folder, language);
  const all = found as Record<string, unknown>;
  const before = (all[project] ?? {}) as Record<string, unknown>;
  const given = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(before[name] ?? null, value),
  );
  if (given.length === 0) return [];
  const after = Object.entries({ ...Object.fromEntries(given), ...before, ...Object.fromEntries(given) });
  const next = { ...all, [project]: Object.fromEntries(after.filter(([, value]) => value !== null)) };
  requireRight(path, next, language);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(next, null, 2)}\n`);
  return given.map(([name]) => name);
}

/**
 * The database of a project: what was typed, else what is remembered, else FIRESTORE_DATABASE.
 * @throws Error if a shell names another than the project has: nobody can tell which is meant
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

/** The region of a project. @throws Error if none is known, or another is remembered */
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

/** Variables that a shell once set, and whose value in the file differs. */
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
