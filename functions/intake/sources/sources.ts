/** Who reads a body, by the source that it came from. */
import type { Policy } from '../../policy.ts';
import { alertmanager } from './alertmanager.ts';
import { freshdesk } from './freshdesk.ts';
import { generic } from './generic.ts';
import { genericAlert } from './generic-alert.ts';
import { grafana } from './grafana.ts';
import { intercom } from './intercom.ts';
import { jira } from './jira.ts';
import { monitoring } from './monitoring.ts';
import { opsgenieSource } from './opsgenie.ts';
import { pagerdutyEvents } from './pagerduty.ts';
import type { IntakeSource } from './source.ts';
import { zendesk } from './zendesk.ts';

/** The ticket tools whose tickets are taken, each under the last segment of its door's path. */
export const ticketSources = { generic, zendesk, intercom, freshdesk, jira };

/** The tools whose alerts are taken, each under the last segment of its door's path; Cloud Monitoring's has none. */
export const alertSources = { monitoring, alertmanager, grafana, generic: genericAlert };

/** Sources that imitate another service's API, each under its path. */
export const apiSources = { '/opsgenie/v2/alerts': opsgenieSource, '/pagerduty/v2/enqueue': pagerdutyEvents };

const sources: readonly IntakeSource[] = [
  ...Object.values(ticketSources),
  ...Object.values(alertSources),
  ...Object.values(apiSources),
];

export const sourceOf = (tool: string): IntakeSource | undefined => sources.find((each) => each.tool === tool);

/** The longest body of a source: whole groups of alerts come in one. */
export const mostBytesOf = (
  { givesUpOnRefusals }: Pick<IntakeSource, 'givesUpOnRefusals'>,
  { intake }: Policy,
): number => (givesUpOnRefusals ? intake.maxAlertBodyBytes : intake.maxBodyBytes);
