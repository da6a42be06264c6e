/** Who reads a body, by the source that it came from. */
import { freshdesk } from './freshdesk.ts';
import { generic } from './generic.ts';
import { intercom } from './intercom.ts';
import { jira } from './jira.ts';
import { monitoring } from './monitoring.ts';
import type { IntakeSource } from './source.ts';
import { zendesk } from './zendesk.ts';

/** The ticket tools whose tickets are taken, each under the last segment of its door's path. */
export const ticketSources = { generic, zendesk, intercom, freshdesk, jira };

export const sourceOf = (tool: string): IntakeSource | undefined =>
  [...Object.values(ticketSources), monitoring].find((each) => each.tool === tool);
