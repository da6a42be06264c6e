/** Who has which role in an emergency, after each tap. */
import { expect, test } from 'vitest';
import { evolveAll } from '../../../functions/incidents/fold/evolve.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { decideStatement } from '../../../functions/incidents/statements/decide-statement.ts';
import { policy } from '../../../functions/policy.ts';
import { at, incidentAt } from '../rhythm/rhythm.ts';

interface Tap {
  by: string;
  /** Handed over, to somebody or to nobody; else taken. */
  to?: string | null;
  role?: 'lead' | 'customers' | 'record';
}

/** A tap a minute, from 10:01 on. */
function after(...taps: Tap[]): { incident: Incident; details: unknown[] } {
  let incident = incidentAt(at('24 10:00'));
  const details: unknown[] = [];
  taps.forEach(({ by, to, role = 'lead' }, index) => {
    const type = to === undefined ? ('role-taken' as const) : ('role-handed-over' as const);
    const now = new Date(at('24 10:01').getTime() + index * 60_000);
    const statement = { type, role, ...(to ? { to } : {}) };
    const decided = decideStatement(incident, statement, { actor: by, now, policy });
    if ('refused' in decided) throw new Error(decided.refused.text);
    ({ incident } = evolveAll({ incident, contacts: new Map() }, decided.facts, now, policy));
    details.push(decided.facts[0]?.detail);
  });
  return { incident, details };
}
const since = (who: string, time: string) => ({ who, at: at(`24 ${time}`) });

test.each<[string, Tap[], Incident['roles']]>([
  ['taken', [{ by: 'sato' }], { lead: since('sato', '10:01') }],
  [
    'each its own',
    [{ by: 'sato' }, { by: 'ito', role: 'record' }],
    { lead: since('sato', '10:01'), record: since('ito', '10:02') },
  ],
  ['taken from another', [{ by: 'sato' }, { by: 'ito' }], { lead: since('ito', '10:02') }],
  ['handed over to another', [{ by: 'sato' }, { by: 'sato', to: 'ito' }], { lead: since('ito', '10:02') }],
  ['handed over by a third', [{ by: 'sato' }, { by: 'abe', to: 'ito' }], { lead: since('ito', '10:02') }],
  ['left to be taken by whoever had it', [{ by: 'sato' }, { by: 'sato', to: null }], {}],
  ['taken over by whoever names nobody', [{ by: 'sato' }, { by: 'ito', to: null }], { lead: since('ito', '10:02') }],
  ['handed over where nobody had it', [{ by: 'sato', to: 'ito' }], { lead: since('ito', '10:01') }],
  [
    'left, and the others stay',
    [{ by: 'sato' }, { by: 'ito', role: 'record' }, { by: 'sato', to: null }],
    { record: since('ito', '10:02') },
  ],
])('a role is %s', (_, taps, roles) => {
  expect(after(...taps).incident.roles).toEqual(roles);
});

test('a person who takes a role, or is given one, has responded', () => {
  const { incident } = after({ by: 'sato' }, { by: 'sato', to: 'ito' });
  expect(incident).toMatchObject({ firstResponseAt: at('24 10:01'), responders: ['sato', 'ito'] });
  expect(after({ by: 'sato', to: null }).incident.responders).toEqual(['sato']);
});

test('the timeline says which role, and who has it now', () => {
  expect(
    after({ by: 'sato' }, { by: 'sato', to: 'ito' }, { by: 'ito', to: null }, { by: 'abe', to: null }).details,
  ).toEqual([{ role: 'lead' }, { role: 'lead', to: 'ito' }, { role: 'lead' }, { role: 'lead', to: 'abe' }]);
});
