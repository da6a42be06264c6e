/**
 * What the repository expects of itself, where lint has no rule for it, as functions from text to complaints.
 * `manners.test.ts` runs them over the repository, and over small bad inputs, so that each is known to be able to fail.
 */
import { posix } from 'node:path';

/** What lint has no rule for: a file that decides asks no clock by way of `Date` either. Comments count too. */
export function clockComplaints(path: string, source: string): string[] {
  const match = /\bnew Date(?!\((?!\)))|(?<!new )\bDate\(/.exec(source);
  return match ? [`${path}:${lineAt(source, match.index)} asks a clock`] : [];
}

/** Tests that are narrowed, switched off, or expected to fail. */
export function switchedOffComplaints(path: string, source: string): string[] {
  const match = /\b(?:it|test|describe|bench|suite)(?:\.\w+)*\.(?:only|skip|todo|fails)\(|\b[xf](?:it|describe)\(/.exec(
    source,
  );
  return match ? [`${path}:${lineAt(source, match.index)} has a test that is narrowed or switched off`] : [];
}

/** Names that say nothing. */
export function nameComplaints(path: string): string[] {
  const vague = /(?:^|[-._/])(?:utils?|helpers?|managers?|common)(?:$|[-._/])/i;
  return vague.test(path) ? [`${path} is named after nothing it does`] : [];
}

/** The places of the machine it was written on have no business in it. */
export function machinePathComplaints(path: string, text: string): string[] {
  const place = new RegExp(`(?<![\\w.\\-])/(?:${['work', 'root'].join('|')})(?![\\w\\-])`);
  const match = place.exec(text);
  return match ? [`${path}:${lineAt(text, match.index)} names a path of one machine`] : [];
}

interface Manifest {
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export function pinComplaints(manifest: Manifest): string[] {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  return Object.entries(all)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} is not pinned: ${version}`);
}

/** A lock file holds versions and hashes. Where a package is fetched from is its reader's own setting. */
export function lockComplaints(lock: {
  packages?: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
}): string[] {
  const packages = lock.packages ?? {};
  const isOwn = (name: string): boolean => !name.split('/').includes('node_modules') && Object.hasOwn(packages, name);
  return Object.entries(packages).flatMap(([name, { resolved, integrity, link }]) => {
    // The repository's own folders are linked, and not downloaded.
    if (link && resolved !== undefined && isOwn(resolved)) return [];
    if (resolved !== undefined) return [`${name} names where it was downloaded`];
    return integrity === undefined && !isOwn(name) ? [`${name} has no integrity`] : [];
  });
}

/** npm's own commands, that need no script of that name. */
const npmCommands = new Set(['ci', 'cit', 'install', 'install-ci-test', 'exec', 'version', 'audit', 'run', 'config']);

/**
 * Scripts and files that a document names and that do not exist. Files are named from the repository's top, in code, or
 * from the document's own folder, as the target of a link.
 */
export function documentComplaints(
  path: string,
  text: string,
  manifest: Manifest,
  has: (path: string) => boolean,
): string[] {
  const complaints: string[] = [];
  const scripts = manifest.scripts ?? {};
  for (const [, run, name] of text.matchAll(/\bnpm (run )?([a-z][\w:-]*)/g)) {
    const isKnown = Object.hasOwn(scripts, name as string) || (!run && npmCommands.has(name as string));
    if (!isKnown) complaints.push(`${path} names the script ${name}, which package.json lacks`);
  }
  const named = /(?<![\w./-])(?:\.ci|docs|functions|infra|test)\/[\w./-]*[\w/]/g;
  const code = [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([piece]) => piece).join('\n');
  const files = new Set([...code.matchAll(named)].map(([file]) => file));
  for (const [, target] of text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
    if (!/^[a-z]+:/.test(target as string)) files.add(posix.join(posix.dirname(path), target as string));
  }
  // What is in a team's own settings is there in its clone.
  const isOfTeam = (file: string): boolean => file.startsWith('infra/settings/');
  for (const file of files)
    if (!has(file) && !isOfTeam(file)) complaints.push(`${path} names ${file}, which does not exist`);
  return complaints;
}

/**
 * What a comment cites and a reader does not have: a file of a folder of ours that does not exist, a file beside the
 * repository, and a design that is in none of its documents.
 */
export function citationComplaints(path: string, source: string, has: (path: string) => boolean): string[] {
  const comments = source.match(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/ [^\n]*/g) ?? [];
  return comments.flatMap((comment) => {
    const text = comment.replace(/https?:\S+/g, ' ');
    const files = text.match(/(?<![\w./-])(?:docs|functions|infra|test)\/[\w./-]+\.(?:md|ts|mjs|json)\b/g) ?? [];
    const elsewhere = text.match(/\b(?:the|our) design\b(?! of)|\bdesign[\w-]*\.md\b|(?:\.\.\/)+shared\//g) ?? [];
    return [...files.filter((file) => !has(file)), ...elsewhere].map((cited) => `${path} cites ${cited}`);
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
