/** A next action as a page of its own. Pure. */
import type { Exported } from '../../incidents/views/exported.ts';
import type { Policy } from '../../policy.ts';
import { nameFor } from '../../words/language.ts';
import type { NextAction } from '../actions-rules.ts';

export function exportAction(action: NextAction, policy: Policy, consoleUrl: string | undefined): Exported<'actions'> {
  const name = (kind: string, value: string): string => nameFor({ language: 'ja', policy }, kind, value);
  return {
    kind: 'actions',
    id: action.id,
    title: action.description,
    fields: {
      status: name('actionStatus', action.status),
      kind: name('actionKind', action.kind),
      owner: action.owner ?? null,
      dueAt: action.dueAt,
      doneWhen: action.doneWhen ?? null,
      ticket: action.ticketUrl ?? null,
      evidence: action.evidenceUrl ?? null,
      droppedReason: action.droppedReason ?? null,
      createdAt: action.createdAt,
      closedAt: action.closedAt ?? null,
      link: consoleUrl ? `${consoleUrl}/actions#${action.id}` : null,
    },
    lines: [],
    ...(action.incidentId ? { incidentId: action.incidentId } : {}),
    weekId: action.bundleId,
  };
}
