/** What a later word of a record comes to: its facts, what each leaves of the incident and of its contacts, and what is told. */
import { expect, test } from 'vitest';
import { changedFields } from '../../../functions/incidents/facts/timeline.ts';
import { evolveAlone } from '../../../functions/incidents/fold/evolve.ts';
import { reduce } from '../../../functions/incidents/fold/reduce.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { decideLaterReport } from '../../../functions/incidents/signals/later-report.ts';
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

function decide([of, word, linkedId, echoed]: Row): object {
  const { facts, outbox } = decideLaterReport(of, word, policy, now, linkedId, echoed);
  let incident = of;
  const events = facts.flatMap((fact) => {
    const recorded = { ...fact, id: '00000002', recordedAt: now };
    const before = incident;
    const alone = evolveAlone(before, recorded, policy);
    incident = alone.incident;
    const effects = reduce(before, recorded, policy).effects ?? [];
    return [{ ...fact, changed: changedBy(before, incident), effects }, ...alone.concluded];
  });
  return { events, outbox };
}

test('each later word comes to this, and to nothing else (else: vitest -u, and read what has changed)', async () => {
  const rows = Object.entries(rowsOfWords).map(([what, row]) => [what, decide(row)]);
  await expect(rowsOf(Object.fromEntries(rows))).toMatchFileSnapshot('later-reports-whole.txt');
});
