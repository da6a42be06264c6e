/** The person who pressed is recorded: by the e-mail of their Slack profile. */
import { askSlack, SlackFailure } from '../outgoing/slack/client.ts';
import { profileOf } from '../outgoing/slack/profiles.ts';
import { readConfig } from '../platform/config.ts';
import { PerEnvironment } from '../platform/environment.ts';
import type { Policy } from '../policy.ts';
import type { Language } from '../words/language.ts';
import type { Act } from './act.ts';
import { type Judged, judgePerson } from './judge-person.ts';

export type Identified = Judged & { language: Language };

const teams = new PerEnvironment(() => new Map<string, string>());

/** @throws SlackFailure if Slack does not say */
export async function identify(person: Act['person'], policy: Policy): Promise<Identified> {
  const profile = await profileOf(person.user);
  const language: Language = languageOf(profile?.locale, policy);
  return { ...judgePerson(profile, person.teams, await ownTeam(), policy), language };
}

/** What is not Japanese is told in English; a profile that does not say, in the team's language. */
const languageOf = (locale: string | undefined, { language }: Policy): Language =>
  locale ? (locale.startsWith('ja') ? 'ja' : 'en') : language;

async function ownTeam(): Promise<string> {
  const key = `${readConfig().SLACK_API_URL ?? ''} ${readConfig().SLACK_BOT_TOKEN ?? ''}`;
  const known = teams.get().get(key);
  if (known) return known;
  const { team_id: team } = await askSlack((client) => client.auth.test());
  if (!team) throw new SlackFailure('no team', { isTemporary: true, mayBeDone: false });
  teams.get().set(key, team);
  return team;
}
