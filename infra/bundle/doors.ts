/** The doors of `functions/index.ts`: that file is the list, and a bundle is made of one line of it. */
import { readFile } from 'node:fs/promises';

export const framework = '@google-cloud/functions-framework';

export interface Door {
  name: string;
  /** From the repository's top. */
  path: string;
  kind: 'http' | 'cloudEvent';
  /** Whether the door reads its body itself. */
  isRaw: boolean;
  /** What the list imports for its effect alone, from the repository's top: every bundle needs it as well. */
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
    const isEvent = match.index > events;
    return { name, path: `functions/${file}`, kind: isEvent ? 'cloudEvent' : 'http', isRaw: !isEvent, beside };
  });
}

/** @throws Error where no door has that name */
export function doorOf(found: readonly Door[], name: string): Door {
  const door = found.find((each) => each.name === name);
  if (!door) throw new Error(`functions/index.ts has no door ${name}.`);
  return door;
}

/** What a bundle begins with: one door, loaded as the instance starts. A lazy one would make the first sender wait for it. */
export function entryOf({ name, path, kind, isRaw, beside }: Door): string {
  const from = (file: string): string => JSON.stringify(`./${file.replace(/^functions\//, '')}`);
  return [
    ...beside.map((file) => `import ${from(file)};`),
    `import { ${kind} } from '${framework}';`,
    `import { ${name} } from ${from(path)};`,
    ...(isRaw
      ? [`import { ownRawBody } from ${from('functions/platform/raw-body.ts')};`, `ownRawBody('${name}');`]
      : []),
    `${kind}('${name}', ${name});`,
  ].join('\n');
}
