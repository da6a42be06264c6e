/** What a later word of a record comes to: its facts, what each leaves of the incident and of its contacts, and what is told. */
import { expect, test } from 'vitest';
import { applyChanges, changedFields } from '../../../functions/incidents/facts/timeline.ts';
import { evolveAlone } from '../../../functions/incidents/fold/evolve.ts';
import { reduce } from '../../../functions/incidents/fold/reduce.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { decideSignal } from '../../../functions/incidents/signals/hear.ts';
import { policy } from '../../../functions/policy.ts';
import { rowsOf } from '../../in-a-line.ts';
import { now, type Row, rowsOfWords } from '../rows-of-words.ts';

/** Without what of the schedule has changed, and of what is missing the fields alone. */
function changedBy(before: Incident, after: Incident): object {
  const { schedule: _, missing, ...changed } = changedFields(before, after);
  return missing
    ? { ...changed, missing: (missing as Incident['missing']).map(({ field }) => field).join(' ') }
    : changed;
}

function decide([of, word, echoed]: Row): object {
  const { facts, outbox } = decideSignal(of, word, { policy, now }, { echoed });
  const [fact] = facts;
  if (!fact) return { events: [], outbox };
  const alone = evolveAlone(of, { ...fact, recordedAt: now }, policy);
  let incident = of;
  const effects = alone.concluded.flatMap((each) => {
    const reduced = reduce(incident, { ...each, id: '00000002', recordedAt: now }, policy);
    incident = applyChanges(incident, reduced.changes);
    return reduced.effects ?? [];
  });
  return { events: alone.concluded, changed: changedBy(of, alone.incident), effects, outbox };
}

test('each later word comes to this, and to nothing else (else: vitest -u, and read what has changed)', async () => {
  const rows = Object.entries(rowsOfWords).map(([what, row]) => [what, decide(row)]);
  await expect(rowsOf(Object.fromEntries(rows))).toMatchFileSnapshot('later-reports-whole.txt');
});
