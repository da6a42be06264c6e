/** What may be stated of an action item: as the API takes it, and as the console's forms send it. Pure. */
import * as z from 'zod';
import { statedLink, statedName, statedText } from '../platform/stated.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { actionKinds, actionStatuses } from './actions-rules.ts';

export const changedAction = z.strictObject({
  description: statedText(2_000).optional(),
  kind: z.enum(actionKinds).optional(),
  owner: statedName(320).optional(),
  ticketUrl: statedLink.optional(),
  doneWhen: statedText(2_000).optional(),
  status: z.enum(actionStatuses).optional(),
  evidenceUrl: statedLink.optional(),
  droppedReason: statedText(2_000).optional(),
  /** A date means the end of that day in the policy's time zone. */
  dueAt: z.union([z.iso.date(), z.iso.datetime({ offset: true })], refuse('not-a-date').text).optional(),
});
