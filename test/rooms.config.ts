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

/**
 * The floors inside `incidents/`, from the ground up. A file is on the floor of its folder, unless it is named itself; it
 * imports its own floor and those below it. `functions/incidents/README.md` says what belongs where.
 */
const floorsOfRecord: readonly (readonly string[])[] = [
  // Facts: what was said and done, and what a report is judged by alone.
  [
    'incident.ts',
    'facts',
    'clocks/facts.ts',
    'emergency/emergency.ts',
    'outbox/sending.ts',
    'signals/routing.ts',
    'signals/score.ts',
    'signals/signal.ts',
    'signals/times.ts',
    'signals/urgency.ts',
    'statements/statement-schemas.ts',
  ],
  // Clocks: when each customer is due, and what became of each deadline.
  ['clocks', 'rhythm', 'facts/decision.ts', 'views/board-place.ts'],
  // Fold: what the facts make of the record, and what is decided of it.
  [
    'fold',
    'emergency/decide-emergency.ts',
    'links/brought.ts',
    'links/decide-link.ts',
    'links/decide-member.ts',
    'outbox/notes.ts',
    'signals/hear.ts',
    'signals/later-facts.ts',
    'signals/later-report.ts',
    'signals/reported-again.ts',
    'statements/corrections.ts',
    'statements/customers.ts',
    'statements/decide-statement.ts',
    'statements/given.ts',
    'statements/work.ts',
  ],
  // Record: its documents, and their only writer.
  ['record', 'outbox', 'search'],
  // Acts: what comes in or is stated is recorded.
  ['signals', 'statements', 'links', 'emergency', 'drills'],
  // Views: what others are shown.
  ['views'],
];

/** @returns undefined for a file outside of the record */
function floorOfRecord(path: string): number | undefined {
  const [, inside] = /^functions\/incidents\/(.+)$/.exec(path) ?? [];
  if (inside === undefined) return undefined;
  const named = floorsOfRecord.findIndex((each) => each.includes(inside));
  const floor = named < 0 ? floorsOfRecord.findIndex((each) => each.includes(inside.split('/')[0] ?? '')) : named;
  if (floor < 0) throw new Error(`${path} is on no floor of the record.`);
  return floor;
}

const isUpward = (from: string, to: string): boolean => (floorOfRecord(to) ?? 0) > (floorOfRecord(from) ?? Infinity);

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
  const all = filesBelow(top);
  return [
    ...all.map((path) => ({ files: [path], rules: importing([roomPattern(path, all)]) })),
    ...pureFiles.map((path) => ({ files: [path], rules: pureRules(path, pureFiles, all) })),
  ];
}

const importing = (patterns: object[], paths: object[] = []) => ({
  'no-restricted-imports': ['error', { paths, patterns }],
});

const upward = 'Imports go down, never sideways or up: the matrix is in test/rooms.config.ts.';
const upFrom = (path: string): string => posix.relative(posix.dirname(path), 'functions') || '.';
const patternOf = (room: string): string => (room.endsWith('.ts') ? room : `${room}/**`);

/** What a file may not import, as a list of patterns of which the later ones take out what is allowed. */
function roomPattern(path: string, all: readonly string[]): object {
  const up = upFrom(path);
  const inside = up === '.' ? ['./**', '../**'] : [`${up}/**`];
  const seen = rooms.get(roomOf(path)) ?? [];
  const below = seen.map((each) => `!${up}/${patternOf(each)}`);
  return { group: [...inside, ...below, ...upwardFrom(path, all)], message: upward };
}

/** The same without an exception: what one pattern takes out, oxlint does not look for in another one. */
function unseenPattern(path: string, all: readonly string[]): object {
  const unseen = [...rooms.keys()].filter((room) => !mayImport(path, posix.join('functions', room)));
  const group = unseen.map((room) => `${upFrom(path)}/${patternOf(room)}`);
  return { group: [...group, ...upwardFrom(path, all)], message: upward };
}

const upwardFrom = (path: string, all: readonly string[]): string[] =>
  all.filter((each) => isUpward(path, each)).map((each) => specifier(path, each));

function specifier(from: string, to: string): string {
  const relative = posix.relative(posix.dirname(from), to);
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** A folder, or a file on the top level. */
const roomOf = (path: string): string => path.split('/')[1] ?? '';

const mayImport = (from: string, to: string): boolean =>
  !isUpward(from, to) && (roomOf(from) === roomOf(to) || (rooms.get(roomOf(from))?.includes(roomOf(to)) ?? false));

/** A file that decides imports what decides, of rooms that it sees; and it has neither clock, lots nor environment. */
function pureRules(path: string, pureFiles: readonly string[], all: readonly string[]): Override['rules'] {
  const reachable = pureFiles.filter((each) => each !== path && mayImport(path, each));
  const specifiers = reachable.map((each) => specifier(path, each));
  const message = 'A file that decides imports, but for types, only what says in its first comment that it is pure.';
  const group = [
    '**',
    ...[...purePackages, ...Object.keys(pureNames), './*.json', ...specifiers].map((each) => `!${each}`),
  ];
  const paths = Object.entries(pureNames).map(([name, allowImportNames]) => ({ name, allowImportNames, message }));
  const given = 'A file that decides is given what it needs: `now`, the policy, an id.';
  return {
    ...importing([{ group, message, allowTypeImports: true }, unseenPattern(path, all)], paths),
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
