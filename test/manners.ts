/**
 * What the repository expects of itself, as functions from text to complaints. `manners.test.ts` runs them over the
 * repository, and over small bad inputs, so that each is known to be able to fail.
 */
import { posix } from 'node:path';

/** Files that decide: they do no I/O, read no clock and draw no lots. A file that is not there yet may stand here. */
export const pureFiles = [
  'functions/policy.ts',
  'functions/topology.ts',
  'functions/incidents/signal/signal.ts',
  'functions/incidents/signal/routing.ts',
  'functions/incidents/signal/times.ts',
  'functions/platform/problem.ts',
  'functions/incidents/incident.ts',
  'functions/incidents/signal/urgency.ts',
  'functions/incidents/signal/score.ts',
  'functions/incidents/later-word.ts',
  'functions/incidents/opening.ts',
  'functions/incidents/beginning.ts',
  'functions/platform/ids.ts',
  'functions/incidents/decide-question.ts',
  'functions/incidents/decide-link.ts',
  'functions/incidents/contact-effects.ts',
  'functions/incidents/statements/corrections.ts',
  'functions/incidents/decision.ts',
  'functions/incidents/statements/decide-statement.ts',
  'functions/incidents/statements/given.ts',
  'functions/incidents/statements/work.ts',
  'functions/incidents/statements/verified.ts',
  'functions/incidents/statements/scoped.ts',
  'functions/incidents/statements/customers.ts',
  'functions/incidents/statements/corrected.ts',
  'functions/incidents/events.ts',
  'functions/incidents/timeline.ts',
  'functions/incidents/rhythm/cadence.ts',
  'functions/incidents/rhythm/contact.ts',
  'functions/incidents/rhythm/slots.ts',
  'functions/incidents/rhythm/ends.ts',
  'functions/incidents/rhythm/wake.ts',
  'functions/customer-updates/decide-notices.ts',
  'functions/customer-updates/notice.ts',
  'functions/customer-updates/wording.ts',
  'functions/evidence/build.ts',
  'functions/evidence/points.ts',
  'functions/postmortems/week.ts',
  'functions/postmortems/checkpoints.ts',
  'functions/postmortems/aggregates.ts',
  'functions/postmortems/trends.ts',
  'functions/postmortems/bundle.ts',
  'functions/postmortems/entry.ts',
  'functions/postmortems/audit.ts',
  'functions/postmortems/under-reporting.ts',
  'functions/postmortems/actions-rules.ts',
  'functions/postmortems/reminders.ts',
  'functions/postmortems/review.ts',
  'functions/postmortems/guide.ts',
  'functions/postmortems/import-rows.ts',
  'functions/postmortems/notice-texts.ts',
  'functions/postmortems/render/blocks.ts',
  'functions/postmortems/render/format.ts',
  'functions/postmortems/render/words.ts',
  'functions/postmortems/render/sentences.ts',
  'functions/postmortems/render/markdown.ts',
];

const purePackages = new Set(['zod', 'temporal-polyfill']);

/** What judges the simulation restates the design by itself: what it had in common with the product would be wrong in both. */
const isOracle = (path: string): boolean => /^test\/simulation\/(?:oracle(?:\/[\w-]+)?|calendar)\.ts$/.test(path);

/** Schemas count as pure, and are held to it; those of the API describe answers, and decide nothing. */
export function isPure(path: string): boolean {
  return pureFiles.includes(path) || /^functions\/(?!api\/).*\b(?:[\w-]+-)?schemas?\.ts$/.test(path);
}

/**
 * The source with its comments blanked, and its strings as well unless they are to be kept. Lines and columns stay.
 * The code within a template's `${}` stays visible.
 */
