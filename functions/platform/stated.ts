/** What people may state in any form: words that say something, and addresses that a browser may follow. Pure. */
import * as z from 'zod';
import { nameLine, oneLine } from './one-line.ts';

/** Half a surrogate pair is replaced as the store does it, so that a resent text equals the stored one. */
const stated = z
  .string()
  .overwrite((text) => text.toWellFormed())
  .trim();

/** @param most characters, once blanks around it are gone */
export const statedText = (most: number) => stated.min(1, 'It may not be blank.').max(most);

/** A name or a title: in one line, whatever was typed. */
export const statedName = (most: number) => stated.overwrite(nameLine).min(1, 'It may not be blank.').max(most);

/** An id from outside, as a door has stored it. */
export const statedId = stated.overwrite(oneLine).min(1).max(500);

export const statedLink = stated
  .max(2_000)
  // Without a flag, which a pattern of JSON Schema cannot have: it would appear in the API's description as text.
  .regex(/^[Hh][Tt]{2}[Pp][Ss]?:\/\/\S+$/, 'It has to be an http or https address.');
