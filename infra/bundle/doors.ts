/** The doors of `functions/index.ts`: that file is the list, and a bundle is made of one line of it. */
import { readFile } from 'node:fs/promises';

export const framework = '@google-cloud/functions-framework';

export interface Door {
  name: string;
  /** Relative to the repository's top. */
  path: string;
  /** A push door answers Pub/Sub. */
  isPush: boolean;
  /** Modules that the list imports for their side effects: every bundle needs them. */
  beside: string[];
}

const line = /^ {2}(\w+): async \(\) => \(await import\('\.\/([\w/.-]+)'\)\)\.(\w+),$/gm;
const effect = /^import '\.\/([\w/.-]+)';$/gm;

export async function doors(path: string): Promise<Door[]> {
  const source = await readFile(path, 'utf8');
  const events = source.indexOf('const eventDoors');
  if (events < 0) throw new Error(`${path} has no eventDoors.`);
  const beside = [...source.matchAll(effect)].map(([, file]) => `functions/${file}`);
  return [...source.matchAll(line)].map((match) => {
    const [, name = '', file = '', exported] = match;
    if (exported !== name) throw new Error(`The door ${name} is not exported under its name.`);
    return { name, path: `functions/${file}`, isPush: match.index > events, beside };
  });
}

/** @throws Error if no door has that name */
export function doorOf(found: readonly Door[], name: string): Door {
  const door = found.find((each) => each.name === name);
  if (!door) throw new Error(`functions/index.ts has no door ${name}.`);
  return door;
}

/** A bundle's entry: one door, loaded when the instance starts. Loaded lazily, it would make the first sender wait. */
export function entryOf({ name, path, isPush, beside }: Door): string {
  const from = (file: string): string => JSON.stringify(`./${file.replace(/^functions\//, '')}`);
  return [
    ...beside.map((file) => `import ${from(file)};`),
    `import { http } from '${framework}';`,
    `import { ${name} } from ${from(path)};`,
    ...(isPush ? [`import { pushDoor } from ${from('functions/platform/push-door.ts')};`] : []),
    `import { ownRawBody } from ${from('functions/platform/raw-body.ts')};`,
    `ownRawBody('${name}');`,
    `http('${name}', ${isPush ? `pushDoor('${name}', ${name})` : name});`,
  ].join('\n');
}
