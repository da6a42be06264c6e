/** Slack's signature: its own published example is taken, and nothing that differs from it in anything. */
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { refuseSignature } from '../../functions/slack/door.ts';

/** From Slack's page “Verifying requests from Slack”. */
const published = {
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  at: 1_531_420_618,
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
};

function judge(
  changed: Partial<{ secrets: string[]; at: string; signature: string; body: string; late: number }> = {},
) {
  const headers = {
    'x-slack-request-timestamp': changed.at ?? String(published.at),
    'x-slack-signature': changed.signature ?? published.signature,
  };
  const now = new Date((published.at + (changed.late ?? 0)) * 1_000);
  return refuseSignature(
    headers,
    Buffer.from(changed.body ?? published.body),
    changed.secrets ?? [published.secret],
    policy,
    now,
  );
}

describe('Slack’s own example', () => {
  test('is verified, and by either of two secrets while one replaces the other', () => {
    expect(judge()).toBeUndefined();
    expect(judge({ secrets: ['another', published.secret] })).toBeUndefined();
  });

  test('is good for five minutes, in both directions', () => {
    expect([judge({ late: 300 }), judge({ late: -300 })]).toEqual([undefined, undefined]);
    expect(judge({ late: 301 })).toMatch(/replay/);
    expect(judge({ late: -301 })).toMatch(/replay/);
  });

  test.each([
    ['another secret', { secrets: ['8f742231b10e8888abcd99yyyzzz85a6'] }],
    ['no secret', { secrets: [''] }],
    ['a byte more', { body: `${published.body}&` }],
    ['a byte less', { body: published.body.slice(0, -1) }],
    ['another user', { body: published.body.replace('U2CERLKJA', 'U2CERLKJB') }],
    ['another second', { at: String(published.at + 1) }],
    ['the same second written otherwise', { at: `0${published.at}` }],
    ['a time that is none', { at: 'now' }],
    ['upper-case hex', { signature: published.signature.toUpperCase().replace('V0', 'v0') }],
    ['another version', { signature: published.signature.replace('v0', 'v1') }],
    ['no version', { signature: published.signature.slice(3) }],
    ['a shorter signature', { signature: published.signature.slice(0, -1) }],
    ['no signature', { signature: '' }],
    ['an empty body', { body: '' }],
  ])('with %s is refused', (_, changed) => {
    expect(judge(changed)).toBeTypeOf('string');
  });
});
