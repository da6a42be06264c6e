/** What is no drill. Whatever leaves the house on an incident's behalf takes no other kind, so that none is forgotten. Pure. */
import type { Incident } from './incident.ts';

/** As {@link isReal} alone finds it. */
export type RealIncident = Incident & { readonly isDrill: false };

export const isReal = (incident: Incident): incident is RealIncident => !incident.isDrill;
