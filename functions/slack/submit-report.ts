/** A report that was written in Slack is filed by the road of every other. */
import { codeOf } from '../incidents/code.ts';
import { fileReading } from '../intake/file-reading.ts';
import { readReport } from '../intake/read-report.ts';
import { now } from '../platform/clock.ts';
import { policy } from '../policy.ts';
import { nameOf } from '../words/language.ts';
import type { Submission } from './act.ts';
import { answer } from './answer.ts';
import type { IdentifiedAct } from './identified-act.ts';
import { chosenIn, textIn } from './modals.ts';
import { say } from './say.ts';

export async function submitReport(identified: IdentifiedAct, submission: Submission): Promise<void> {
  const { act, actor, language, receivedAt, to } = identified;
  const minutes = textIn(submission, 'occurred')?.normalize('NFKC');
  const [id = '', ...name] = (textIn(submission, 'customer') ?? '').split(/[\s,、\u3000]+/);
  const body = {
    // Sent twice, it is one report.
    id: act.key,
    subject: textIn(submission, 'subject'),
    description: textIn(submission, 'description'),
    category: 'trouble',
    channel: 'slack',
    ongoing: chosenIn(submission, 'ongoing')[0] ?? 'unknown',
    businessImpact: chosenIn(submission, 'impact')[0],
    ...(minutes ? { occurredAt: new Date(receivedAt.getTime() - Number(minutes) * 60_000).toISOString() } : {}),
    ...(id ? { customer: { id, ...(name.length > 0 ? { name: name.join(' ') } : {}) } } : {}),
    drill: chosenIn(submission, 'drill').includes('yes'),
  };
  const { signal, bytes } = readReport(body, { tool: 'slack', actor, receivedAt, policy });
  const raw = { bytes, contentType: 'application/json', receivedAt };
  const filing = await fileReading({ signal }, 'slack', raw, policy, now());
  if (!filing) return;
  const { incident } = filing;
  const title = incident.title || incident.id;
  const kind = nameOf('kind', incident.kind, language, policy.customerLabel[language]);
  const words = incident.kind === 'incident' ? 'filed' : 'keptAs';
  await answer(to, say(words, language, { code: codeOf(incident.id), title, kind }));
}
