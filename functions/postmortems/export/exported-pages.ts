/** An incident, an action item and a week's postmortem, each as a page of its own where a company keeps its documents. Pure. */
import { codeOf, type Incident } from '../../incidents/incident.ts';
import {
  type CheckpointField,
  type CheckpointResult,
  checkpointNames,
  checkpointResults,
  type Exported,
  exportSpecs,
  type Line,
} from '../../incidents/views/exported.ts';
import type { Policy } from '../../policy.ts';
import { actorText } from '../../words/people.ts';
import { speak } from '../../words/speech.ts';
import type { NextAction } from '../actions-rules.ts';
import type { Aggregates, Group } from '../aggregates.ts';
import { type DurationFact, durationsOf } from '../entry.ts';
import { shortPeriod } from '../render/format.ts';
import type { BundleDocument } from '../store.ts';
import { type Week, weekOf } from '../week.ts';

/** @returns undefined for what is no incident of the team's: a drill, a question, or what was kept outside */
export function exportIncident(incident: Incident, policy: Policy, consoleUrl?: string) {
  if (incident.kind !== 'incident' || incident.isDrill) return undefined;
  const { name } = speak({ language: 'ja', policy });
  const { impact, mitigation, cause, score } = incident;
  const did = mitigation && [name('mitigation', mitigation.kind), mitigation.summary, mitigation.lighterWayTried];
  const isLinked = incident.status === 'linked';
  const { firstResponse, mitigation: mitigated, recovery } = durationsOf(incident);
  return {
    kind: 'incidents',
    id: incident.id,
    title: incident.title || codeOf(incident.id),
    fields: {
      code: codeOf(incident.id),
      status: name('status', incident.status),
      urgency: name('urgency', incident.urgency.level),
      impact: name('impact', impact.businessImpact ?? 'unknown'),
      customers: impact.affectedCustomerCount ?? null,
      cause: name('cause', cause?.category ?? 'not-stated'),
      reference: score.reference.value,
      confirmed: score.confirmed?.value ?? null,
      source: name('source', incident.source),
      area: incident.origin.area ?? null,
      occurredAt: incident.occurredAt ?? null,
      reportedAt: incident.reportedAt,
      respondedAt: incident.firstResponseAt ?? null,
      mitigatedAt: incident.mitigatedAt ?? null,
      recoveredAt: incident.recoveredAt ?? null,
      reviewedAt: incident.reviewedAt ?? null,
      responseMinutes: minutesOf(firstResponse),
      mitigationMinutes: minutesOf(mitigated),
      recoveryMinutes: minutesOf(recovery),
      assignee: incident.assignee ?? null,
      responders: respondersOf(incident) || null,
      causeSummary: cause?.summary ?? null,
      mitigation: did?.filter(Boolean).join('\n') ?? null,
      permanentFix: incident.permanentFix ?? null,
      prevention: incident.prevention ?? null,
      tickets: incident.ticketUrls,
      missing: (!isLinked && incident.missing.map(({ field }) => name('field', field)).join('、')) || null,
      linkedTo: isLinked && incident.linkedTo ? codeOf(incident.linkedTo) : null,
      link: consoleUrl ? `${consoleUrl}/incidents/${incident.id}` : null,
    },
    lines: incident.description ? [{ is: 'text', text: incident.description }] : [],
    weekId: weekOf(incident.filedAt, policy.zone).id,
  } satisfies Exported<'incidents'>;
}

const respondersOf = ({ responders, actorNames }: Incident): string =>
  responders
    .toSorted()
    .map((each) => actorText(each, actorNames?.[each], 'ja'))
    .join('、');

const minutesOf = (fact: DurationFact): number | null => ('minutes' in fact ? fact.minutes : null);