export function blank(source: string, keepStrings = false): string {
  const out = source.split('');
  const wipe = (from: number, to: number) => {
    for (let at = from; at < to && at < out.length; at++) if (out[at] !== '\n') out[at] = ' ';
  };
  /** For each open template expression, how many braces are open in it. */
  const templates: number[] = [];
  let last = '';
  let at = 0;
  const endOf = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(source) ? pattern.lastIndex : source.length;
  };
  while (at < source.length) {
    const char = source[at] as string;
    const two = source.slice(at, at + 2);
    let end = at + 1;
    if (two === '//' || two === '/*') {
      end = two === '//' ? endOf(/[^\n]*/y) : endOf(/\/\*[\s\S]*?\*\//y);
      wipe(at, end);
    } else if (char === "'" || char === '"') {
      end = endOf(char === "'" ? /'(?:\\[\s\S]|[^'\\\n])*'?/y : /"(?:\\[\s\S]|[^"\\\n])*"?/y);
      if (!keepStrings) wipe(at + 1, end - 1);
      last = char;
    } else if (char === '`' || (char === '}' && templates.at(-1) === 0)) {
      if (char === '}') templates.pop();
      end = endOf(/[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)?/y);
      const opens = source.slice(end - 2, end) === '${';
      if (opens) templates.push(0);
      if (!keepStrings) wipe(at + 1, end - (opens ? 2 : 1));
      last = opens ? '{' : '`';
    } else if (char === '/' && startsRegExp(last, source.slice(0, at))) {
      end = endOf(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/y);
      if (!keepStrings) wipe(at + 1, end - 1);
      last = '/x';
    } else {
      const open = templates.length - 1;
      if (open >= 0 && char === '{') templates[open] = (templates[open] as number) + 1;
      if (open >= 0 && char === '}') templates[open] = (templates[open] as number) - 1;
      if (char.trim() !== '') last = char;
    }
    at = Math.max(end, at + 1);
  }
  return out.join('');
}

