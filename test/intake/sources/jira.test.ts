import { describe, expect, test } from 'vitest';
import { jira } from '../../../functions/intake/sources/jira.ts';
import { jiraEvent, jiraIssue } from '../../fixtures/tickets.ts';
import { ignoredOf, signalOf, unreadableOf } from './reading.ts';

const agent = { accountId: 'acc-9', displayName: '鈴木', accountType: 'atlassian' };
const comment = (author: Record<string, unknown>, fields: Record<string, unknown> = {}) => ({
  comment: { id: '1', body: '在庫を直しました。', created: '2026-11-24T10:01:00.000+0900', author, ...fields },
});
const changed = (...items: Record<string, unknown>[]) => ({ changelog: { id: '1', items } });

describe('an issue', () => {
  test('without the configured field its reporter is the customer', () => {
    expect(signalOf(jira, jiraEvent('jira:issue_created')).customer).toEqual({ id: 'acc-1', name: '佐藤' });
  });

  test('what is signed makes the signal’s id: an identifier beside it does not', () => {
    const body = jiraEvent('jira:issue_created');
    expect(signalOf(jira, body, undefined, 'w1').id).toBe(signalOf(jira, body, undefined, 'w2').id);
    expect(signalOf(jira, body).id).not.toBe(signalOf(jira, { ...body, timestamp: 1_795_482_000_999 }).id);
  });

  test('without an id it is unreadable', () => {
    expect(unreadableOf(jira, jiraEvent('jira:issue_created', { issue: {} })).errors[0]?.path).toBe('issue.id');
  });
});

describe('what happened', () => {
  // Outside of a service project Jira says of every comment that it is public.
  test.each([
    ['service_desk', 'agent-replied', 'customer-wrote'],
    ['software', 'noted', 'noted'],
    ['business', 'noted', 'noted'],
    ['product_discovery', 'noted', 'noted'],
    [undefined, 'noted', 'noted'],
  ])(
    'in a project of the type %s a public comment of an agent is %s, of the reporter %s',
    (type, ofAgent, ofReporter) => {
      const issue = jiraIssue({ project: { key: 'SUP', projectTypeKey: type } });
      const kindOf = (author: Record<string, unknown>) =>
        signalOf(jira, jiraEvent('comment_created', { issue, ...comment(author, { jsdPublic: true }) })).kind;
      expect([kindOf(agent), kindOf({ accountId: 'acc-1', accountType: 'atlassian' })]).toEqual([ofAgent, ofReporter]);
    },
  );

  test.each(['Status', 'status'])('a change of %s to done is the end, and from done a reopening', (field) => {
    const done = { status: { name: 'Done', statusCategory: { key: 'done' } } };
    const moved = (fields: Record<string, unknown>, from: string, to: string) =>
      signalOf(
        jira,
        jiraEvent('jira:issue_updated', {
          issue: jiraIssue(fields),
          ...changed({ field, fromString: from, toString: to }),
        }),
      ).kind;
    expect(moved(done, 'To Do', 'Done')).toBe('solved');
    expect(moved({}, 'Done', 'To Do')).toBe('reopened');
    expect(moved({}, 'To Do', 'In Progress')).toBe('noted');
  });

  test.each([
    [['summary'], 'stated'],
    [['description'], 'stated'],
    [['customfield_10050'], 'stated'],
    [['assignee'], 'noted'],
    [['labels'], 'noted'],
    [['labels', 'summary', 'priority'], 'stated'],
    [['labels', 'priority'], 'noted'],
    [[], 'noted'],
  ])('changed words are stated again, also beside other changes, which are noted: %j', (fields, kind) => {
    const items = fields.map((field) => ({ field, fieldId: field }));
    expect(signalOf(jira, jiraEvent('jira:issue_updated', changed(...items))).kind).toBe(kind);
  });

  test('sprints, worklogs and users are nothing', () => {
    for (const event of ['sprint_started', 'worklog_created', 'user_created', 'comment_deleted']) {
      expect(ignoredOf(jira, { webhookEvent: event, timestamp: 1 })).toBe(event);
    }
  });
});
