/** A form of an incident that was refused: the page as it now is, with what was typed. */
import type { Problem } from '../platform/problem.ts';
import { newsLines } from './incident-form.ts';
import { loadIncident } from './incident-load.ts';
import { incidentPage } from './incident-page.ts';
import type { Page } from './page.ts';
import { sayProblem } from './problem-page.ts';
import type { View } from './view.ts';

/** @param type of the form; where others have stated something meanwhile, what they did is said first */
export async function comeBack(
  view: View,
  id: string,
  { type, values }: { type: string; values: URLSearchParams },
  problem: Problem,
): Promise<Page> {
  const loaded = await loadIncident(view, id);
  const said = sayProblem(view, problem);
  const news = problem.status === 412 ? newsLines(view, loaded.events, values.get('seen') ?? '') : [];
  return {
    ...incidentPage(view, loaded, { failed: { type, values } }),
    problem: { ...said, details: [...news, ...said.details] },
    status: problem.status,
  };
}
