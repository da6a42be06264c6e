/** The form of a report, and the report: filed by the road of every other. */
import { resolveCustomers } from '../find/find-customers.ts';
import { readCustomers } from '../find/typed-customers.ts';
import { codeOf } from '../incidents/code.ts';
import { correctionChoices } from '../incidents/statements/corrections.ts';
import { fileReading } from '../intake/file-reading.ts';
import { readReport } from '../intake/read-report.ts';
import { now } from '../platform/clock.ts';
import { type Policy, policy } from '../policy.ts';
import { type Language, nameOf, say as write } from '../words/language.ts';
import { modalWords } from '../words/texts/slack.ts';
import type { Submission } from './act.ts';
import { answer } from './answer.ts';
import { type Content, chosenIn, textIn } from './form.ts';
import type { IdentifiedAct } from './identified-act.ts';
import { say } from './say.ts';

/** @param text of the message that it is about; blank for none */
export function reportContents(text: string, by: { language: Language; policy: Policy }): Content[] {
  const choices = (kind: string, field = kind) =>
    (correctionChoices[field] ?? []).map(
      (each) => [each, nameOf(kind, each, by.language, by.policy.customerLabel[by.language])] as const,
    );
  const words = (name: keyof typeof modalWords): string => write(by, modalWords[name]);
  const isOptional = true;
  return [
    { id: 'subject', kind: 'line', label: words('subject') },
    { id: 'ongoing', kind: 'one', label: words('ongoing'), choices: choices('ongoing'), initial: 'unknown' },
    { id: 'occurred', kind: 'number', label: words('occurred'), isOptional },
    {
      id: 'impact',
      kind: 'one',
      label: words('impact'),
      choices: choices('impact', 'impact.businessImpact'),
      isOptional,
    },
    { id: 'customer', kind: 'line', label: words('customer'), hint: words('customerHint'), isOptional },
    { id: 'description', kind: 'text', label: words('description'), initial: text, isOptional },
    { id: 'drill', kind: 'some', label: words('drill'), choices: [['yes', words('drillYes')]], isOptional },
  ];
}

export async function submitReport(identified: IdentifiedAct, submission: Submission): Promise<void> {
  const { act, actor, language, receivedAt, to } = identified;
  const minutes = textIn(submission, 'occurred')?.normalize('NFKC');
  const [customer] = await resolveCustomers(readCustomers(textIn(submission, 'customer')), policy);
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
    ...(customer ? { customer } : {}),
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
