import { describe, expect, test } from 'vitest';
import { incidentIdOf } from '../../functions/incidents/record/records.ts';
import { fileSignal } from '../../functions/incidents/signals/file-signal.ts';
import { joinRelated } from '../../functions/incidents/signals/join.ts';
import type { Signal } from '../../functions/incidents/signals/signal.ts';
import { recordStatement } from '../../functions/incidents/statements/record-event.ts';
import { policy } from '../../functions/policy.ts';
import { naming } from '../fixtures/naming.ts';
import { useHouses } from './house.ts';

const { scenario, moveIn } = useHouses('2026-11-24T01:00:00Z');

const read = async (id: string) => (await scenario.get(`/api/incidents/${id}`)).body;
const recover = (id: string) =>
  scenario.post(`/api/incidents/${id}/events`, {
    type: 'customer-updated',
    customers: 'all',
    message: 'x',
    recovery: true,
  });

describe('a ticket that comes back', () => {
  test('a report that names an incident is linked to it at intake', async () => {
    const to = (await scenario.ticket({ id: 'R-0', subject: 'x', customer: { id: 'r0' } })).body.incident.id;
    const related = { id: 'R-1', subject: 'x', customer: { id: 'r1' }, ...naming(to) };
    const linked = (await scenario.ticket(related)).body.incident;
    expect(linked).toMatchObject({ status: 'linked', linkedTo: to });
    expect((await read(to)).impact.affectedCustomerCount).toBe(2);
    // Undone by a person, it stays undone though the ticket comes again.
    await scenario.post(`/api/incidents/${linked.id}/events`, { type: 'unlinked' });
    expect((await scenario.ticket(related)).body.incident.status).toBe('open');
    await recover(linked.id);
    const unknown = { id: 'R-2', subject: 'x', ...naming('inc_000000000000000000000000') };
    const open = (await scenario.ticket(unknown)).body.incident;
    expect(open.status).toBe('open');
    // Nothing lies open when the next test lets two weeks pass.
    for (const id of [to, open.id]) await recover(id);
  });

  test('a report that names an incident without its key is not linked, and says so where people look', async () => {
    const victim = (await scenario.ticket({ id: 'K-0', subject: 'x', customer: { id: 'k0' } })).body.incident;
    expect((await read(victim.id)).joinKey).toBe(victim.joinKey);
    const other = (await scenario.ticket({ id: 'K-9', subject: 'x' })).body.incident;
    for (const [id, joinKey] of [['K-1'], ['K-2', 'guessed'], ['K-3', other.joinKey]]) {
      const ticket = { id, subject: 'x', customer: { id }, relatedIncidentId: victim.id, joinKey };
      const { incident } = (await scenario.ticket(ticket)).body;
      expect(incident.status).toBe('open');
      const suggested = { field: 'relatedIncidentId', why: expect.stringContaining(victim.id) };
      expect(incident.missing).toContainEqual(suggested);
      await recover(incident.id);
    }
    expect((await read(victim.id)).links ?? []).toEqual([]);
    for (const id of [victim.id, other.id]) await recover(id);
  });

  /** Files a tool's word about a ticket, as its door does at that moment. */
  function file(
    sourceId: string,
    kind: Signal['kind'],
    now: Date,
    tool: Signal['tool'] = 'zendesk',
    more: Partial<Signal> = {},
  ) {
    const stated = { differsFromExpected: 'unknown', ongoing: 'unknown', isReporterAffected: true, isDrill: false };
    const lists = { tags: [], affectedCustomers: [], problems: [] };
    const id = `sig_${sourceId}${kind}${now.getTime()}`;
    const signal = {
      id,
      tool,
      source: 'ticket',
      sourceId,
      kind,
      receivedAt: now,
      ...stated,
      ...lists,
      ...more,
    } as Signal;
    const raw = { bytes: Buffer.from('{}'), contentType: 'application/json', receivedAt: now };
    return fileSignal({ signal, raw, attempt: id }, { actor: tool, now, policy });
  }
  const days14 = 14 * 86_400_000;

  test.each<[Signal['kind'], number, number]>([
    ['stated', days14, 0],
    ['stated', days14 + 1, 1],
    ['customer-wrote', days14, 0],
    ['customer-wrote', days14 + 1, 1],
    ['reopened', days14 + 1, 1],
    // What the team writes, or the ticket's end, begins nothing.
    ['agent-replied', days14 + 1, 0],
    ['noted', days14 + 1, 0],
    ['solved', days14 + 1, 0],
  ])('with “%s” %i ms after its recovery it is of generation %i', async (kind, afterMs, generation) => {
    const ticketId = `W-${kind}-${afterMs}`;
    const at = (ms: number) => new Date(Date.parse('2026-12-10T00:00:00Z') + ms);
    const { id = '' } = (await file(ticketId, 'stated', at(-60_000)))?.incident ?? {};
    const recovered = { type: 'recovered', customers: 'all', occurredAt: at(0).toISOString() } as const;
    await recordStatement(id, recovered, { actor: 'local', now: at(1_000), policy });
    const filing = await file(ticketId, kind, at(afterMs));
    expect([filing?.created, filing?.incident.generation]).toEqual([generation === 1, generation]);
    expect(filing?.incident.id).toBe(incidentIdOf('zendesk', ticketId, generation));
  });

  test('whose incident is linked to one that ended as long ago is a new incident, also for what it says next', async () => {
    const at = (ms: number) => new Date(Date.parse('2026-12-10T00:00:00Z') + ms);
    const [to, id] = await Promise.all(
      ['V-1', 'V-2'].map(async (each) => (await file(each, 'stated', at(-60_000)))?.incident.id ?? ''),
    );
    const by = { actor: 'local', now: at(1_000), policy };
    await recordStatement(id ?? '', { type: 'linked', to: to ?? '', basis: '同じ' }, by);
    await recordStatement(to ?? '', { type: 'recovered', customers: 'all', occurredAt: at(0).toISOString() }, by);
    expect((await file('V-2', 'stated', at(days14)))?.incident.id).toBe(to);
    const anew = await file('V-2', 'stated', at(days14 + 1));
    expect([anew?.created, anew?.incident.id]).toEqual([true, incidentIdOf('zendesk', 'V-2', 1)]);
    expect((await file('V-2', 'solved', at(days14 + 2)))?.incident.id).toBe(anew?.incident.id);
  });

  test('is the one that another ticket names, and not the one that was over', async () => {
    const at = (ms: number) => new Date(Date.parse('2026-12-10T00:00:00Z') + ms);
    const { id = '' } = (await file('P-1', 'stated', at(-60_000)))?.incident ?? {};
    const by = { actor: 'local', now: at(1_000), policy };
    await recordStatement(id, { type: 'recovered', customers: 'all', occurredAt: at(0).toISOString() }, by);
    const anew = (await file('P-1', 'stated', at(days14 + 1)))?.incident.id;
    const other = (await file('P-2', 'stated', at(days14 + 2)))?.incident;
    const names = { tool: 'zendesk', sourceId: 'P-2', relatedSourceId: 'P-1' } as Signal;
    const joined = other && (await joinRelated(other, names, { ...by, now: at(days14 + 3) }));
    expect(joined).toMatchObject({ status: 'linked', linkedTo: anew });
  });

  test.each([
    [days14, 'linked'],
    [days14 + 1, 'open'],
  ])('one that names another %i ms after that was over is %s', async (afterMs, status) => {
    const at = (ms: number) => new Date(Date.parse('2026-12-10T00:00:00Z') + ms);
    const [problem, ticket] = [`Q-${afterMs}`, `R-${afterMs}`];
    const { id = '' } = (await file(problem, 'stated', at(-60_000)))?.incident ?? {};
    const by = { actor: 'local', now: at(1_000), policy };
    await recordStatement(id, { type: 'recovered', customers: 'all', occurredAt: at(0).toISOString() }, by);
    const other = (await file(ticket, 'stated', at(afterMs)))?.incident;
    const names = { tool: 'zendesk', sourceId: ticket, relatedSourceId: problem } as Signal;
    const joined = other && (await joinRelated(other, names, { ...by, now: at(afterMs) }));
    expect(joined).toMatchObject({ status });
  });

  test('joins those that had named it before it was filed, but for what was told apart from it', async () => {
    await moveIn();
    const now = new Date((await scenario.get('/_local/clock')).body.now);
    const names = (id: string) => file(id, 'stated', now, 'zendesk', { relatedSourceId: 'P-3' });
    const [early, apart] = [await names('P-4'), await names('P-5')].map((each) => each?.incident.id ?? '');
    const { id = '' } = (await file('P-3', 'stated', now))?.incident ?? {};
    const by = { actor: 'local', now, policy };
    await recordStatement(apart ?? '', { type: 'linked', to: id, basis: '同じ' }, by);
    await recordStatement(apart ?? '', { type: 'unlinked' }, by);
    await scenario.advance('PT1M');
    expect(await read(early ?? '')).toMatchObject({ status: 'linked', linkedTo: id });
    expect((await read(apart ?? '')).status).toBe('open');
  });
});
