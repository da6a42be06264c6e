/** Questions: those that wait for an answer of a stated kind. Unanswered ones become incidents by themselves. */
import { html } from 'hono/html';
import { answerKinds, type Incident } from '../incidents/incident.ts';
import { answerQuestion, stateTrouble } from '../incidents/statements/reclassify.ts';
import { collections, firestore, readAll } from '../platform/firestore.ts';
import { shortTitleOf } from './incident-head.ts';
import { orIncidentPage } from './incident-page.ts';
import { contextIn, type Outcome, type Page, type Visit } from './page.ts';
import { blank, neededText, textOf } from './statements.ts';
import { badge, becomesIncidentAt, cards, incidentPath, type Markup, time, type View } from './view.ts';

export async function showQuestions({ view, query }: Visit): Promise<Page> {
  const status = query.get('status') === 'answered' ? 'answered' : 'open';
  const all = firestore().collection(collections.incidents).where('kind', '==', 'question');
  const questions = await readAll<Incident>(all.where('status', '==', status).orderBy('filedAt', 'desc').limit(200));
  if (status === 'open') questions.reverse();
  return {
    title: view.t('nav.questions'),
    section: 'questions',
    body: html`<p class="lead">${view.t('questions.lead')}</p>
<p class="tabs">${(['open', 'answered'] as const).map((each) => html`<a class="tab" href="/console/questions?status=${each}"${each === status ? html` aria-current="page"` : ''}>${view.t(`questions.${each}`)}</a> `)}</p>
${cards(view, questions, card, 'questions.none')}`,
  };
}

function card(view: View, question: Incident): Markup {
  const who = question.reporter?.name ?? question.reporter?.id;
  return html`<li><h2><a href="${incidentPath(question.id)}">${shortTitleOf(view, question)}</a></h2><p>${view.t('field.reportedAt')} ${time(view, question.reportedAt)}${who ? ` · ${who}` : ''}</p><p>${
    question.answer
      ? badge(view.name('answer', question.answer.kind), 'good')
      : html`${view.t('questions.becomes')} ${time(view, becomesIncidentAt(view, question))}`
  }</p></li>`;
}

/** A question that proves to be trouble: one tap, with who and why. */
export const isTrouble = (visit: Visit, id = ''): Promise<Outcome> =>
  orIncidentPage(visit, id, 'trouble', async ({ view, form: given }) => {
    await stateTrouble(id, neededText(given, 'why', 2_000), contextIn(view, given));
    return { to: `${incidentPath(id)}?recorded=reclassified#recorded` };
  });

export const answer = (visit: Visit, id = ''): Promise<Outcome> =>
  orIncidentPage(visit, id, 'answer', async ({ view, form: given }) => {
    const kind = answerKinds.find((each) => each === given.get('kind'));
    if (!kind) throw blank('answer');
    const note = textOf(given, 'note')?.slice(0, 20_000);
    await answerQuestion(id, { kind, ...(note ? { note } : {}) }, contextIn(view, given));
    return { to: `${incidentPath(id)}?recorded=answered#recorded` };
  });
