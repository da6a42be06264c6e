/** A form of an incident: what it records, or, where that is refused, the page as it now is, with what was typed. */
import type { Failed } from './fields.ts';
import { newsLines } from './incident-form.ts';
import { loadIncident } from './incident-load.ts';
import { incidentPage } from './incident-page.ts';
import { orComeBack, sayProblem } from './problem-page.ts';
import type { View } from './view.ts';
import type { Outcome } from './visit.ts';

/** @param failed the form; where others have stated something meanwhile, what they did is said first */
export const orIncidentPage = (view: View, id: string, failed: Failed, record: () => Promise<Outcome>) =>
  orComeBack(view, record, async (problem) => {
    const loaded = await loadIncident(view, id);
    const { title, details } = sayProblem(view, problem);
    const news = problem.status === 412 ? newsLines(view, loaded.events, failed.values.get('seen') ?? '') : [];
    return { ...incidentPage(view, loaded, { failed }), problem: { title, details: [...news, ...details] } };
  });
