/** Who of Slack is one of ours, and what a press states of the incident as it is. */
import { describe, expect, test } from 'vitest';
import { codeOf, type Incident } from '../../functions/incidents/incident.ts';
import type { Profile } from '../../functions/outgoing/slack/profiles.ts';
import { policy } from '../../functions/policy.ts';
import { judgePerson } from '../../functions/slack/judge-person.ts';
import { decideModal, decidePress } from '../../functions/slack/press.ts';

const member: Profile = { team_id: 'T1', is_bot: false, profile: { email: 'Tanaka@Example.jp' } };
const withEmail = (email: string): Profile => ({ ...member, profile: { email } });
const withDomains = (...domains: string[]) => ({ ...policy, people: { ...policy.people, domains } });

describe('a person', () => {
  test('is who a member’s e-mail says, in small letters', () => {
    expect(judgePerson(member, ['T1'], 'T1', policy)).toEqual({ email: 'tanaka@example.jp' });
    expect(judgePerson(member, [], 'T1', policy)).toEqual({ email: 'tanaka@example.jp' });
    // What looks like it is no address of anybody's.
    for (const email of ['tanaka\u200B@example.jp', 'tan\u0430ka@example.jp', 'tanaka@example.jp\u2060']) {
      expect(judgePerson({ ...member, profile: { email } }, [], 'T1', policy)).toEqual({ why: 'email' });
    }
    expect(judgePerson({ profile: { email: ' a@b.jp ' } }, ['T1'], 'T1', policy)).toEqual({ email: 'a@b.jp' });
    const longest = `${'a'.repeat(309)}@example.jp`;
    expect(judgePerson(withEmail(longest), ['T1'], 'T1', policy)).toEqual({ email: longest });
  });

  test.each<[string, Profile | undefined, string[], string]>([
    ['acts in another workspace', member, ['T1', 'T2'], 'team'],
    ['belongs to another workspace', { ...member, team_id: 'T2' }, ['T1'], 'team'],
    ['is a stranger of a shared channel', { ...member, is_stranger: true }, ['T1'], 'team'],
    ['is deactivated', { ...member, deleted: true }, ['T1'], 'deleted'],
    ['is a bot', { ...member, is_bot: true }, ['T1'], 'bot'],
    ['is an app', { ...member, is_app_user: true }, ['T1'], 'bot'],
    ['is a guest', { ...member, is_restricted: true }, ['T1'], 'guest'],
    ['is a guest of one channel', { ...member, is_ultra_restricted: true }, ['T1'], 'guest'],
    ['has not confirmed the e-mail', { ...member, is_email_confirmed: false }, ['T1'], 'email'],
    ['has no e-mail', { ...member, profile: {} }, ['T1'], 'email'],
    ['says nothing of themselves', { team_id: 'T1' }, ['T1'], 'email'],
    ['has words before the e-mail', withEmail('to a@example.jp'), ['T1'], 'email'],
    ['has words after the e-mail', withEmail('a@example.jp please'), ['T1'], 'email'],
    ['has an e-mail that is too long', withEmail(`${'a'.repeat(310)}@example.jp`), ['T1'], 'email'],
    ['is not known to Slack', undefined, ['T1'], 'unknown'],
  ])('who %s is nobody of ours', (_, profile, teams, why) => {
    expect(judgePerson(profile, teams, 'T1', policy)).toEqual({ why });
  });

  test('is of the policy’s domains, where it names some', () => {
    expect(judgePerson(member, ['T1'], 'T1', withDomains('acme.example', '@EXAMPLE.jp'))).toHaveProperty('email');
    expect(judgePerson(member, ['T1'], 'T1', withDomains('ample.jp', 'ex@ample.jp'))).toEqual({ why: 'domain' });
  });
});

const id = 'inc_000000000000000000000001';
const now = new Date('2026-11-24T10:00:00Z');
const incident = (more: Partial<Incident> = {}) =>
  ({ id, kind: 'incident', status: 'open', filedAt: now, ...more }) as Incident;
const by = { actor: 'a@example.jp', now, pressedAt: now, policy, confirmedAt: undefined };
const code = codeOf(id);

