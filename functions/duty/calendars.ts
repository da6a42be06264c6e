/** `DUTY_CALENDARS`: the calendar of each area. Addresses are secrets: no message repeats one. Pure. */
import * as z from 'zod';
import { readList } from '../platform/loose.ts';

const calendarSchema = z.strictObject({
  /** A product area; `*` is every area that has no calendar of its own. */
  area: z.string().min(1).max(200).default('*'),
  /** The address of an iCalendar feed; calendars write `webcal:` for `https:`. */
  url: z
    .string()
    .regex(/^(?:https?|webcal):\/\/\S+$/i)
    .transform((url) => url.replace(/^webcal:/i, 'https:')),
  /** Allows private and plain `http:` addresses. */
  allowPrivate: z.boolean().default(false),
});

export type CalendarConfig = z.infer<typeof calendarSchema>;

/** None where it is absent. @throws Error that names what is wrong and repeats no value */
export const readCalendars = (json: string | undefined): CalendarConfig[] =>
  readList('DUTY_CALENDARS', json, 'calendars', z.array(calendarSchema).max(50));
