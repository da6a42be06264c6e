/** People are called by their names where the policy knows them, and never by what somebody else may be called. */
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { actorText } from '../../functions/words/people.ts';
import { withPolicy } from '../scenarios/house.ts';

test('an address has the name that the policy gives it; a tool’s account keeps its tool', () =>
  withPolicy(policy.people, { names: { 'sato@example.jp': '佐藤' } }, async () => {
    expect(actorText('sato@example.jp', undefined, 'ja')).toBe('佐藤');
    expect(actorText('mori@example.jp', undefined, 'ja')).toBe('mori@example.jp');
    expect(actorText('zendesk:9', 'sato@example.jp', 'ja')).toBe('sato@example.jp(Zendesk)');
    expect(actorText('local', undefined, 'en')).not.toBe('local');
    expect(actorText('constructor', undefined, 'en')).toBe('constructor');
  }));
