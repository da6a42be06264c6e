/** Fills the modal that the door has opened, by the id that both know. */
import { askSlack, SlackFailure } from '../outgoing/slack/client.ts';
import { now } from '../platform/clock.ts';
import { answer } from './answer.ts';
import type { Doing } from './doing.ts';
import type { Modal } from './modals.ts';
import { say } from './say.ts';

/** Nobody looks at a modal that was opened so long ago and never filled. */
const awaitedForMs = 60_000;

/** Whether anything is there to be filled; who waits for one that did not open is told to press again. */
export async function isOpened({ opened, to, language }: Doing): Promise<boolean> {
  if (opened !== 'no' && opened !== undefined) return true;
  await answer(to, say('modalLate', language));
  return false;
}

/** @throws SlackFailure where it may succeed later, and somebody still looks */
export async function fillModal({ opened, to, language, receivedAt }: Doing, modal: Modal): Promise<void> {
  const asked = { external_id: modal.external_id, view: modal };
  try {
    await askSlack((client) => client.views.update(asked as never));
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    if (error.isTemporary && now().getTime() - receivedAt.getTime() < awaitedForMs) throw error;
    // Whoever has closed it waits for nothing; whoever never saw it has to press again.
    if (error.isTemporary || (error.reason === 'not_found' && opened === 'yes')) return;
    if (error.reason !== 'not_found') throw error;
    await answer(to, say('modalLate', language));
  }
}
