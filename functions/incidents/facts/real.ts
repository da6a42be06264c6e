/** What is not a drill. Everything that sends on an incident's behalf, or counts it, takes this type, so that none forgets the check. Pure. */
import type { Incident } from '../incident.ts';

/** As {@link isReal} alone finds it. */
export type Real<T extends { isDrill: boolean }> = T & { readonly isDrill: false };
export type RealIncident = Real<Incident>;

export const isReal = <T extends { isDrill: boolean }>(each: T): each is Real<T> => !each.isDrill;
