/** People's profiles in Slack, by its id of them or by their e-mail address: each is read once in a while. */
import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { isEmail } from '../../platform/email.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { milliseconds, policy } from '../../policy.ts';
import { askSlack, SlackFailure } from './client.ts';

/** A profile as Slack sends it. `is_stranger`: a member of a shared channel from another workspace. */
export type Profile = NonNullable<UsersInfoResponse['user']>;

const profiles = new PerEnvironment(() => new Map<string, { profile: Profile | undefined; at: number }>());
const mostProfiles = 5_000;
const isNobody = new Set(['user_not_found', 'user_not_visible', 'users_not_found']);

/** @returns undefined if Slack does not know the person. @throws SlackFailure if Slack does not answer */
export const profileOf = (user: string): Promise<Profile | undefined> =>
  recall(user, (client) => client.users.info({ user, include_locale: true }));

/** @returns undefined if the person is not in Slack or Slack does not answer: nothing waits for a name */
export async function memberOf(email: string): Promise<Profile | undefined> {
  if (!isEmail(email)) return undefined;
  return recall(email, (client) => client.users.lookupByEmail({ email })).catch(() => undefined);
}

/** What people call themselves in Slack, by their e-mail addresses. */
export async function namesOf(actors: readonly (string | undefined)[]): Promise<Map<string, string>> {
  const all = [...new Set(actors)].filter((each) => each !== undefined);
  const found = await Promise.all(all.map(async (each) => [each, await memberOf(each)] as const));
  const named = found.map(([actor, who]) => [actor, who?.profile?.real_name || who?.real_name] as const);
  return new Map(named.filter((each): each is [string, string] => each[1] !== undefined && each[1] !== ''));
}

async function recall(who: string, ask: (client: WebClient) => Promise<{ user?: Profile }>) {
  const key = `${readConfig().SLACK_API_URL ?? ''} ${who}`;
  const at = now().getTime();
  const known = profiles.get();
  const kept = known.get(key);
  if (kept && at - kept.at >= 0 && at - kept.at < milliseconds(policy.people.profileKeptFor)) return kept.profile;
  const { user: profile } = await askSlack(ask).catch((error) => {
    if (error instanceof SlackFailure && isNobody.has(error.reason)) return { user: undefined };
    throw error;
  });
  if (known.size >= mostProfiles) known.clear();
  known.set(key, { profile, at });
  return profile;
}
