/**
 * The floors of the house, and what each room may import: an import goes down, never sideways or up. `oxlint.config.ts`
 * holds every import of the deployed code to this, types too. A room that is not listed here may import no other.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** From the doors down to the ground. Each room lists the neighbours of its own floor that it may import. */
const floors: readonly Record<string, readonly string[]>[] = [
  { 'index.ts': ['minute-tick.ts', 'calls-outward.ts'], 'minute-tick.ts': [], 'calls-outward.ts': [] },
  { api: [], console: [], slack: [], alerts: [], 'public-pages': [] },
  { 'merge.ts': [] },
  { 'record-fact.ts': [] },
  {
    intake: [],
    'customer-updates': [],
    postmortems: [],
    evidence: ['intake'],
    outgoing: [],
    situation: [],
    drills: [],
    published: ['customer-updates', 'outgoing'],
  },
  // `find` reads the record; what the record is found by, it makes itself (`incidents/search/`).
  { find: ['incidents'], incidents: [], duty: [] },
  {
    words: ['platform', 'policy.ts'],
    'kept-policies.ts': ['platform', 'policy.ts'],
    platform: ['topology.ts', 'policy.ts'],
    'topology.ts': [],
    'policy.ts': ['policy'],
    policy: [],
  },
];

/** The deployed code. */
const filesBelow = (folder: string): string[] =>
  readdirSync(posix.join(folder, 'functions'), { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join('functions', path.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.ts'));

/** Whether its first comment says so. */
const saysPure = (path: string): boolean => /^\/\*\*(?:(?!\*\/).)*\bPure\b/s.test(readFileSync(path, 'utf8'));

/** Files that decide: they do no I/O, read no clock and draw no lots. They import only each other. */
export const pureFilesBelow = (folder: string): string[] =>
  filesBelow(folder).filter((path) => saysPure(posix.join(folder, path)));

/** What a file that decides may import besides. */
const purePackages = ['zod', 'temporal-polyfill', 'ical.js'];
/** Of Node, what makes digests, compares and packs. */
const pureNames = {
  'node:crypto': ['createHash', 'createHmac', 'hash', 'timingSafeEqual'],
  'node:util': ['isDeepStrictEqual'],
  'node:zlib': ['gunzipSync', 'gzipSync'],
};

const rooms = new Map(
  floors.flatMap((floor, at) => {
    const below = floors.slice(at + 1).flatMap((each) => Object.keys(each));
    return Object.entries(floor).map(([room, neighbours]) => [room, [...neighbours, ...below]] as const);
  }),
);

interface Override {
  files: string[];
  rules: Record<string, unknown>;
}

/** The rules for every file of the deployed code; for each file the last that names it counts. */
export function roomOverrides(top: string): Override[] {
  const pureFiles = pureFilesBelow(top);
  return [
    ...filesBelow(top).map((path) => ({ files: [path], rules: importing([roomPattern(path)]) })),
    ...pureFiles.map((path) => ({ files: [path], rules: pureRules(path, pureFiles) })),
  ];
}

const importing = (patterns: object[], paths: object[] = []) => ({
  'no-restricted-imports': ['error', { paths, patterns }],
});

const upward = 'Imports go down, never sideways or up: the matrix is in test/rooms.config.ts.';
const upFrom = (path: string): string => posix.relative(posix.dirname(path), 'functions') || '.';
const patternOf = (room: string): string => (room.endsWith('.ts') ? room : `${room}/**`);

/** What a file may not import, as a list of patterns of which the later ones take out what is allowed. */
function roomPattern(path: string): object {
  const up = upFrom(path);
  const all = up === '.' ? ['./**', '../**'] : [`${up}/**`];
  const seen = rooms.get(roomOf(path)) ?? [];
  return { group: [...all, ...seen.map((each) => `!${up}/${patternOf(each)}`)], message: upward };
}

/** The same without an exception: what one pattern takes out, oxlint does not look for in another one. */
function unseenPattern(path: string): object {
  const unseen = [...rooms.keys()].filter((room) => !mayImport(path, posix.join('functions', room)));
  return { group: unseen.map((room) => `${upFrom(path)}/${patternOf(room)}`), message: upward };
}

/** A folder, or a file on the top level. */
const roomOf = (path: string): string => path.split('/')[1] ?? '';

const mayImport = (from: string, to: string): boolean =>
  roomOf(from) === roomOf(to) || (rooms.get(roomOf(from))?.includes(roomOf(to)) ?? false);

/** A file that decides imports what decides, of rooms that it sees; and it has neither clock, lots nor environment. */
function pureRules(path: string, pureFiles: readonly string[]): Override['rules'] {
  const reachable = pureFiles.filter((each) => each !== path && mayImport(path, each));
  const specifiers = reachable.map((each) => {
    const relative = posix.relative(posix.dirname(path), each);
    return relative.startsWith('.') ? relative : `./${relative}`;
  });
  const message = 'A file that decides imports, but for types, only what says in its first comment that it is pure.';
  const group = [
    '**',
    ...[...purePackages, ...Object.keys(pureNames), './*.json', ...specifiers].map((each) => `!${each}`),
  ];
  const paths = Object.entries(pureNames).map(([name, allowImportNames]) => ({ name, allowImportNames, message }));
  const given = 'A file that decides is given what it needs: `now`, the policy, an id.';
  return {
    ...importing([{ group, message, allowTypeImports: true }, unseenPattern(path)], paths),
    'no-restricted-globals': ['error', ...impureGlobals.map((name) => ({ name, message: given }))],
    'no-restricted-properties': [
      'error',
      ...impureProperties.map(([object, property]) => ({ object, property, message: given })),
    ],
  };
}

const impureGlobals = [
  'process',
  'globalThis',
  'fetch',
  'performance',
  'crypto',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
];

const impureProperties = [
  ['Date', 'now'],
  ['Temporal', 'Now'],
  ['Math', 'random'],
];