export function exportAction(action: NextAction, policy: Policy, consoleUrl: string | undefined): Exported<'actions'> {
  const { name } = speak({ language: 'ja', policy });
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

/** What of a bundle its page says; a week that has none yet has a page already, for its incidents to belong to. */
export type ExportedBundle = Pick<
  BundleDocument,
  'state' | 'aggregates' | 'alarms' | 'carriedCount' | 'summary' | 'heldAt'
>;

/** @param number which of the team's postmortems it is: the first is 1 */
export function exportWeek(
  week: Week,
  number: number,
  bundle: ExportedBundle | undefined,
  policy: Policy,
  consoleUrl: string | undefined,
): Exported<'postmortems'> {
  const { t } = speak({ language: 'ja', policy });
  const total = bundle?.aggregates.total;
  const failed = total && total.slots.late + total.slots.missed + total.slots.notReminded;
  return {
    kind: 'postmortems',
    id: week.id,
    title: `${shortPeriod(week.start, week.end, policy.zone, 'ja')}のポストモーテム(第${number}回・${week.id})`,
    fields: {
      period: { from: week.start, to: new Date(week.end.getTime() - 1) },
      number,
      status: t(`bundle.${bundle?.state ?? 'draft'}`),
      heldAt: bundle?.heldAt ?? null,
      incidents: total?.incidents ?? null,
      referenceSum: total?.score.reference.sum ?? null,
      confirmedSum: total?.score.confirmed.sum ?? null,
      scoreMedian: total?.score.reference.median ?? null,
      stopped: total?.impact.stopped ?? null,
      customers: total?.customers.sum ?? null,
      responseMedian: total?.firstResponse.medianMinutes ?? null,
      mitigationMedian: total?.mitigation.medianMinutes ?? null,
      recoveryMedian: total?.recovery.medianMinutes ?? null,
      slotsMet: total?.slots.met ?? null,
      slotsFailed: failed ?? null,
      carried: bundle?.carriedCount ?? null,
      questions: bundle?.summary.doors.questions ?? null,
      alarms: bundle?.alarms.length ?? null,
      ...checkpointCounts(bundle?.aggregates),
      link: consoleUrl ? `${consoleUrl}/postmortems/${week.id}` : null,
    },
    lines: bundle ? linesOf(bundle.aggregates, policy) : [],
  };
}

/** Together they are as many as the week's incidents. */
function checkpointCounts(aggregates: Aggregates | undefined): Record<CheckpointField, number | null> {
  const results = Object.keys(checkpointResults) as CheckpointResult[];
  const counts = Object.keys(checkpointNames).flatMap((id) => {
    const known = aggregates?.checkpoints.find((each) => each.id === id);
    return results.map((result) => [`${id}.${result}`, known?.[result] ?? null]);
  });
  return Object.fromEntries(counts) as Record<CheckpointField, number | null>;
}

function linesOf(aggregates: Aggregates, policy: Policy): Line[] {
  const { t, name } = speak({ language: 'ja', policy });
  const { fields } = exportSpecs.incidents;
  const part = (heading: string, items: readonly string[]): Line[] =>
    items.length === 0 ? [] : [{ is: 'heading', text: heading }, ...items.map((text): Line => ({ is: 'item', text }))];
  const groups = (field: 'cause' | 'urgency' | 'source', of: readonly Group[]): Line[] =>
    part(
      fields[field][0],
      of.map(({ key, incidents, score: { reference, confirmed } }) => {
        return `${name(field, key)}: ${incidents}件(参考値 ${reference.sum}、確定値 ${confirmed.sum})`;
      }),
    );
  const impacts = Object.entries(aggregates.total.impact).flatMap(([key, n]) =>
    n > 0 ? [`${name('impact', key)}: ${n}件`] : [],
  );
  const checkpoints = aggregates.checkpoints.map(({ id, pass, fail, notApplicable, noData }) => {
    const counts = Object.entries({ pass, fail, 'not-applicable': notApplicable, 'no-data': noData });
    return `${name('checkpoint', id)}: ${counts.map(([result, n]) => `${name('result', result)} ${n}`).join(' / ')}`;
  });
  return [
    ...part(t('checkpoints'), checkpoints),
    ...part(fields.impact[0], impacts),
    ...groups('cause', aggregates.byCause),
    ...groups('urgency', aggregates.byUrgency),
    ...groups('source', aggregates.bySource),
  ];
}
