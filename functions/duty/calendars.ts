/** `DUTY_CALENDARS`: which calendar is for which area. No message repeats an address, which is a secret. Pure. */
import * as z from 'zod';
import { readList } from '../platform/loose.ts';

const calendarSchema = z.strictObject({
  /** A product area; `*` is every area that has no calendar of its own. */
  area: z.string().min(1).max(200).default('*'),
  /** Of an iCalendar feed; `webcal:` is what calendars call `https:`. */
  url: z
    .string()
    .regex(/^(?:https?|webcal):\/\/\S+$/i)
    .transform((url) => url.replace(/^webcal:/i, 'https:')),
  /** Private and plain addresses are refused unless this is so. */
  allowPrivate: z.boolean().default(false),
});

export type CalendarConfig = z.infer<typeof calendarSchema>;

/** None where it is absent. @throws Error that names what is wrong and repeats no value */
export const readCalendars = (json: string | undefined): CalendarConfig[] =>
  readList('DUTY_CALENDARS', json, 'calendars', z.array(calendarSchema).max(50));
