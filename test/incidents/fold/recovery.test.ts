/** When the known customers of an incident have all recovered. */
import { expect, test } from 'vitest';
import { recoveryOfThose } from '../../../functions/incidents/fold/recovery.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import type { Contact } from '../../../functions/incidents/rhythm/contact.ts';
import { OfTicket } from '../record.ts';
import { at, contactOf, incidentAt } from '../rhythm/rhythm.ts';

const incident = incidentAt(at('24 10:00'), { affectedCustomers: [{ id: 'a' }, { id: 'b' }] });
const [a, b] = [contactOf(incident, 'a'), contactOf(incident, 'b')];
const others: Contact = { ...b, id: 'con_others', customers: [], isTheOthers: true };
const counts = {
  id: '1',
  at: incident.filedAt,
  recordedAt: incident.filedAt,
  type: 'counted',
  isCounted: true,
} as const;
const counted: Contact = { ...others, facts: [counts] };

const works = (contact: Contact, time: string): Contact => ({ ...contact, recoveredAt: at(`24 ${time}`) });
const [early, late] = [works(a, '10:03'), works(b, '10:04')];
const over: Partial<Incident> = { status: 'recovered', recoveredAt: at('24 10:03') };
const seen = (time: string, more: Partial<Incident> = {}): Partial<Incident> => ({
  ongoing: 'yes',
  lastSeenAt: at(`24 ${time}`),
  ...more,
});
test.each<[what: string, now: Partial<Incident>, contacts: Contact[], recoveredAt: string | undefined]>([
  ['with the last of them', {}, [early, late], '10:04'],
  ['not while one has not', {}, [early, b], undefined],
  ['not where nobody is left', {}, [], undefined],
  ['without those whom nobody counts', {}, [early, late, others], '10:04'],
  ['not without those who are counted', {}, [early, late, counted], undefined],
  ['not where only such are left whom nobody counts', {}, [works(others, '10:04')], undefined],
  ['where it was last seen as the last of them recovered', seen('10:04'), [early, late], '10:04'],
  ['not where it was seen to go on after that', seen('10:05'), [early, late], undefined],
  ['where it was seen not to', seen('10:05', { ongoing: 'no' }), [early, late], '10:04'],
  ['later than it had, where it was over', over, [early, late], '10:04'],
  ['also where it had been seen to go on', { ...over, ...seen('10:05') }, [early, late], '10:04'],
  ['earlier than it had', { ...over, recoveredAt: at('24 10:04') }, [early], '10:03'],
  ['no other time than it had', over, [early], undefined],
  ['not what never occurred', { status: 'not-occurring' }, [early, late], undefined],
  ['not what is linked itself', { status: 'linked' }, [early, late], undefined],
])('%s', (_, now, contacts, recoveredAt) => {
  const recovery = recoveryOfThose(contacts, { ...incident, ...now } as Incident, at('24 11:00'));
  const detail = { rule: 'all-recovered', recoveredAt: recoveredAt && at(`24 ${recoveredAt}`) };
  const common = { type: 'recovered', actor: 'rule', occurredAt: at('24 11:00'), detail };
  const changes = { status: 'recovered', recoveredAt: detail.recoveredAt };
  if (recoveredAt) expect(recovery).toMatchObject({ event: common, changes });
  else expect(recovery).toBeUndefined();
});

test.each<[what: string, affectedSince: string, recoveredAt: string]>([
  ['before the others recovered recovered with them', '10:20', '10:30'],
  ['after that recovered with the message to all, and so did the incident', '10:40', '10:50'],
])('a customer who is named late and is affected since %s', (_, affectedSince, recoveredAt) => {
  const record = new OfTicket({ id: 'T-1', subject: '注文が通らない', customer: { id: 'a' } }, at('24 10:00'));
  const state = (time: string, statement: object): void => {
    record.until(at(`24 ${time}`));
    expect(record.state({ ...statement })).toBeUndefined();
  };
  state('10:35', { type: 'recovered', customers: 'all', occurredAt: at('24 10:30').toISOString() });
  state('10:50', { type: 'customer-updated', customers: 'all', channel: 'phone', recovery: true });
  const affectedCustomers = [{ id: 'a' }, { id: 'b' }];
  state('11:30', {
    type: 'scoped',
    affectedCustomers,
    method: 'SQL',
    occurredAt: at(`24 ${affectedSince}`).toISOString(),
  });
  expect(record.incident).toMatchObject({ status: 'recovered', recoveredAt: at(`24 ${recoveredAt}`) });
  const recoveries = [...record.contacts.values()].map((each) => each.recoveredAt);
  expect(recoveries).toEqual([at('24 10:30'), at(`24 ${recoveredAt}`)]);
});
