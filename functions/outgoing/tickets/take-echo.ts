/** A tool's webhook shows an update of ours whose sender may not know that it arrived: the sender learns it, and sends nothing more. */
import type { Sender } from '../../incidents/sender.ts';
import { echoSchema } from '../../incidents/sending.ts';
import { grpcCodeOf, updateRef } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { publishUpdates } from './publish-updates.ts';
import type { UpdateRecord } from './update.ts';

export const takeEcho: Sender = async (sends) => {
  const { updateId, ...echo } = echoSchema.parse(sends);
  try {
    await updateRef(updateId).update({ echo } satisfies Pick<UpdateRecord, 'echo'>);
  } catch (error) {
    if (grpcCodeOf(error) !== 'NOT_FOUND') throw error;
    log('WARNING', 'an echo came of an update that is kept no longer', { updateId });
    return;
  }
  await publishUpdates([updateId]);
};
