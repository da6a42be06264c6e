/** Files a report written in Slack like any other. */
import { codeOf } from '../incidents/incident.ts';
import { fileReport } from '../intake/file-report.ts';
import { now } from '../platform/clock.ts';
import { policy } from '../policy.ts';
import { nameFor } from '../words/language.ts';
import type { IdentifiedAct, Submission } from './act.ts';
import { answer } from './answer.ts';
import { blank, reportForm } from './forms.ts';
import { say } from './say.ts';
import { readFields } from './submit-form.ts';

export async function submitReport(identified: IdentifiedAct, submission: Submission): Promise<void> {
  const { act, actor, language, receivedAt, to } = identified;
  const given = await readFields(submission, reportForm, { ...blank, language, policy });
  const { occurred, impact: businessImpact, customer, ...rest } = given;
  const [named] = Array.isArray(customer) ? customer : [];
  const minutesAgo = (minutes: number): string => new Date(receivedAt.getTime() - minutes * 60_000).toISOString();
  const body = {
    ...rest,
    // Sent twice, it is one report.
    id: act.key,
    category: 'trouble',
    channel: 'slack',
    businessImpact,
    occurredAt: typeof occurred === 'number' ? minutesAgo(occurred) : undefined,
    customer: named,
    drill: given.drill === true,
  };
  const { incident } = (await fileReport(body, { tool: 'slack', actor, receivedAt, policy, now: now() })) ?? {};
  if (!incident) return;
  const title = incident.title || incident.id;
  const kind = nameFor({ language, policy }, 'kind', incident.kind);
  const words = incident.kind === 'incident' ? 'filed' : 'keptAs';
  await answer(to, say(words, language, { code: codeOf(incident.id), title, kind }));
}
