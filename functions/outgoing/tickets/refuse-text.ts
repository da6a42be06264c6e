/** What a tool would make something else of than was written. Pure. */
import type { TicketToolName } from '../../incidents/sending.ts';
import type { Said } from '../../platform/problem.ts';
import { freshdesk } from './freshdesk.ts';
import { intercom } from './intercom.ts';
import { jira } from './jira.ts';
import { zendesk } from './zendesk.ts';

const tools = { zendesk, freshdesk, jira, intercom: intercom('') };

/** @returns what to do about it, or undefined */
export const refuseText = (tool: TicketToolName, text: string): Said | undefined => tools[tool].refuseText(text);
