/** The public status as Statuspage v2 has it (`/status/api/v2/…`), which status readers and dashboards understand. Pure. */
import { hash } from 'node:crypto';
import type { Policy } from '../policy.ts';
import { type PublicStatus, type StatusImpact, type StatusIncident, statusImpacts } from '../published/status.ts';
import { type Language, textOf } from '../words/language.ts';
import { customerPageTexts } from '../words/texts/customer-page.ts';

export interface StatusReading {
  status: PublicStatus;
  policy: Policy;
  language: Language;
  /** Of the page. */
  url: string;
}

const componentStates = {
  none: 'operational',
  minor: 'degraded_performance',
  major: 'partial_outage',
  critical: 'major_outage',
} as const satisfies Record<StatusImpact, string>;

export const say = ({ language }: Pick<StatusReading, 'language'>, key: string, given: Record<string, string> = {}) =>
  textOf(customerPageTexts, `status.${key}`, language, given) ?? key;

export const stateOf = ({ resolvedAt, mitigatedAt }: StatusIncident): 'resolved' | 'monitoring' | 'investigating' =>
  resolvedAt ? 'resolved' : mitigatedAt ? 'monitoring' : 'investigating';

export const titleOf = (reading: StatusReading, { what }: StatusIncident): string =>
  what ? say(reading, 'what', { what: what[reading.language] }) : say(reading, 'trouble');

export const newestFirst = ({ status }: StatusReading): StatusIncident[] =>
  Object.values(status.incidents).sort((one, other) => other.publishedAt.getTime() - one.publishedAt.getTime());

export const isOpen = ({ resolvedAt }: StatusIncident): boolean => resolvedAt === undefined;

export const worstOf = (incidents: readonly StatusIncident[]): StatusImpact =>
  statusImpacts.toReversed().find((impact) => incidents.some((each) => isOpen(each) && each.impact === impact)) ??
  'none';

/** The areas that have a public name. */
export const componentsOf = (reading: StatusReading) =>
  reading.policy.sender.functions.map(({ ja, en }, index) => {
    const incidents = newestFirst(reading).filter(({ what }) => what?.en === en && what.ja === ja);
    return {
      id: hash('sha256', en || ja).slice(0, 12),
      name: reading.language === 'ja' ? ja : en,
      status: componentStates[worstOf(incidents)],
      description: null,
      position: index + 1,
      group: false,
      group_id: null,
      showcase: true,
      only_show_if_degraded: false,
      page_id: pageId,
      start_date: null,
      created_at: reading.status.updatedAt.toISOString(),
      updated_at: reading.status.updatedAt.toISOString(),
    };
  });

const pageId = 'metronome';

/** By the end of the path below `/status/api/v2/`; undefined for any other. */
export function statuspage(reading: StatusReading, name: string): object | undefined {
  const { status, policy, language, url } = reading;
  const all = newestFirst(reading);
  const page = {
    id: pageId,
    name: policy.sender.company[language] || say(reading, 'title'),
    url,
    time_zone: policy.zone,
    updated_at: status.updatedAt.toISOString(),
  };
  const indicator = worstOf(all);
  const whole = { page, status: { indicator, description: say(reading, indicator) } };
  const incidents = (of: readonly StatusIncident[]) => of.map((each) => asStatuspage(reading, each));
  switch (name) {
    case 'summary.json':
      return {
        ...whole,
        components: componentsOf(reading),
        incidents: incidents(all.filter(isOpen)),
        scheduled_maintenances: [],
      };
    case 'status.json':
      return whole;
    case 'components.json':
      return { page, components: componentsOf(reading) };
    case 'incidents.json':
      return { page, incidents: incidents(all) };
    case 'incidents/unresolved.json':
      return { page, incidents: incidents(all.filter(isOpen)) };
    default:
      return undefined;
  }
}

/** Each state that it has been in, the newest first, with its text by rule. */
export function updatesOf(reading: StatusReading, incident: StatusIncident) {
  const { code, publishedAt, mitigatedAt, resolvedAt, isConfirmed } = incident;
  const steps = [
    ['resolved', resolvedAt],
    ['monitoring', mitigatedAt],
    ['investigating', publishedAt],
  ] as const;
  return steps.flatMap(([state, at]) => {
    const body = say(reading, state === 'investigating' && !isConfirmed ? 'body.reported' : `body.${state}`);
    return at ? [{ id: `${code}-${state}`, state, at, body }] : [];
  });
}

function asStatuspage(reading: StatusReading, incident: StatusIncident): object {
  const { code, impact, since, publishedAt, mitigatedAt, resolvedAt, what } = incident;
  const components = componentsOf(reading).filter(({ name }) => name === what?.[reading.language]);
  const updates = updatesOf(reading, incident);
  const updatedAt = (updates[0]?.at ?? publishedAt).toISOString();
  return {
    id: code,
    name: titleOf(reading, incident),
    status: stateOf(incident),
    impact,
    shortlink: `${reading.url}#${code}`,
    page_id: pageId,
    created_at: publishedAt.toISOString(),
    started_at: since.toISOString(),
    updated_at: updatedAt,
    monitoring_at: mitigatedAt?.toISOString() ?? null,
    resolved_at: resolvedAt?.toISOString() ?? null,
    components,
    incident_updates: updates.map(({ id, state, at, body }) => ({
      id,
      incident_id: code,
      status: state,
      body,
      created_at: at.toISOString(),
      display_at: at.toISOString(),
      updated_at: at.toISOString(),
      affected_components: components.map((each) => ({ code: each.id, name: each.name })),
    })),
  };
}
