/** The tickets by which an outage was reported: each customer is quoted by their own. */
import type { CustomerList } from '../find/customer-list.ts';
import { listedCustomers } from '../find/listed-customers.ts';
import type { Incident } from '../incidents/incident.ts';
import type { SignalRecord } from '../incidents/record/records.ts';
import { readSignals } from '../incidents/signals/signals-of.ts';
import type { Policy } from '../policy.ts';

export type TicketReport = Pick<SignalRecord, (typeof fields)[number]>;

const fields = ['tool', 'sourceId', 'title', 'customer', 'receivedAt'] as const;
/** Customers beyond this many reports get a text without a quotation. */
const mostReports = 300;

/** Input of a draft from outside the record: how each customer reported the trouble, and each customer's language. */
export interface DraftSources {
  reports?: readonly TicketReport[] | undefined;
  list?: Pick<CustomerList, 'byId'> | undefined;
}

export async function readDraftSources(
  incident: Pick<Incident, 'id' | 'links'>,
  policy: Policy,
): Promise<DraftSources> {
  const [reports, list] = await Promise.all([readReports(incident), listedCustomers(policy)]);
  return { reports, list };
}

/** @returns nothing for an incident with a single report, whose own document has it */
const readReports = async (incident: Pick<Incident, 'id' | 'links'>): Promise<TicketReport[]> =>
  incident.links?.length ? readAllReports(incident) : [];

/** The first of an incident's tickets, its own among them. */
export async function readAllReports(incident: Pick<Incident, 'id' | 'links'>): Promise<TicketReport[]> {
  const signals = await readSignals(incident, mostReports, ...fields, 'source', 'kind');
  return signals.filter(({ source, kind }) => source === 'ticket' && kind === 'stated');
}