/** Whether a slash begins a regular expression, or divides. */
function startsRegExp(last: string, before: string): boolean {
  return /^$|[([{,;:=!&|?+\-*%<>~^]/.test(last) || /\b(?:return|case|typeof|in|of)\s*$/.test(before.slice(-12));
}

export interface Import {
  specifier: string;
  /** What stands between `import` and `from`; empty for the forms that name nothing. */
  clause: string;
  line: number;
}

/** Everything a module imports, types too, by any form that names it with a literal. */
export function importsOf(source: string): Import[] {
  const code = blank(source, true);
  const shapes = blank(source);
  const found: Import[] = [];
  const forms =
    /\b(?:import|export)\b([^'"`;()]*?)\bfrom\s*['"]|\bimport\s*['"]|\b(?:import|require|import\.meta\.resolve)\s*\(\s*['"`]/g;
  for (const match of shapes.matchAll(forms)) {
    const start = match.index + match[0].length;
    const quote = code[start - 1] as string;
    const specifier = code.slice(start, code.indexOf(quote, start));
    found.push({ specifier, clause: (match[1] ?? '').trim(), line: lineAt(source, match.index) });
  }
  return found;
}

/** The arrows: what is deployed imports nothing around it; what is pure imports only what is pure. */
export function arrowComplaints(path: string, source: string): string[] {
  const complaints: string[] = [];
  for (const { specifier, clause, line } of importsOf(source)) {
    const isRelative = specifier.startsWith('.');
    const target = isRelative ? posix.join(posix.dirname(path), specifier) : specifier;
    const [top] = target.split('/');
    const complain = (why: string) => complaints.push(`${path}:${line} imports ${target}: ${why}`);
    if (isRelative && target.startsWith('..')) complain('it is outside the repository');
    else if (isRelative && path.startsWith('functions/') && top !== 'functions') complain('it is not deployed');
    else if (isRelative && path.startsWith('infra/') && (top === 'test' || top === 'bench'))
      complain('it only watches');
    else if (isRelative && isOracle(path) && !target.startsWith('test/simulation/'))
      complain('it judges, and shares nothing');
    else if (isPure(path)) {
      const isHash = specifier === 'node:crypto' && /^\{\s*createHash\s*\}$/.test(clause);
      const isAllowed = isRelative ? isPure(target) : isHash || purePackages.has(specifier);
      if (!isAllowed) complain('a file that decides imports only what is pure (pureFiles in test/manners.ts)');
    }
  }
  return complaints;
}

const impure: readonly [RegExp, string][] = [
  [/\bDate\s*\.\s*now\b/, 'Date.now'],
  [/\bnew\s+Date\s*(?:\(\s*\)|(?!\s*\())/, 'new Date() of now'],
  [/(?<!\bnew\s+|[.\w])Date\s*\(/, 'Date()'],
  [/\bTemporal\s*\.\s*Now\b/, 'Temporal.Now'],
  [/\bMath\s*\.\s*random\b/, 'Math.random'],
  [/\brandom(?:UUID|Bytes|Int)\b|\bgetRandomValues\b/, 'randomness'],
  [/\bprocess\s*(?:\.|\?\.|\[)/, 'process'],
  [/\bglobalThis\b/, 'globalThis'],
  [/(?<![.\w])fetch\s*\(/, 'fetch'],
  [/\bperformance\s*\.\s*now\b/, 'performance.now'],
  [/\bset(?:Timeout|Interval|Immediate)\b/, 'a timer'],
  [/(?<![.\w])console\s*\./, 'console'],
];

/** What a file that decides must not do. */
export function purityComplaints(path: string, source: string): string[] {
  if (!isPure(path)) return [];
  const code = blank(source);
  return impure.flatMap(([pattern, name]) => {
    const match = pattern.exec(code);
    return match ? [`${path}:${lineAt(code, match.index)} uses ${name}`] : [];
  });
}

export const longestFileLines = 400;

export function lengthComplaints(path: string, source: string): string[] {
  if (!/^(functions|infra)\/.*\.(ts|mjs)$/.test(path)) return [];
  const lines = source.split('\n').length - (source.endsWith('\n') ? 1 : 0);
  return lines > longestFileLines ? [`${path} has ${lines} lines: would two names say more than one?`] : [];
}

/** Tests that are narrowed or switched off. */
export function switchedOffComplaints(path: string, source: string): string[] {
  const match =
    /\b(?:it|test|describe|bench|suite)\s*(?:\.\w+)*\.(only|skip|todo|fails)\b|\b[xf](?:it|describe)\s*\(/.exec(
      blank(source),
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
  packages?: Record<string, { resolved?: string; integrity?: string }>;
}): string[] {
  return Object.entries(lock.packages ?? {}).flatMap(([name, { resolved, integrity }]) => {
    if (resolved !== undefined) return [`${name} names where it was downloaded`];
    return name !== '' && integrity === undefined ? [`${name} has no integrity`] : [];
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
  const named = /(?<![\w./-])(?:\.ci|bench|docs|functions|infra|test)\/[\w./-]*[\w/]/g;
  const code = [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([piece]) => piece).join('\n');
  const files = new Set([...code.matchAll(named)].map(([file]) => file));
  for (const [, target] of text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
    if (!/^[a-z]+:/.test(target as string)) files.add(posix.join(posix.dirname(path), target as string));
  }
  for (const file of files) if (!has(file)) complaints.push(`${path} names ${file}, which does not exist`);
  return complaints;
}

/** The names under which `functions/index.ts` lazily imports its doors. */
export function doorsOf(index: string): string[] {
  const source = blank(index, true);
  const doors = source.split(/\bimport\s*\(/).slice(0, -1);
  return doors.map((before) => {
    const names = before.matchAll(/\bconst\s+(\w+)|['"]?\b(\w+)\b['"]?\s*:(?!:)|\(\s*['"](\w+)['"]\s*,/g);
    const name = [...names].at(-1);
    return name?.[1] ?? name?.[2] ?? name?.[3] ?? `an import without a name after: ${before.slice(-40)}`;
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
