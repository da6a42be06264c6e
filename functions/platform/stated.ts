/** What people may state in any form: words that say something, and addresses that a browser may follow. */
import * as z from 'zod';

/** @param most characters, once blanks around it are gone */
export const statedText = (most: number) => z.string().trim().min(1, 'It may not be blank.').max(most);

export const statedLink = z
  .string()
  .trim()
  .max(2_000)
  // Without a flag, which a pattern of JSON Schema cannot have: it would stand in the API's description as text.
  .regex(/^[Hh][Tt]{2}[Pp][Ss]?:\/\/\S+$/, 'It has to be an http or https address.');
