/** Every text of the catalogues, of the API's description and of the documents, each with where it is. */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApi } from '../../functions/api/api.ts';
import { describeApi } from '../../functions/api/openapi.ts';
import type { Texts } from '../../functions/words/language.ts';

export const top = join(import.meta.dirname, '../..');
export const read = (path: string): string => readFileSync(join(top, path), 'utf8');

export interface CatalogueText {
  file: string;
  key: string;
  text: Texts[string];
}

const folder = join(top, 'functions/words/texts');

/** However deep. */
function textsIn(value: object, file: string, at: string[]): CatalogueText[] {
  return Object.entries(value).flatMap(([name, each]) => {
    if (typeof each !== 'object' || each === null) return [];
    const key = [...at, name];
    return 'ja' in each ? [{ file, key: key.join('.'), text: each }] : textsIn(each, file, key);
  });
}

export const readCatalogues = async (): Promise<CatalogueText[]> => {
  const modules = readdirSync(folder).map(async (name) => [name, await import(join(folder, name))] as const);
  return (await Promise.all(modules)).flatMap(([name, exports]) => textsIn(exports, name, []));
};

/** Descriptions and summaries of the API, each with its path. */
export function readApiTexts(): [path: string, text: string][] {
  const walk = (value: unknown, path: string): [string, string][] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([name, each]): [string, string][] =>
          typeof each === 'string' && (name === 'description' || name === 'summary')
            ? [[path, each]]
            : walk(each, `${path}/${name}`),
        );
  return walk(describeApi(buildApi()), '');
}

const documentPaths = globSync('{*.md,docs/**/*.md}', { cwd: top, exclude: ['CHANGELOG.md'] }).toSorted();

/** Lines of the documents that people read as prose: without code, addresses of links, and the glossary's own rows. */
export const readDocumentLines = (): [where: string, line: string][] =>
  documentPaths.flatMap((path) =>
    read(path)
      .replace(/^```.*?^ *```$/gms, (block) => block.replace(/[^\n]/g, ''))
      .split('\n')
      .map((line, index): [string, string] => [
        `${path}:${index + 1}`,
        path.endsWith('glossary.md') && line.startsWith('|')
          ? line.split('|').slice(0, 4).join('|')
          : line.replace(/`[^`]*`|\]\([^)]*\)|https?:\S+/g, ' '),
      ]),
  );
