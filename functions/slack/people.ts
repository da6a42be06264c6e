/** Who pressed is who states: by the e-mail of their Slack profile. */
import { askSlack, SlackFailure } from '../outgoing/slack/client.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { milliseconds, type Policy } from '../policy.ts';
import type { Language } from '../words/language.ts';
import type { Person } from './act.ts';
import { type Judged, judgePerson, type Profile } from './judge-person.ts';

export type Identified = Judged & { language: Language };

/** Profiles that were read lately. A restart reads them anew. */
const profiles = new PerEnvironment(() => new Map<string, { profile: Profile | undefined; at: number }>());
const mostProfiles = 5_000;
const teams = new PerEnvironment(() => new Map<string, string>());

/** @throws SlackFailure where Slack does not say */
export async function identify(person: Person, policy: Policy): Promise<Identified> {
  const profile = await profileOf(person.user, policy);
  const language: Language = !profile?.locale || profile.locale.startsWith('ja') ? 'ja' : 'en';
  return { ...judgePerson(profile, person.teams, await ownTeam(), policy), language };
}

/** @returns undefined for who is not known to Slack */
async function profileOf(user: string, policy: Policy): Promise<Profile | undefined> {
  const key = `${readConfig().SLACK_API_URL ?? ''} ${user}`;
  const at = now().getTime();
  const known = profiles.get();
  const kept = known.get(key);
  if (kept && at - kept.at >= 0 && at - kept.at < milliseconds(policy.people.profileKeptFor)) return kept.profile;
  const profile = await readProfile(user);
  if (known.size >= mostProfiles) known.clear();
  known.set(key, { profile, at });
  return profile;
}

async function readProfile(user: string): Promise<Profile | undefined> {
  try {
    const answer = await askSlack((client) => client.users.info({ user, include_locale: true }));
    return answer.user as Profile;
  } catch (error) {
    if (error instanceof SlackFailure && ['user_not_found', 'user_not_visible'].includes(error.reason))
      return undefined;
    throw error;
  }
}

/** The workspace that the token belongs to. */
async function ownTeam(): Promise<string> {
  const key = `${readConfig().SLACK_API_URL ?? ''} ${readConfig().SLACK_BOT_TOKEN ?? ''}`;
  const known = teams.get().get(key);
  if (known) return known;
  const { team_id: team } = await askSlack((client) => client.auth.test());
  if (!team) throw new SlackFailure('no team', { isTemporary: true, mayBeDone: false });
  teams.get().set(key, team);
  return team;
}
