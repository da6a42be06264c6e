/** The form of a report, in the language of who writes it. */
import { policy } from '../policy.ts';
import { fillModal, isOpened } from './fill-modal.ts';
import type { IdentifiedAct } from './identified-act.ts';
import { externalIdOf, rememberedOf } from './meaning.ts';
import { reportModal } from './modals.ts';

/** @param text of the message that it is about; blank for none */
export async function fillReport(identified: IdentifiedAct, text: string): Promise<void> {
  if (!(await isOpened(identified))) return;
  const { act, language } = identified;
  const frame = { callback: 'report' as const, externalId: externalIdOf(act), remembered: rememberedOf(act) };
  await fillModal(identified, reportModal(frame, text, { language, policy }));
}
