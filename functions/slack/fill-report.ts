/** The form of a report, in the language of who writes it. */
import { policy } from '../policy.ts';
import type { Doing } from './doing.ts';
import { fillModal, isOpened } from './fill-modal.ts';
import { externalIdOf, rememberedOf } from './meaning.ts';
import { reportModal } from './modals.ts';

/** @param text of the message that it is about; blank for none */
export async function fillReport(doing: Doing, text: string): Promise<void> {
  if (!(await isOpened(doing))) return;
  const { act, language } = doing;
  const frame = { callback: 'report' as const, externalId: externalIdOf(act), remembered: rememberedOf(act) };
  await fillModal(doing, reportModal(frame, text, { language, policy }));
}
