/** Whether a Slack user is one of our people, and their email address. Pure. */
import type { Profile } from '../outgoing/slack/profiles.ts';
import { isEmail } from '../platform/email.ts';
import type { Policy } from '../policy.ts';

export type Judged = { email: string } | { why: 'team' | 'bot' | 'guest' | 'deleted' | 'email' | 'domain' | 'unknown' };

/** @param actingIn the workspaces that what they sent names */
export function judgePerson(
  profile: Profile | undefined,
  actingIn: readonly string[],
  ownTeam: string,
  policy: Policy,
): Judged {
  if (actingIn.some((each) => each !== ownTeam)) return { why: 'team' };
  if (!profile) return { why: 'unknown' };
  if (profile.is_stranger || (profile.team_id !== undefined && profile.team_id !== ownTeam)) return { why: 'team' };
  if (profile.deleted) return { why: 'deleted' };
  if (profile.is_bot || profile.is_app_user) return { why: 'bot' };
  if (profile.is_restricted || profile.is_ultra_restricted) return { why: 'guest' };
  const email = profile.profile?.email?.trim().toLowerCase() ?? '';
  if (!isEmail(email) || profile.is_email_confirmed === false) return { why: 'email' };
  const { domains } = policy.people;
  const domain = email.split('@')[1] ?? '';
  const isOurs = domains.length === 0 || domains.some((each) => each.toLowerCase().replace(/^@/, '') === domain);
  return isOurs ? { email } : { why: 'domain' };
}
