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

const statements = ['statements', 'decide-statement'].map((name) => `test/incidents/statements/${name}.test.ts`);
/** The tables of what is stated and of who is due when go through everything that decides of an incident. */
const removed = 'test/incidents/statements/removed.test.ts';
const tables = [...statements, 'test/incidents/rhythm/updates.test.ts'];

export const deciding: readonly Deciding[] = [
  { file: 'functions/incidents/signal/urgency.ts', tests: ['test/incidents/signal/urgency.test.ts'], floor: 92 },
  { file: 'functions/incidents/signal/score.ts', tests: ['test/incidents/signal/score.test.ts'], floor: 96 },
  { file: 'functions/incidents/signal/routing.ts', tests: ['test/incidents/signal/routing.test.ts'], floor: 94 },
  { file: 'functions/incidents/signal/times.ts', tests: ['test/incidents/signal/times.test.ts'], floor: 98 },
  {
    file: 'functions/incidents/later-word.ts',
    tests: ['test/incidents/later-word.test.ts', 'test/incidents/table-l.test.ts'],
    floor: 99,
  },
  ...['incident', 'open-incident'].map((name) => ({
    file: `functions/incidents/${name}.ts`,
    tests: ['test/incidents/incident.test.ts'],
    floor: 98,
  })),
  { file: 'functions/incidents/board-place.ts', tests: ['test/incidents/board-place.test.ts'], floor: 97 },
  { file: 'functions/incidents/opening.ts', tests: ['test/incidents/opening.test.ts'], floor: 92 },
  {
    file: 'functions/incidents/contact-effects.ts',
    tests: ['test/incidents/contact-effects.test.ts', 'test/incidents/decide-link.test.ts', removed, ...tables],
    floor: 70,
  },
  {
    file: 'functions/incidents/recovery.ts',
    tests: ['recovery', 'decide-link', 'links'].map((name) => `test/incidents/${name}.test.ts`),
    floor: 70,
  },
  {
    file: 'functions/incidents/decide-link.ts',
    tests: ['test/incidents/decide-link.test.ts', 'test/incidents/links.test.ts'],
    floor: 70,
  },
  ...['clock', 'deadlines', 'facts', 'outcome', 'walk'].map((name) => ({
    file: `functions/incidents/clocks/${name}.ts`,
    tests: ['clock', 'laws', 'rows'].map((test) => `test/incidents/clocks/${test}.test.ts`),
    floor: 80,
  })),
  { file: 'functions/incidents/decide-question.ts', tests: ['test/incidents/decide-question.test.ts'], floor: 97 },
  { file: 'functions/incidents/beginning.ts', tests: ['test/incidents/beginning.test.ts'], floor: 97 },
  { file: 'functions/incidents/notes.ts', tests: ['test/incidents/notes.test.ts'], floor: 85 },
  {
    file: 'functions/incidents/sending.ts',
    tests: ['test/incidents/sending.test.ts', 'test/incidents/text-key.test.ts'],
    floor: 94,
  },
  { file: 'functions/incidents/drills/next-drill.ts', tests: ['test/incidents/drills/next-drill.test.ts'], floor: 100 },
  { file: 'functions/incidents/contradictions.ts', tests: ['test/incidents/contradictions.test.ts'], floor: 90 },
  { file: 'functions/incidents/emergency/decide-emergency.ts', tests: ['test/incidents/emergency.test.ts'], floor: 98 },
  { file: 'functions/incidents/emergency/judge-emergency.ts', tests: ['test/incidents/emergency.test.ts'], floor: 96 },
  ...['ended-links', 'links'].map((name) => ({
    file: `functions/incidents/fold/${name}.ts`,
    tests: ['test/incidents/decide-link.test.ts', 'test/incidents/links.test.ts'],
    floor: 60,
  })),
  {
    file: 'functions/incidents/fold/fold.ts',
    tests: ['test/incidents/laws.test.ts', 'test/incidents/policies.test.ts', 'test/incidents/records.test.ts'],
    floor: 70,
  },
  {
    file: 'functions/incidents/fold/reports.ts',
    tests: ['test/incidents/later-word.test.ts', 'test/incidents/table-l.test.ts', 'test/incidents/laws.test.ts'],
    floor: 70,
  },
  { file: 'functions/incidents/statements/corrected.ts', tests: statements, floor: 94 },
  { file: 'functions/incidents/statements/corrections.ts', tests: statements, floor: 94 },
  { file: 'functions/incidents/statements/customers.ts', tests: tables, floor: 96 },
  { file: 'functions/incidents/statements/decide-statement.ts', tests: statements, floor: 99 },
  { file: 'functions/incidents/statements/given.ts', tests: statements, floor: 92 },
  { file: 'functions/incidents/statements/removed.ts', tests: [removed], floor: 90 },
  { file: 'functions/incidents/statements/roles.ts', tests: ['test/incidents/statements/roles.test.ts'], floor: 96 },
  { file: 'functions/incidents/statements/scoped.ts', tests: tables, floor: 100 },
  { file: 'functions/incidents/statements/snoozed.ts', tests: ['test/customer-updates/unscoped.test.ts'], floor: 90 },
  { file: 'functions/incidents/statements/statement-schemas.ts', tests: statements, floor: 100 },
  { file: 'functions/incidents/statements/verified.ts', tests: tables, floor: 100 },
  { file: 'functions/incidents/statements/work.ts', tests: statements, floor: 97 },
  { file: 'functions/incidents/rhythm/cadence.ts', tests: ['test/incidents/rhythm/cadence.test.ts'], floor: 96 },
  {
    file: 'functions/incidents/rhythm/contact.ts',
    tests: ['contact', 'updates'].map((name) => `test/incidents/rhythm/${name}.test.ts`),
    floor: 70,
  },
  { file: 'functions/incidents/rhythm/paging.ts', tests: ['test/incidents/rhythm/paging.test.ts'], floor: 99 },
  { file: 'functions/incidents/rhythm/wake.ts', tests: ['test/incidents/rhythm/wake.test.ts'], floor: 99 },
  {
    file: 'functions/customer-updates/decide-notices.ts',
    tests: ['test/customer-updates/decide-notices.test.ts', 'test/customer-updates/unscoped.test.ts'],
    floor: 94,
  },
  { file: 'functions/customer-updates/questioned.ts', tests: ['test/customer-updates/questioned.test.ts'], floor: 97 },
  { file: 'functions/duty/shift.ts', tests: ['test/duty/shift.test.ts'], floor: 95 },
  { file: 'functions/find/candidates.ts', tests: ['test/find/candidates.test.ts'], floor: 92 },
  { file: 'functions/intake/rate-limit.ts', tests: ['test/intake/rate-limit.test.ts'], floor: 92 },
  { file: 'functions/intake/sources/proof.ts', tests: ['test/intake/sources/proofs.test.ts'], floor: 89 },
  { file: 'functions/intake/sources/standard-webhooks.ts', tests: ['test/intake/sources/proofs.test.ts'], floor: 98 },
  {
    file: 'functions/outgoing/tickets/decide-updates.ts',
    tests: ['test/outgoing/tickets/decide-updates.test.ts'],
    floor: 96,
  },
  {
    file: 'functions/postmortems/action-ticket-rules.ts',
    tests: ['test/postmortems/actions-rules.test.ts'],
    floor: 100,
  },
  { file: 'functions/postmortems/actions-rules.ts', tests: ['test/postmortems/actions-rules.test.ts'], floor: 100 },
  { file: 'functions/postmortems/aggregates.ts', tests: ['test/postmortems/aggregates.test.ts'], floor: 98 },
  { file: 'functions/postmortems/checkpoints.ts', tests: ['test/postmortems/checkpoints.test.ts'], floor: 98 },
  { file: 'functions/postmortems/duty-load.ts', tests: ['test/postmortems/duty-load.test.ts'], floor: 96 },
  {
    file: 'functions/postmortems/emergencies.ts',
    tests: ['test/postmortems/review.test.ts', 'test/postmortems/bundle.test.ts'],
    floor: 100,
  },
  {
    file: 'functions/postmortems/entry.ts',
    tests: ['test/postmortems/entry.test.ts', 'test/postmortems/bundle.test.ts'],
    floor: 97,
  },
  { file: 'functions/postmortems/export/export-action.ts', tests: ['test/postmortems/export.test.ts'], floor: 100 },
  { file: 'functions/postmortems/export/export-incident.ts', tests: ['test/postmortems/export.test.ts'], floor: 100 },
  { file: 'functions/postmortems/export/export-week.ts', tests: ['test/postmortems/export.test.ts'], floor: 100 },
  { file: 'infra/import/import-rows.ts', tests: ['test/postmortems/import.test.ts'], floor: 94 },
  { file: 'functions/postmortems/meeting.ts', tests: ['test/postmortems/meeting.test.ts'], floor: 98 },
  { file: 'functions/postmortems/reminders.ts', tests: ['test/postmortems/actions-rules.test.ts'], floor: 98 },
  { file: 'functions/postmortems/review.ts', tests: ['test/postmortems/review.test.ts'], floor: 100 },
  {
    file: 'functions/postmortems/trends.ts',
    tests: ['test/postmortems/trends.test.ts', 'test/postmortems/changed-counts.test.ts'],
    floor: 100,
  },
  { file: 'functions/postmortems/changed-counts.ts', tests: ['test/postmortems/changed-counts.test.ts'], floor: 90 },
  { file: 'functions/postmortems/periods.ts', tests: ['test/postmortems/periods.test.ts'], floor: 85 },
  { file: 'functions/postmortems/statistics.ts', tests: ['test/postmortems/statistics.test.ts'], floor: 85 },
  { file: 'functions/postmortems/week.ts', tests: ['test/postmortems/week.test.ts'], floor: 94 },
  { file: 'functions/situation/compose-situation.ts', tests: ['test/situation/compose-situation.test.ts'], floor: 97 },
  { file: 'functions/slack/act.ts', tests: ['test/slack/act.test.ts'], floor: 98 },
  { file: 'functions/slack/judge-person.ts', tests: ['test/slack/people.test.ts'], floor: 97 },
  { file: 'infra/local/firestore/locks.ts', tests: ['test/contract/firestore/locks.test.ts'], floor: 89 },
  { file: 'infra/provision/pubsub.ts', tests: ['test/infra/provision-promises.test.ts'], floor: 97 },
];
