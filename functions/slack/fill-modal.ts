/** Fills the modal that the door has opened, by the id that both know. */
import { askSlack, SlackFailure } from '../outgoing/slack/client.ts';
import { now } from '../platform/clock.ts';
import type { Language } from '../words/language.ts';
import type { IdentifiedAct } from './act.ts';
import { answer } from './answer.ts';
import { explanation, type Modal } from './form.ts';
import { frameOf } from './meaning.ts';
import { say } from './say.ts';

/** A modal that stayed empty for this long has no reader any more. */
const awaitedForMs = 60_000;

/** Whether a modal exists to be filled; a person whose modal did not open is told to press again. */
export async function isOpened({ opened, to, language }: IdentifiedAct): Promise<boolean> {
  if (opened !== 'no' && opened !== undefined) return true;
  await answer(to, say('modalLate', language));
  return false;
}

/** @throws SlackFailure if it may succeed later, and somebody still looks */
export async function fillModal({ opened, to, language, receivedAt }: IdentifiedAct, modal: Modal): Promise<void> {
  const shown = await showInModal(modal, receivedAt);
  // A person who closed the modal waits for nothing; a person who may never have seen it has to press again.
  if (shown !== 'shown' && opened !== 'yes') await answer(to, say('modalLate', language));
}

/** Says in the modal why there is no form. @returns whether they can read it there @throws SlackFailure as `fillModal` */
export async function explainInModal(
  { act, opened, receivedAt }: Pick<IdentifiedAct, 'act' | 'opened' | 'receivedAt'>,
  why: string,
  language: Language,
): Promise<boolean> {
  const frame = frameOf(act);
  if (!frame || !opened || opened === 'no') return false;
  try {
    return (await showInModal(explanation(frame, why, language), receivedAt)) === 'shown';
  } catch (error) {
    if (!(error instanceof SlackFailure) || error.isTemporary) throw error;
    return false;
  }
}

/** @throws SlackFailure if it may succeed later, and somebody still looks */
async function showInModal(modal: Modal, receivedAt: Date): Promise<'shown' | 'gone' | 'late'> {
  const asked = { external_id: modal.external_id, view: modal };
  try {
    await askSlack((client) => client.views.update(asked as never));
    return 'shown';
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    if (error.isTemporary && now().getTime() - receivedAt.getTime() >= awaitedForMs) return 'late';
    if (error.reason === 'not_found') return 'gone';
    throw error;
  }
}
