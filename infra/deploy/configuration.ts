/**
 * `infra/deployment.json`: what a deployment sets besides code and secrets, by project. It is versioned with the code, so that a
 * laptop and Cloud Build deploy the same. Pure.
 */
import * as z from 'zod';
import { functions } from '../topology.ts';

export const configurationFile = 'infra/deployment.json';

/** Between the variables of one gcloud argument. */
export const delimiter = '##';

const variables = [...new Set(['FIRESTORE_DATABASE', ...functions.flatMap((each) => each.environment)])];

const entry = z.strictObject({
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
        if (value === null || variables.includes(name)) continue;
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'no function reads it: only null may be said of it',
        });
      }
    })
    .default({}),
  /** Who may open the console. */
  console: z
    .array(z.string().regex(/^(?:user|group|domain):\S+$/, 'has to be user:…, group:… or domain:…'))
    .default([]),
  /** The pool that builds the image, for accounts that may not build in the region (`--build-worker-pool` of gcloud run deploy). */
  buildWorkerPool: z
    .string()
    .regex(
      /^projects\/[\w:.-]+\/locations\/[a-z\d-]+\/workerPools\/[\w-]+$/,
      'has to be projects/P/locations/R/workerPools/NAME',
    )
    .optional(),
  /** Instances that are always there, by function. */
  minInstances: z
    .partialRecord(z.enum(functions.map(({ name }) => name)), z.int().min(0))
    .refine((all) => functions.every(({ name, maxInstances }) => (all[name] ?? 0) <= maxInstances), {
      error: 'more than the function may have at most',
    })
    .default({}),
});

export type Configuration = z.output<typeof entry>;

const file = z.record(z.string(), entry);

/** @throws Error naming what is wrong in the file */
export function readConfiguration(text: string, project: string): Configuration {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${configurationFile} is no JSON: ${(error as Error).message}`, { cause: error });
  }
  const { data, error } = file.safeParse(json);
  if (error) throw new Error(`${configurationFile}:\n${z.prettifyError(error)}`);
  return data[project] ?? entry.parse({});
}

/** Variables that somebody has set in a shell, as they were read from there once, and that the file has otherwise. */
export function shellDifferences(
  shell: Readonly<Record<string, string | undefined>>,
  { environment }: Configuration,
): string[] {
  return variables.filter((name) => shell[name] && shell[name] !== environment[name]);
}

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
  { environment }: Configuration,
): Lost[] {
  const lost = new Map<string, Lost>();
  for (const { service, variables: now } of serving) {
    for (const [name, value] of now) {
      if (Object.hasOwn(environment, name) || next.get(service)?.get(name) === value) continue;
      const key = `${name}=${value}`;
      const found = lost.get(key) ?? { name, value, services: [] };
      lost.set(key, { ...found, services: [...found.services, service] });
    }
  }
  return [...lost.values()];
}

export function explainLost(lost: readonly Lost[], project: string): string {
  const lines = lost.map(({ name, value, services }) => `  ${name}=${value} (${services.join(', ')})`);
  const environment = Object.fromEntries(
    lost.map(({ name, value }) => [name, variables.includes(name) ? value : null]),
  );
  return [
    `Not deployed. These variables are set on the serving release but not in ${configurationFile}, so they would be lost:`,
    ...lines,
    'Add them to the file, with null for those to remove:',
    JSON.stringify({ [project]: { environment } }, null, 2),
  ].join('\n');
}
