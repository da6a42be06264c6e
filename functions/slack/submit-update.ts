/** The update that somebody has confirmed leaves, as from the console. */
import { codeOf } from '../incidents/code.ts';
import { requestUpdates } from '../outgoing/tickets/request-updates.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { refuse } from '../words/refusals/refuse.ts';
import type { Submission } from './act.ts';
import { answer } from './answer.ts';
import { sayWhy } from './fill-update.ts';
import type { IdentifiedAct } from './identified-act.ts';
import { rememberedOf } from './meaning.ts';
import { chosenIn, textIn } from './modals.ts';
import { say } from './say.ts';

export async function submitUpdate(
  { act, actor, language, receivedAt, to }: IdentifiedAct,
  submission: Submission,
): Promise<void> {
  const { incidentId = '' } = rememberedOf(submission);
  const message = textIn(submission, 'message') ?? '';
  if (message === '') throw new Problem(422, refuse('update-not-understood'));
  const customers = chosenIn(submission, 'whom');
  if (customers.length === 0) throw new Problem(422, refuse('nobody-chosen'));
  const isRecovery = chosenIn(submission, 'recovery').includes('yes');
  const by = { actor, now: now(), tappedAt: receivedAt, policy, config: readConfig(), idempotencyKey: act.key };
  const confirmedNames = chosenIn(submission, 'names').includes('yes');
  const { updates } = await requestUpdates(incidentId, { customers, message, isRecovery, confirmedNames }, by);
  const join = (of: typeof updates): string =>
    of.flatMap((each) => each.customers).join(language === 'ja' ? '、' : ', ');
  const code = codeOf(incidentId);
  const leaving = updates.filter(({ state }) => state !== 'by-hand');
  const byHand = Map.groupBy(
    updates.filter(({ state }) => state === 'by-hand'),
    ({ error }) => error ?? '',
  );
  const lines = [
    ...(leaving.length > 0 ? [say('sent', language, { code, names: join(leaving) })] : []),
    ...[...byHand].map(([why, all]) =>
      say('byHand', language, { code, names: join(all), why: sayWhy(why, { language }) }),
    ),
    ...(byHand.size > 0 ? [message] : []),
  ];
  await answer(to, lines.join('\n'));
}