describe('a press', () => {
  test('takes what nobody has; who has it, and what another has, is answered', () => {
    expect(decidePress(incident(), 'take', by)).toEqual({ statement: { type: 'assigned', assignee: by.actor } });
    expect(decidePress(incident({ assignee: by.actor }), 'take', by)).toMatchObject({
      reply: { words: 'alreadyYours' },
    });
    const taken = incident({ assignee: 'b@example.jp' });
    expect(decidePress(taken, 'take', by)).toEqual({
      reply: { words: 'alreadyTaken', given: { code, who: 'b@example.jp' } },
    });
    expect(decidePress(taken, 'take-over', by)).toHaveProperty('statement.assignee', by.actor);
  });

  test('confirms once within minutes, and again when something else was said or time has passed', () => {
    const confirmed = incident({ happened: 'yes', ongoing: 'yes' });
    const ago = (ms: number) => ({ ...by, confirmedAt: new Date(now.getTime() - ms) });
    expect(decidePress(confirmed, 'happens', ago(120_000))).toMatchObject({ reply: { words: 'alreadyConfirmed' } });
    expect(decidePress(confirmed, 'happens', ago(120_001))).toHaveProperty('statement');
    expect(decidePress(confirmed, 'happens', by)).toHaveProperty('statement');
    // Both were pressed at once, and the second is worked on an hour later.
    const late = { ...ago(0), now: new Date(now.getTime() + 3_600_000) };
    expect(decidePress(confirmed, 'happens', late)).toMatchObject({ reply: { words: 'alreadyConfirmed' } });
    for (const since of [
      { happened: 'yes', ongoing: 'no' },
      { happened: 'no', ongoing: 'yes' },
    ] as const) {
      expect(decidePress(incident(since), 'happens', ago(0))).toEqual({
        statement: { type: 'verified', happened: 'yes', ongoing: 'yes' },
      });
    }
  });

  test('on an old card of what is over states nothing; on a new one it opens it again', () => {
    const recoveredAt = new Date(now.getTime() - 60_000);
    const recovered = incident({ status: 'recovered', recoveredAt });
    for (const action of ['happens', 'recover', 'snooze'] as const) {
      expect(decidePress(recovered, action, by)).toEqual({
        reply: { words: 'alreadyRecovered', given: { code, at: recoveredAt } },
      });
      expect(decidePress(incident({ status: 'not-occurring' }), action, by)).toMatchObject({
        reply: { words: 'notOccurring' },
      });
    }
    expect(decidePress(recovered, 'happens-again', by)).toHaveProperty('statement.ongoing', 'yes');
    // Said a moment before it was over, it is said again; said since it is ongoing again, it is known.
    const said = { happened: 'yes', ongoing: 'yes' } as const;
    const just = { ...by, confirmedAt: now };
    expect(decidePress({ ...recovered, ...said }, 'happens-again', just)).toHaveProperty('statement.ongoing', 'yes');
    expect(decidePress(incident(said), 'happens-again', just)).toMatchObject({ reply: { words: 'alreadyConfirmed' } });
    expect(decidePress(incident(), 'snooze', by)).toEqual({ statement: { type: 'snoozed' } });
    expect(decidePress(incident(), 'recover', by)).toEqual({ statement: { type: 'recovered', customers: 'all' } });
  });

  test('on what is linked names where to; on what is no incident says so', () => {
    const linked = incident({ status: 'linked', linkedTo: 'inc_2' });
    for (const action of ['take', 'take-over', 'happens', 'happens-again', 'recover', 'snooze'] as const) {
      expect(decidePress(linked, action, by)).toEqual({
        reply: { words: 'linked', given: { code, to: codeOf('inc_2') } },
      });
      expect(decidePress(incident({ kind: 'question' }), action, by)).toMatchObject({ reply: { words: 'noIncident' } });
    }
    expect(decideModal(linked)).toMatchObject({ words: 'linked' });
    expect(decideModal(incident({ kind: 'outside' }))).toMatchObject({ words: 'noIncident' });
    expect(decideModal(incident({ status: 'recovered' }))).toBeUndefined();
  });
});
