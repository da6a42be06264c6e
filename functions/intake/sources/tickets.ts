/** The ticket tools whose tickets are taken, each under the last segment of its door's path. */
import { freshdesk } from './freshdesk.ts';
import { generic } from './generic.ts';
import { intercom } from './intercom.ts';
import { jira } from './jira.ts';
import { zendesk } from './zendesk.ts';

export const ticketSources = { generic, zendesk, intercom, freshdesk, jira };
