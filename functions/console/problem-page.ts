/** What went wrong, in words that say what to do. */
import { html } from 'hono/html';
import { codeOf } from '../incidents/code.ts';
import { Problem } from '../platform/problem.ts';
import { type Reader, sayField, sayRefusal } from '../words/refusals/refuse.ts';
import { sayRecorded } from '../words/say-recorded.ts';
import type { Outcome, Page } from './page.ts';
import { timeText, type View } from './view.ts';

/** Problems speak English, as the API answers them; each says by its code what it is in the reader's language. */
export function sayProblem(view: View, problem: Problem): { title: string; details: string[] } {
  const title = view.maybe(`problem.${problem.status}`) ?? view.t('problem.500');
  const { language, policy } = view;
  const reader: Reader = { language, customer: policy.customerLabel[language], timeText: (at) => timeText(view, at) };
  const details = problem.errors.map((error) => {
    const { path } = error;
    const field = view.maybe(`field.${path}`) ?? view.maybe(`field.${path.split('.')[0]}`) ?? path;
    return `${field}${view.language === 'ja' ? ':' : ': '}${sayField(error, reader)}`;
  });
  return {
    title,
    details: details.length > 0 ? details : [problem.said ? sayRefusal(problem.said, reader) : problem.message],
  };
}

/** A reason that is recorded in English, in the reader's language where it is a known one. */
export function sayReason(view: View, reason: string): string {
  const said = sayRecorded(reason, view.language, view.policy.customerLabel[view.language]) ?? reason;
  return said.replaceAll(/\binc_[\da-f]{24}\b/g, (id) => codeOf(id));
}

export function problemPage(view: View, problem: Problem): Page {
  const { title, details } = sayProblem(view, problem);
  return {
    title,
    status: problem.status,
    body: html`${details.map((each) => html`<p>${each}</p>`)}<p><a href="/console">${view.t('problem.back')}</a></p>`,
  };
}

/** @returns the problem that a form comes back with; @throws anything else */
export function expectProblem(error: unknown): Problem {
  if (error instanceof Problem && error.status < 500) return error;
  throw error;
}

/** Where a form leads; refused, it comes back on the page that `again` makes, which says first what was wrong. */
export async function orComeBack(
  view: View,
  record: () => Promise<Outcome>,
  again: (problem: Problem) => Page | Promise<Page>,
): Promise<Outcome> {
  let problem: Problem;
  try {
    return await record();
  } catch (error) {
    problem = expectProblem(error);
  }
  return { problem: sayProblem(view, problem), status: problem.status, ...(await again(problem)) };
}
