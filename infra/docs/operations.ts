/**
 * The Firestore operations that each path may cost, as `docs/reference/performance.md` promises. The operations test and the
 * bench hold the local cloud's count to it, and the bill is computed from it, with one contact. Data only.
 */

export type Operations = Record<'reads' | 'writes' | 'commits', number>;

export const promised = {
  newTicket: { reads: 0, writes: 5, commits: 1 },
  duplicateTicket: { reads: 2, writes: 0, commits: 0 },
  // The last read: whether the same words came a moment ago.
  laterWord: { reads: 2 + 1, writes: 3, commits: 1 },
  // One query of each trigger that looks elsewhere: an alert of the same service, others who ask the same.
  question: { reads: 2, writes: 4, commits: 1 },
  firstAlert: { reads: 2, writes: 7, commits: 1 },
  stormAlert: { reads: 2, writes: 3, commits: 1 },
  event: { reads: 2 + 1, writes: 3 + 1, commits: 1 },
  // The query for due timers finds one; the notice's delivery is recorded by two writes. The last read: whether the list of
  // customers has changed, which an instance asks once a minute.
  reminder: { reads: 1 + 1 + 1 + 1, writes: 4 + 1 + 2, commits: 4 },
} as const satisfies Record<string, Operations>;
