/** Records what a person states of an incident, and has what shows it follow: the week's draft, the cards in Slack, and customers' pages. */
import { resolveIncident } from './find/read-incident.ts';
import { settleSameness } from './find/sameness.ts';
import type { Context } from './incidents/facts/decision.ts';
import type { Incident } from './incidents/incident.ts';
import type { Recorded } from './incidents/record/commit.ts';
import { recordStatement } from './incidents/statements/record-event.ts';
import type { Statement } from './incidents/statements/statement-schemas.ts';
import { followOnCards } from './outgoing/slack/edit-cards.ts';
import { wakeDraft } from './postmortems/assemble.ts';
import { askToPublish } from './published/ask-to-publish.ts';

/** @throws Problem 404, 409, 412 or 422 */
export async function recordFact(id: string, said: Statement, by: Context): Promise<Recorded> {
  const statement = said.type === 'linked' ? { ...said, to: await resolveIncident(said.to) } : said;
  const recorded = await recordStatement(id, statement, by);
  if (recorded.primary) await settleSameness([recorded.incident, recorded.primary], by);
  await followUp(recorded.incident, by);
  return recorded;
}

/** What follows from a statement; to be called again where it is unknown whether it was done. Never throws. */
export async function followUp(incident: Incident, { policy, now }: Pick<Context, 'policy' | 'now'>): Promise<void> {
  await wakeDraft(incident, policy, now);
  await followOnCards(incident);
  await askToPublish();
}
