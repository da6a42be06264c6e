/** What a template's `event` says happened; the admin writes it, so several spellings are one. */
import type { SignalKind } from '../../incidents/signals/signal.ts';
import type { Body } from '../../platform/loose.ts';
import type { Control } from './control.ts';
import type { Beside } from './source.ts';

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

/** What the admin says has happened. A word beside the body counts alone. */
export function kindSaid(beside: Beside | undefined, control: Control, from: readonly Body[]): SignalKind | undefined {
  if (beside?.event !== undefined) return kindOfWord(beside.event) ?? 'stated';
  return kindOfWord(control.value(['event'], from));
}

/** Somebody has written something. */
export const isWritten = (kind: SignalKind): boolean =>
  kind === 'agent-replied' || kind === 'customer-wrote' || kind === 'noted';

export function kindOfWord(event: unknown): SignalKind | undefined {
  if (typeof event !== 'string') return undefined;
  const word = event
    .toLowerCase()
    .replace(/^ticket[ ._-]/, '')
    .replace(/[ ._]/g, '-');
  return Object.hasOwn(kinds, word) ? kinds[word] : undefined;
}
