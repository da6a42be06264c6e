/** What is no drill. Whatever leaves the house on an incident's behalf, or is counted, takes no other kind, so that none is forgotten. Pure. */
import type { Incident } from './incident.ts';

/** As {@link isReal} alone finds it. */
export type Real<T extends { isDrill: boolean }> = T & { readonly isDrill: false };
export type RealIncident = Real<Incident>;

export const isReal = <T extends { isDrill: boolean }>(each: T): each is Real<T> => !each.isDrill;
