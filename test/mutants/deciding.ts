/**
 * Every file that decides, the tests that judge its mutants, and the score below which it may not fall: the share of
 * its mutants that these tests notice. They are those that decide in memory: a house for each of a thousand mutants
 * would take days.
 */
export interface Deciding {
  file: string;
  tests: readonly string[];
  /** Percent. */
  floor: number;
}

const statements = ['incidents/statements/statements', 'incidents/statements/decide-statement'];
/** The tables of what is stated and of who is due when go through everything that decides of an incident. */
const tables = [...statements, 'incidents/rhythm/updates'];

/** Its file below `functions/`, unless it is in `infra/`; its floor; and its tests below `test/` or in the local cloud, unless its own is the only one. */
const rows: [file: string, floor: number, ...tests: string[]][] = [
  ['incidents/signals/urgency', 92],
  ['incidents/signals/score', 96],
  ['incidents/signals/routing', 94],
  ['incidents/signals/times', 98],
  [
    'incidents/signals/later-report',
    98.5,
    'incidents/signals/later-report',
    'incidents/signals/named-bytes',
    'incidents/table-l',
  ],
  ['incidents/incident', 98],
  ['incidents/views/board-place', 97],
  ['incidents/fold/opening', 92],
  [
    'incidents/fold/contact-effects',
    70,
    'incidents/fold/contact-effects',
    'incidents/links/decide-link',
    'incidents/statements/removed',
    ...tables,
  ],
  ['incidents/fold/recovery', 70, 'incidents/fold/recovery', 'incidents/links/decide-link', 'incidents/links'],
  ['incidents/links/decide-link', 70, 'incidents/links/decide-link', 'incidents/links'],
  ['incidents/clocks/clock', 80, 'incidents/clocks/clock', 'incidents/clocks/laws', 'incidents/clocks/rows'],
  ['incidents/clocks/deadlines', 80, 'incidents/clocks/clock', 'incidents/clocks/laws', 'incidents/clocks/rows'],
  ['incidents/clocks/facts', 80, 'incidents/clocks/clock', 'incidents/clocks/laws', 'incidents/clocks/rows'],
  ['incidents/clocks/outcome', 80, 'incidents/clocks/clock', 'incidents/clocks/laws', 'incidents/clocks/rows'],
  ['incidents/clocks/walk', 80, 'incidents/clocks/clock', 'incidents/clocks/laws', 'incidents/clocks/rows'],
  ['incidents/statements/decide-question', 97],
  ['incidents/fold/beginning', 97, 'incidents/fold/beginning', 'incidents/incident'],
  ['incidents/outbox/notes', 85],
  ['incidents/outbox/sending', 94, 'incidents/outbox/sending', 'incidents/text-key'],
  ['incidents/drills/next-drill', 100],
  ['incidents/facts/missing', 90, 'incidents/facts/missing', 'incidents/incident'],
  ['incidents/emergency/decide-emergency', 97, 'incidents/emergency', 'incidents/emergency-support'],
  ['incidents/fold/outage', 70, 'incidents/links/decide-link', 'incidents/links'],
  ['incidents/fold/show', 70, 'incidents/links/decide-link', 'incidents/links'],
  ['incidents/fold/kept', 70, 'incidents/links/decide-link', 'incidents/links'],
  ['incidents/rhythm/schedule', 70, 'incidents/links/decide-link', 'incidents/links'],
  [
    'incidents/fold/fold',
    70,
    'incidents/laws',
    'incidents/policies',
    'incidents/record/records',
    'incidents/links/decide-link',
    'incidents/links',
  ],
  ['incidents/fold/reports', 70, 'incidents/signals/later-report', 'incidents/table-l', 'incidents/laws'],
  ['incidents/statements/corrections', 94, ...statements],
  ['incidents/statements/customers', 96, ...tables, 'incidents/statements/removed', 'customer-updates/unscoped'],
  ['incidents/statements/decide-statement', 99, ...statements],
  ['incidents/statements/given', 92, ...statements],
  ['incidents/statements/statement-schemas', 100, ...statements],
  ['incidents/statements/work', 98, ...tables, 'incidents/statements/roles'],
  ['incidents/rhythm/cadence', 96],
  ['incidents/rhythm/contact', 70, 'incidents/rhythm/contact', 'incidents/rhythm/updates'],
  ['incidents/rhythm/paging', 99],
  ['incidents/rhythm/wake', 99],
  [
    'customer-updates/decide-notices',
    94,
    'customer-updates/decide-notices',
    'customer-updates/unscoped',
    'customer-updates/questioned',
  ],
  ['duty/shift', 95],
  ['find/candidates', 92, 'find/candidates', 'find/helped'],
  ['intake/rate-limit', 92],
  ['intake/sources/proof', 89, 'intake/sources/proofs'],
  ['intake/sources/standard-webhooks', 98, 'intake/sources/proofs'],
  ['outgoing/tickets/decide-updates', 96],
  ['postmortems/actions-rules', 100],
  ['postmortems/aggregates', 98],
  ['postmortems/checkpoints', 98],
  ['postmortems/duty-load', 96],
  ['postmortems/entry', 97, 'postmortems/entry', 'postmortems/review', 'postmortems/bundle'],
  ['postmortems/export/exported-pages', 100, 'postmortems/export'],
  ['infra/import/import-rows', 94, 'postmortems/import'],
  ['postmortems/meeting', 98],
  ['postmortems/reminders', 98, 'postmortems/actions-rules'],
  ['postmortems/review', 100],
  ['postmortems/trends', 100, 'postmortems/trends', 'postmortems/changed-counts'],
  ['postmortems/changed-counts', 90, 'postmortems/changed-counts', 'postmortems/bundle'],
  ['postmortems/over-weeks', 85],
  ['postmortems/periods', 85],
  ['postmortems/statistics', 85],
  ['postmortems/week', 94],
  ['situation/compose-situation', 97],
  ['slack/act', 98],
  ['slack/judge-person', 97, 'slack/people'],
  ['infra/cloud/src/firestore/locks', 89, 'infra/cloud/test/firestore/locks'],
  ['infra/provision/pubsub', 97, 'infra/provision-promises'],
];

export const deciding: readonly Deciding[] = rows.map(([file, floor, ...tests]) => ({
  file: `${file.startsWith('infra/') ? '' : 'functions/'}${file}.ts`,
  tests: (tests.length > 0 ? tests : [file]).map(
    (each) => `${each.startsWith('infra/cloud/') ? '' : 'test/'}${each}.test.ts`,
  ),
  floor,
}));
