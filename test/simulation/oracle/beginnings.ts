/** Nobody begins to wait without a cause: that they are affected was reported, stated, or counted while it was ongoing. */
import { accountAt } from './accounts.ts';
import { isLinked } from './groups.ts';
import { type Doc, date, type Records } from './records.ts';

/** What tells who is affected. */
const telling = new Set([
  'filed',
  'reclassified',
  'scoped',
  'corrected',
  'verified',
  'reopened',
  'reported',
  'signal-received',
]);

export function checkBeginnings(records: Records): string[] {
  return [...records.contacts].flatMap(([id, contacts]) => {
    const incident = records.incidents.get(id);
    // Of those that links have joined, each brings its own.
    if (!incident || incident.origin.tool === 'import' || isLinked(records, id)) return [];
    const timeline = records.timelines.get(id) ?? [];
    const causes = new Set([
      incident.receivedAt,
      ...timeline.filter((each) => isTelling(records, id, each)).flatMap((each) => timesOf(each, records)),
    ]);
    return contacts
      .filter(({ affectedKnownAt }) => !causes.has(affectedKnownAt))
      .map(
        (each) =>
          `${each.id} of ${id} waits since ${date(each.affectedKnownAt)}, and nothing then said that they are affected.`,
      );
  });
}

/** With the receipt of the report that it came by, which may have been long on its way. */
const timesOf = ({ occurredAt, recordedAt, detail }: Doc, { signals }: Records): number[] => [
  occurredAt,
  recordedAt,
  ...signals.flatMap((each) => (each.id === detail.signalId ? [each.receivedAt] : [])),
];

/** A meeting that counts the customers has nobody wait for what is over, unless that is taken back later. */
function isTelling(records: Records, id: string, { type, recordedAt }: Doc): boolean {
  if (type !== 'reviewed') return telling.has(type);
  const isTakenBack = (records.timelines.get(id) ?? []).some(
    (each) => each.type === 'retracted' && each.recordedAt > recordedAt,
  );
  return isTakenBack || accountAt(records, id, recordedAt - 1)?.status === 'open';
}
