/** What an incident is folded into: its document and its contacts, kept so that nobody has to fold them to read them. Pure. */
import type { Incident } from '../incident.ts';
import type { Contact } from '../rhythm/contact.ts';

export interface State {
  incident: Incident;
  /** By their ids. */
  contacts: ReadonlyMap<string, Contact>;
}

export const byId = (contacts: readonly Contact[]): Map<string, Contact> =>
  new Map(contacts.map((each) => [each.id, each]));
