/** What a template's `event` says happened; the admin writes it, so several spellings are one. */
import type { SignalKind } from '../../incidents/signal/signal.ts';

const kinds: Record<string, SignalKind> = {
  created: 'stated',
  updated: 'stated',
  stated: 'stated',
  'agent-replied': 'agent-replied',
  replied: 'agent-replied',
  'customer-wrote': 'customer-wrote',
  'customer-replied': 'customer-wrote',
  noted: 'noted',
  commented: 'noted',
  solved: 'solved',
  resolved: 'solved',
  closed: 'solved',
  deleted: 'solved',
  reopened: 'reopened',
};

export function kindOfWord(event: string | undefined): SignalKind | undefined {
  const word = event
    ?.toLowerCase()
    .replace(/^ticket[ ._-]/, '')
    .replace(/[ ._]/g, '-');
  return word !== undefined && Object.hasOwn(kinds, word) ? kinds[word] : undefined;
}
