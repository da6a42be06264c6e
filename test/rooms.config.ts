/**
 * The floors of the house, and what each room may import: an import goes down, never sideways or up. `oxlint.config.ts`
 * holds every import of the deployed code to this, types too. A room that does not stand here may import no other.
 */
import { readdirSync } from 'node:fs';
import { posix } from 'node:path';

/** From the doors down to the ground. Behind a room stand the neighbours of its own floor that it may import. */
const floors: readonly Record<string, readonly string[]>[] = [
  { 'index.ts': ['minute-tick.ts', 'calls-outward.ts'], 'minute-tick.ts': [], 'calls-outward.ts': [] },
  { api: [], console: [], slack: [] },
  { intake: [], 'customer-updates': [], postmortems: [], evidence: [], outgoing: [], situation: [], drills: [] },
  // `find` reads the record; what the record is found by, it makes itself (`incidents/search/`).
  { find: ['incidents'], incidents: [], duty: [] },
  {
    words: ['platform', 'policy.ts'],
    'kept-policies.ts': ['platform', 'policy.ts'],
    platform: ['topology.ts', 'policy.ts'],
    'topology.ts': ['policy.ts', 'topology'],
    topology: [],
    'policy.ts': ['policy'],
    policy: [],
  },
];

/** Files that decide: they do no I/O, read no clock and draw no lots. They import only each other. */
export const pureFiles: readonly string[] = [
  'functions/policy.ts',
  'functions/topology.ts',
  'functions/policy/duration.ts',
  'functions/policy/word-lists.ts',
  'functions/topology/gauges.ts',
  'functions/topology/secrets.ts',
  'functions/incidents/signal/signal.ts',
  'functions/incidents/signal/author.ts',
  'functions/incidents/signal/routing.ts',
  'functions/incidents/signal/times.ts',
  'functions/platform/problem.ts',
  'functions/platform/stated.ts',
  'functions/incidents/incident.ts',
  'functions/incidents/sending.ts',
  'functions/incidents/notes.ts',
  'functions/incidents/real.ts',
  'functions/incidents/emergency/emergency.ts',
  'functions/incidents/emergency/judge-emergency.ts',
  'functions/incidents/emergency/decide-emergency.ts',
  'functions/incidents/statements/roles.ts',
  'functions/incidents/signal/urgency.ts',
  'functions/incidents/signal/score.ts',
  'functions/incidents/later-word.ts',
  'functions/incidents/opening.ts',
  'functions/incidents/code.ts',
  'functions/incidents/board-place.ts',
  'functions/incidents/exported.ts',
  'functions/incidents/cards.ts',
  'functions/incidents/action-tickets.ts',
  'functions/incidents/form.ts',
  'functions/incidents/beginning.ts',
  'functions/platform/ids.ts',
  'functions/platform/email.ts',
  'functions/platform/one-line.ts',
  'functions/incidents/decide-question.ts',
  'functions/incidents/decide-link.ts',
  'functions/incidents/join-and-part.ts',
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
  'functions/incidents/version.ts',
  'functions/incidents/contradictions.ts',
  'functions/incidents/retraction/merge.ts',
  'functions/incidents/retraction/own-statements.ts',
  'functions/incidents/retraction/replay.ts',
  'functions/incidents/retraction/decide-retraction.ts',
  'functions/incidents/rhythm/cadence.ts',
  'functions/incidents/rhythm/contact.ts',
  'functions/incidents/rhythm/slots.ts',
  'functions/incidents/rhythm/ends.ts',
  'functions/incidents/rhythm/paging.ts',
  'functions/incidents/rhythm/wake.ts',
  'functions/customer-updates/decide-notices.ts',
  'functions/customer-updates/questioned.ts',
  'functions/customer-updates/notice.ts',
  'functions/words/actor.ts',
  'functions/words/clock.ts',
  'functions/words/texts/refusals.ts',
  'functions/words/refusals/refuse.ts',
  'functions/words/refusals/wrong-input.ts',
  'functions/incidents/drills/next-drill.ts',
  'functions/situation/compose-situation.ts',
  'functions/situation/situation-markdown.ts',
  'functions/customer-updates/draft.ts',
  'functions/outgoing/channels/channel.ts',
  'functions/outgoing/channels/receivers.ts',
  'functions/outgoing/channels/pagerduty.ts',
  'functions/outgoing/channels/mail.ts',
  'functions/outgoing/channels/teams.ts',
  'functions/outgoing/tickets/ticket-tool.ts',
  'functions/outgoing/tickets/comment-text.ts',
  'functions/outgoing/tickets/zendesk.ts',
  'functions/outgoing/tickets/intercom.ts',
  'functions/outgoing/tickets/freshdesk.ts',
  'functions/outgoing/tickets/jira.ts',
  'functions/outgoing/tickets/refuse-text.ts',
  'functions/outgoing/tickets/decide-updates.ts',
  'functions/outgoing/tickets/names-another.ts',
  'functions/outgoing/tickets/update.ts',
  'functions/outgoing/tickets/jira-issue.ts',
  'functions/outgoing/notion/values.ts',
  'functions/outgoing/slack/blocks.ts',
  'functions/outgoing/slack/card.ts',
  'functions/slack/act.ts',
  'functions/slack/modals.ts',
  'functions/slack/meaning.ts',
  'functions/slack/press.ts',
  'functions/slack/say.ts',
  'functions/slack/judge-person.ts',
  'functions/outgoing/tickets/note-text.ts',
  'functions/evidence/build.ts',
  'functions/evidence/points.ts',
  'functions/postmortems/week.ts',
  'functions/postmortems/checkpoints.ts',
  'functions/postmortems/aggregates.ts',
  'functions/postmortems/duty-load.ts',
  'functions/postmortems/trends.ts',
  'functions/postmortems/bundle.ts',
  'functions/postmortems/entry.ts',
  'functions/postmortems/emergencies.ts',
  'functions/postmortems/render/compose-emergencies.ts',
  'functions/postmortems/audit.ts',
  'functions/postmortems/changed-counts.ts',
  'functions/postmortems/periods.ts',
  'functions/postmortems/statistics.ts',
  'functions/postmortems/actions-rules.ts',
  'functions/postmortems/action-ticket.ts',
  'functions/postmortems/action-ticket-rules.ts',
  'functions/postmortems/reminders.ts',
  'functions/postmortems/review.ts',
  'functions/postmortems/guide.ts',
  'functions/postmortems/meeting.ts',
  'functions/postmortems/import-rows.ts',
  'functions/postmortems/export/export-incident.ts',
  'functions/postmortems/export/export-action.ts',
  'functions/postmortems/notice-texts.ts',
  'functions/postmortems/render/blocks.ts',
  'functions/postmortems/render/format.ts',
  'functions/postmortems/render/words.ts',
  'functions/postmortems/render/sentences.ts',
  'functions/postmortems/render/markdown.ts',
  'functions/incidents/release-facts.ts',
  'functions/incidents/statements/statement-schemas.ts',
  'functions/platform/notice-schemas.ts',
  'functions/words/text.ts',
  'functions/words/language.ts',
  ...readdirSync(posix.join(import.meta.dirname, '../functions/words/texts')).map(
    (name) => `functions/words/texts/${name}`,
  ),
  'functions/words/spans.ts',
  'functions/words/glance.ts',
  'functions/words/said.ts',
  'functions/words/markdown.ts',
  'functions/words/duty.ts',
  'functions/words/drafts.ts',
  'functions/duty/shift.ts',
  'functions/duty/read-feed.ts',
  'functions/duty/calendars.ts',
  'functions/incidents/search/grams.ts',
  'functions/incidents/search/reading-form.ts',
  'functions/incidents/search/searchable.ts',
  'functions/find/candidates.ts',
];

