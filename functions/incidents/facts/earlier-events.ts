/** Reads events as 0.1.0 stored them, which said neither fact nor conclusion, in the form of today. Pure. */

export interface Stored {
  type: string;
  detail: Record<string, unknown>;
}

/** Of types that are a fact and a conclusion, what made the event a conclusion. */
const bySignal = new Set(['responded', 'customer-updated', 'corrected']);
const byRule = new Set([
  'reported-otherwise',
  'customer-wrote',
  'recovery-questioned',
  'alert-joined',
  'reopened',
  'urgency-changed',
  'emergency-begun',
  'emergency-ended',
  'slot-closed',
]);

export const isEarlier = (stored: unknown): stored is Stored =>
  typeof stored === 'object' && stored !== null && 'detail' in stored && !('isFact' in stored);

export function inTodaysForm<T extends Stored>(event: T): T & { isFact: boolean } {
  const { type, detail } = event;
  const as = (isFact: boolean, changed: Partial<Stored> = {}) => ({ ...event, ...changed, isFact });
  // What rests on reports of other incidents is a fact by now.
  if (type === 'emergency-begun' && detail.rule === 'several-reports-of-one-area')
    return as(true, { type: 'area-reached', detail });
  if (type === 'emergency-ended' && detail.inputs) return as(true, { type: 'area-left', detail: {} });
  if (type === 'retracted-elsewhere') {
    const { incident, why, type: of, instead = '' } = detail;
    return as(false, { type: 'withdrawn', detail: { incident, why, type: of, eventId: instead } });
  }
  if (type === 'linked' || type === 'unlinked') {
    const { share: _, ...stated } = detail;
    return as(true, { detail: stated });
  }
  if (bySignal.has(type) && detail.signalId !== undefined) {
    const who = type === 'corrected' ? {} : { customers: [] };
    const tool = type === 'responded' ? { why: 'A public reply to the customer.' } : {};
    const update = type === 'customer-updated' ? { channel: 'ticket', recovery: false } : {};
    return as(false, { detail: { ...who, ...tool, ...update, ...detail } });
  }
  if (type === 'recovered') return as(detail.rule === undefined);
  return as(!byRule.has(type));
}
