/** Fills the open modal: with a form of the table, the report form, or the form for an update. */
import { findCandidates } from '../find/find-candidates.ts';
import { findCustomers } from '../find/find-customers.ts';
import { type Loaded, loadIncident, readNewestEvents } from '../find/read-incident.ts';
import { versionOf } from '../incidents/facts/version.ts';
import { whyNotRetracted } from '../incidents/fold/decide-retraction.ts';
import { choiceOf, waitingOf } from '../outgoing/slack/card.ts';
import { namesOf } from '../outgoing/slack/profiles.ts';
import { policy } from '../policy.ts';
import { type Both, type Language, say as write } from '../words/language.ts';
import { consoleTexts } from '../words/texts/console.ts';
import { incidentTexts } from '../words/texts/incident-page.ts';
import { buttonWords, modalWords } from '../words/texts/slack.ts';
import type { IdentifiedAct } from './act.ts';
import { fillModal, isOpened } from './fill-modal.ts';
import { type Choice, type Content, explanation, type Frame, modalOf, shownIn } from './form.ts';
import { blank, type FormName, forms, isForm, reportForm } from './forms.ts';
import { decideModal } from './press.ts';
import { say } from './say.ts';
import { updateContents } from './update.ts';

/** The most options that radio buttons take. */
const mostShown = 10;
const mostEvents = 50;

/** The other forms record. */
const submits: Partial<Record<string, Both>> = {
  update: modalWords.updateSubmit,
  undo: buttonWords['take-back'],
  link: incidentTexts['submit.link'],
};

export async function fillForm(identified: IdentifiedAct, frame: Frame): Promise<void> {
  if (!(await isOpened(identified))) return;
  const { act, language } = identified;
  const { callback, remembered } = frame;
  const by = { language, policy };
  const explain = (why: string): Promise<void> => fillModal(identified, explanation(frame, why, language));
  if (callback === 'report') {
    const text = act.kind === 'shortcut' ? act.text : '';
    const contents = reportForm.fields.map((each) => each({ ...blank, ...by, text }));
    const words = { title: write(by, modalWords.reportTitle), submit: consoleTexts['nav.report'][language] };
    return fillModal(identified, modalOf(frame, { ...words, contents }, language));
  }
  const loaded = await loadIncident(remembered.incidentId ?? '');
  if (!loaded) return explain(say('unknownIncident', language));
  const reply = decideModal(loaded.incident);
  if (reply) return explain(say(reply.words, language, reply.given));
  const contents = isForm(callback)
    ? await contentsOf(callback, loaded, language)
    : await updateContents(loaded, identified);
  const texts = contents.filter((each) => typeof each === 'string');
  if (texts.length === contents.length) return explain(texts.join('\n'));
  const title = write(by, buttonWords[isForm(callback) ? callback : 'update']);
  const submit = (submits[callback] ?? incidentTexts['submit.record'])[language];
  const replaced = { seen: versionOf(loaded.incident), shown: shownIn(contents) };
  const isReplaced = isForm(callback) && 'replaces' in forms[callback];
  const of = { ...frame, remembered: { ...remembered, ...(isReplaced ? replaced : {}) } };
  return fillModal(identified, modalOf(of, { title, submit, contents }, language));
}

async function contentsOf(name: FormName, { incident, contacts }: Loaded, language: Language): Promise<Content[]> {
  const events = name === 'undo' ? await readUndoable(incident.id) : [];
  if (name === 'undo' && events.length === 0) return [modalWords.nothingToUndo[language]];
  const customers = name === 'scope' ? await findCustomers('', policy) : [];
  const like = name === 'link' ? await findCandidates(incident, policy) : [];
  const open = like.filter((each) => each.incident.status === 'open');
  const holders = Object.values(incident.roles ?? {}).map(({ who }) => who);
  const waiting = waitingOf(contacts);
  const affected = new Set(contacts.flatMap((each) => each.customers.map(({ id }) => id)));
  const of = {
    incident,
    language,
    policy,
    events,
    text: '',
    names: await namesOf([...events.map(({ actor }) => actor), ...holders]),
    customers: customers.flatMap(({ id, name: called }) => (affected.has(id) ? [] : [[id, called ?? id] as const])),
    waiting: (waiting.length > 0 ? waiting : contacts).map((each) => choiceOf(each, incident, { language, policy })),
    like: [
      ...allOf(open, language),
      ...open.map(({ incident: { id, code, title } }): Choice => [id, `${code} ${title}`]),
    ],
  };
  return forms[name].fields.map((each) => each(of));
}

/** All that is offered with one tap; the value of a choice is short, and codes are shorter than ids. */
function allOf(like: readonly { incident: { code: string } }[], language: Language): Choice[] {
  const [n, codes] = [like.length, like.map(({ incident }) => incident.code)];
  return n > 1 ? [[codes.join(' '), write({ language, policy }, modalWords.likeAll, { n })]] : [];
}

async function readUndoable(incidentId: string) {
  const events = await readNewestEvents(incidentId, mostEvents);
  const gone = new Set(events.flatMap((each) => (each.type === 'retracted' ? [each.detail.eventId] : [])));
  return events.filter((each) => !gone.has(each.id) && whyNotRetracted(each) === undefined).slice(0, mostShown);
}
