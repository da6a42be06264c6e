/**
 * The state of the meeting: its steps in the order of the checklist, fixed once it begins, and what was done in each.
 */
import { html } from 'hono/html';
import type { Entry } from '../postmortems/entry.ts';
import { type MeetingPart, meetingParts, planMeeting } from '../postmortems/meeting.ts';
import { wholeBundle } from '../postmortems/open.ts';
import { numberOfWeek } from '../postmortems/store.ts';
import { form } from './page.ts';
import { bundlePath, requireBundle, requireWeek } from './postmortems.ts';
import type { View } from './view.ts';

export type Sitting = Awaited<ReturnType<typeof loadSitting>>;

/** @throws Problem 404 */
export async function loadSitting(view: View, id: string) {
  const week = requireWeek(view, id);
  const slice = await requireBundle(view, week, wholeBundle);
  const { meeting, document } = slice;
  const { order, sample } = planMeeting(slice, meeting.begun);
  const entries = new Map([...slice.entries, ...slice.carriedIncidents].map((each) => [each.id, each]));
  const ordered = order.flatMap((each) => entries.get(each) ?? []);
  const isOwn = (entry: Entry): boolean => entry.filedAt >= week.start.toISOString();
  const [own, carried] = [ordered.filter(isOwn), ordered.filter((entry) => !isOwn(entry))];
  const ids = (of: Entry[]): string[] => of.map((each) => each.id);
  const within: Partial<Record<MeetingPart, string[]>> = { incidents: ids(own), carried: ids(carried) };
  return {
    week,
    /** Which of the team's weekly postmortems it is. */
    number: document.number ?? (await numberOfWeek(id, view.policy)),
    isHeld: document.state === 'held',
    slice,
    meeting,
    /** The questions and outside tickets to be read again, as they were drawn when the meeting began. */
    sample,
    /** Parts of the checklist and the IDs of incidents, in order. */
    steps: meetingParts.flatMap((part): string[] => [part, ...(within[part] ?? [])]),
    /** This week's incidents, in the order in which the meeting reviews them. */
    own,
    carried,
    all: [...own, ...carried],
  };
}

export const meetingPath = (week: string): string => `${bundlePath(week)}/meeting`;

export const stepPath = (week: string, step: string): string => `${meetingPath(week)}?step=${step}`;

export const isIncidentStep = (step: string): boolean => step.startsWith('inc_');

/** The next step; the last step returns itself. */
export const stepAfter = ({ steps }: Sitting, step: string): string => steps[steps.indexOf(step) + 1] ?? 'end';

/** A large draft shows a review only after it is reassembled; the meeting knows at once that it passed the incident. */
export function progressOf({ meeting }: Sitting, { id, reviewedAt }: Entry) {
  if (meeting.later?.includes(id)) return 'later';
  return reviewedAt !== undefined || meeting.reviewed?.includes(id) ? 'reviewed' : 'open';
}

/** The browser keeps the typed text under the form's name until it is recorded. */
export function meetingForm(view: View, { week }: Sitting, path: string, name: string, isTyped: boolean) {
  const draft = html`data-draft="${week.id}/${name}"${isTyped && html` data-typed`}`;
  return form(view, `${meetingPath(week.id)}/${path}`, isIncidentStep(path) ? html`${draft} data-begin` : draft);
}
