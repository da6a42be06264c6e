/** What `npm run import` does with a file, done with rows. */
import { incidentIdOf } from '../../functions/incidents/record/records.ts';
import { policy } from '../../functions/policy.ts';
import { weekOf } from '../../functions/postmortems/week.ts';
import { type Imported, importIncidents } from '../../infra/import/import-incidents.ts';
import { understandRows } from '../../infra/import/import-rows.ts';
import type { TableRow } from '../../infra/read-table.ts';

const names = ['id', 'title', 'filedAt', 'recoveredAt'];

export function importTable(rows: readonly TableRow[], now: Date): Promise<Imported> {
  const map = { columns: Object.fromEntries(names.map((each) => [each, each])) };
  const { incidents } = understandRows(names, rows, map, {
    policy,
    now,
    before: weekOf(now, policy.zone).start,
    incidentId: (id) => incidentIdOf('import', id, 0),
  });
  return importIncidents(incidents, policy, now);
}