/** What a file that decides may import besides; of `node:crypto` only what makes a digest. */
const purePackages = ['zod', 'temporal-polyfill', 'ical.js', 'node:crypto'];

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

/** The rules for every file of the deployed code, the most special last: for each file the last that names it counts. */
export function roomOverrides(top: string): Override[] {
  const files = readdirSync(posix.join(top, 'functions'), { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join('functions', path.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.ts'));
  const folders = [...new Set(files.map((path) => posix.dirname(path)))].filter((folder) => folder !== 'functions');
  const imports = (path: string, restricted: string[]): Override => ({
    files: [path],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: restricted, message: upward }] }] },
  });
  return [
    ...folders.map((folder) => imports(`${folder}/*.ts`, roomsSeenFrom(folder))),
    ...[...rooms.keys()]
      .filter((room) => room.endsWith('.ts'))
      .map((room) => imports(`functions/${room}`, roomsSeenFrom('functions', room))),
    ...files.filter((path) => pureFiles.includes(path)).map((path) => pureOverride(path)),
  ];
}

const upward = 'Imports go down, never sideways or up: the matrix is in test/rooms.config.ts.';

/** What the files of a folder may not import, as a list of patterns of which the later ones take out what is allowed. */
function roomsSeenFrom(folder: string, file?: string): string[] {
  const room = file ?? folder.split('/')[1] ?? '';
  const up = posix.relative(folder, 'functions') || '.';
  const all = file ? ['./**', '../**'] : [`${up}/**`];
  return [...all, ...(rooms.get(room) ?? []).map((each) => `!${up}/${each}${each.endsWith('.ts') ? '' : '/**'}`)];
}

const mayImport = (from: string, to: string): boolean => {
  const [fromRoom = '', toRoom = ''] = [from, to].map((path) => path.split('/')[1]);
  return fromRoom === toRoom || (rooms.get(fromRoom)?.includes(toRoom) ?? false);
};

/** A file that decides imports what decides, of rooms that it sees; and it has neither clock, lots nor environment. */
function pureOverride(path: string): Override {
  const reachable = pureFiles.filter((each) => each !== path && mayImport(path, each));
  const specifiers = reachable.map((each) => {
    const relative = posix.relative(posix.dirname(path), each);
    return relative.startsWith('.') ? relative : `./${relative}`;
  });
  const why =
    'A file that decides imports only what is pure, of rooms below its own: both lists are in test/rooms.config.ts.';
  const group = ['**', ...[...purePackages, ...specifiers].map((each) => `!${each}`)];
  const digest = { name: 'node:crypto', allowImportNames: ['createHash'], message: why };
  const given = 'A file that decides is given what it needs: `now`, the policy, an id.';
  return {
    files: [path],
    rules: {
      'no-restricted-imports': ['error', { paths: [digest], patterns: [{ group, message: why }] }],
      'no-restricted-globals': ['error', ...impureGlobals.map((name) => ({ name, message: given }))],
      'no-restricted-properties': [
        'error',
        ...impureProperties.map(([object, property]) => ({ object, property, message: given })),
      ],
    },
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
