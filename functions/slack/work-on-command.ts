/** `/metronome`: report an incident, find incidents, and list mine. */
import { findIncidents } from '../find/find-incidents.ts';
import { type Loaded, loadIncident } from '../find/read-incident.ts';
import { codeOf, type Incident } from '../incidents/incident.ts';
import { type Content, cutTo, escapeMarks, fitting, linkTo, mrkdwn, sectionsOf } from '../outgoing/slack/blocks.ts';
import { composeCard } from '../outgoing/slack/show-card.ts';
import { readConfig } from '../platform/config.ts';
import { allOf, collections, firestore } from '../platform/firestore.ts';
import { policy } from '../policy.ts';
import { type Language, nameFor } from '../words/language.ts';
import type { Command, IdentifiedAct } from './act.ts';
import { answer } from './answer.ts';
import { commandIn } from './meaning.ts';
import { say } from './say.ts';

/** Enough for a glance; the console has the rest. */
const mostShown = 10;

export async function workOnCommand(identified: IdentifiedAct, { text }: Command): Promise<void> {
  const { language, to } = identified;
  const asked = commandIn(text);
  switch (asked.kind) {
    // It opens a form.
    case 'report':
      return;
    case 'help':
      return answer(to, { text: say('help', language), blocks: sectionsOf(say('help', language)) });
    case 'mine':
      return answer(to, await mine(identified));
    case 'find':
      return answer(to, await found(asked.text, language));
  }
}

async function mine({ actor, language }: IdentifiedAct): Promise<Content> {
  const own = firestore().collection(collections.incidents).where('assignee', '==', actor);
  const open = own.where('status', '==', 'open').limit(mostShown + 1);
  const all = allOf<Incident>(await open.get());
  const words = all.length === 0 ? 'nothingMine' : 'mine';
  return listOf(say(words, language, { n: Math.min(all.length, mostShown) }), all, language);
}

async function found(q: string, language: Language): Promise<Content> {
  const { incidents, incomplete } = await findIncidents(q, policy);
  const [only] = incidents;
  // The one that was meant, with its buttons.
  if (only && incidents.length === 1 && !incomplete)
    return composeCard((await loadIncident(only.id)) as Loaded, language);
  const given = { q: cutTo(q, 100), n: Math.min(incidents.length, mostShown) };
  const heading = say(only ? 'found' : 'nothingFound', language, given);
  return listOf(heading, incidents, language, incomplete === true);
}

function listOf(heading: string, incidents: readonly Incident[], language: Language, isMore = false): Content {
  const { CONSOLE_URL: consoleUrl } = readConfig();
  const line = (incident: Incident): string => {
    const code = codeOf(incident.id);
    const link = consoleUrl ? linkTo(`${consoleUrl}/incidents/${incident.id}`, code) : undefined;
    const status = nameFor({ language, policy }, 'status', incident.status);
    return `${link ?? code} ${escapeMarks(cutTo(incident.title.replace(/\s+/g, ' ') || incident.id, 150))} (${status})`;
  };
  const lines = incidents.slice(0, mostShown).map(line);
  const hasMore = isMore || incidents.length > mostShown;
  const text = [escapeMarks(heading), ...lines, ...(hasMore ? [say('more', language)] : [])].join('\n');
  const sections = text.split('\n').map((each) => ({ type: 'section' as const, text: mrkdwn(each) }));
  return { text: escapeMarks(heading), blocks: fitting(sections, []) };
}
