/** The effect of a signal on the current record, decided again whenever the timeline is folded. Pure. */
import type { Policy } from '../../policy.ts';
import type { Context, Decided } from '../facts/decision.ts';
import { type HeardSignal, type LaterReport, reportIn } from '../facts/report.ts';
import type { Concluded, Fact } from '../facts/timeline.ts';
import { type Incident, optional } from '../incident.ts';
import type { TicketUpdate } from '../outbox/sending.ts';
import { decideLaterReport } from './later-report.ts';
import { decideJoin } from './reported-again.ts';
import { authorOf } from './signal.ts';

export type SignalFact = Fact<'reported' | 'signal-received'>;

interface Way {
  /** Our own update that the signal echoes. */
  echoed?: TicketUpdate | undefined;
  /** An alert that joins its group. */
  joins?: true;
}

/** A signal is a fact if it changes the record. */
export function decideSignal(
  incident: Incident,
  signal: HeardSignal,
  { policy, now }: Pick<Context, 'policy' | 'now'>,
  { echoed, joins }: Way = {},
): Required<Decided> {
  const { concluded, outbox } = joins
    ? decideJoin(incident, signal, policy, now)
    : decideLaterReport(incident, signal, policy, now, echoed);
  if (concluded.length === 0) return { facts: [], outbox };
  const detail = { ...saidIn(signal), report: reportIn(signal), ...optional('joins', joins) };
  const occurredAt = signal.happenedAt ?? signal.receivedAt;
  return { facts: [{ type: 'reported', occurredAt, ...authorOf(signal), detail }], outbox };
}

/** The part of a signal that the timeline shows. */
export const saidIn = (signal: HeardSignal) => ({
  signalId: signal.id,
  kind: signal.kind,
  tool: signal.tool,
  sourceId: signal.sourceId,
  ...(signal.title ? { title: signal.title } : {}),
  ...(signal.message ? { message: signal.message } : {}),
});

/**
 * A report may have changed nothing because a person had stated the same: once that is retracted, the report counts.
 */
export function whatReportChanges(incident: Incident, fact: SignalFact, policy: Policy): Concluded[] {
  const { detail, id, recordedAt } = fact;
  if (!detail.report) return [];
  const signal = signalIn(fact, detail.report);
  const { concluded } =
    'joins' in detail && detail.joins
      ? decideJoin(incident, signal, policy, recordedAt)
      : decideLaterReport(incident, signal, policy, recordedAt);
  return concluded.map((each) => ({ ...each, id, recordedAt }));
}

const signalIn = ({ detail, occurredAt, actor, actorName }: SignalFact, report: LaterReport): HeardSignal => ({
  ...report,
  id: detail.signalId,
  kind: detail.kind,
  tool: detail.tool,
  sourceId: detail.sourceId,
  happenedAt: occurredAt,
  agent: actor,
  ...optional('agentName', actorName),
  ...optional('message', detail.message),
});
