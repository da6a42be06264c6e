/** Every refusal that a person may read, by its code; nothing finds its words by how it is written. Pure. */
import { deskRefusals } from './desk.ts';
import { recordRefusals } from './record.ts';
import { reviewRefusals } from './review.ts';

export const refusals = { ...deskRefusals, ...recordRefusals, ...reviewRefusals };

type Refusals = typeof refusals;
export type RefusalCode = keyof Refusals;

/** `'{n} of {total}'` has the places `n` and `total`; braces around anything but a name are text. */
type PlacesIn<T extends string> = T extends `${string}{${infer Place}}${infer Rest}`
  ? (Place extends `${string} ${string}` ? never : Place) | PlacesIn<Rest>
  : never;

/** What has to stand in the places of a refusal. */
export type PlaceOf<Code extends RefusalCode> = PlacesIn<Refusals[Code][0]>;
