/** Where presses are answered: at Slack's own addresses, and at no other that a payload names. */
import { afterEach, expect, test } from 'vitest';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { mayAnswerAt } from '../../functions/slack/answer.ts';

afterEach(() => handEnvironments(undefined));

test.each([
  ['https://hooks.slack.com/actions/T1/2/3', undefined, true],
  ['http://hooks.slack.com/actions/T1/2/3', undefined, false],
  ['https://hooks.slack.com:8443/actions', undefined, false],
  ['https://hooks.slack.com.evil.example/actions', undefined, false],
  ['https://evil-hooks.slack.com/actions', undefined, false],
  ['https://hooks.slack.com@evil.example/actions', undefined, false],
  ['https://slack.com/api/', undefined, false],
  ['https://slack.com/api/', 'https://slack.com/api/', false],
  ['no address', undefined, false],
  ['http://127.0.0.1:9000/responses/1', 'http://127.0.0.1:9000/api/', true],
  ['http://127.0.0.1:9001/responses/1', 'http://127.0.0.1:9000/api/', false],
  ['https://127.0.0.1:9000/responses/1', 'http://127.0.0.1:9000/api/', false],
])('%s, with SLACK_API_URL %s: %s', (address, SLACK_API_URL, expected) => {
  handEnvironments({ functions: {}, owner: { SLACK_API_URL } });
  expect(mayAnswerAt(address)).toBe(expected);
});
