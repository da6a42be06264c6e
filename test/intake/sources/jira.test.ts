import { describe, expect, test } from 'vitest';
import { jira } from '../../../functions/intake/sources/jira.ts';
import { jiraEvent, jiraIssue } from '../../fixtures/tickets.ts';
import { configWith, ignoredOf, signalOf, unreadableOf } from './reading.ts';

const agent = { accountId: 'acc-9', displayName: '鈴木', accountType: 'atlassian' };
const comment = (author: Record<string, unknown>, fields: Record<string, unknown> = {}) => ({
  comment: { id: '1', body: '在庫を直しました。', created: '2026-11-24T10:01:00.000+0900', author, ...fields },
});
const changed = (...items: Record<string, unknown>[]) => ({ changelog: { id: '1', items } });

describe('an issue', () => {
  test('is read with its key shown and its id kept, its offset without a colon, its description null', () => {
    const signal = signalOf(
      jira,
      jiraEvent('jira:issue_created'),
      configWith({ JIRA_CUSTOMER_FIELD: 'customfield_10050' }),
    );
    expect(signal).toMatchObject({
      sourceId: '20500',
      kind: 'stated',
      title: '在庫が合わない',
      url: 'https://acme.atlassian.net/browse/SUP-31',
      form: 'Incident',
      area: 'inventory',
      tags: ['stock'],
      customer: { id: 'store-12' },
      reportedAt: new Date('2026-11-24T00:58:30Z'),
    });
    expect(signal).not.toHaveProperty('description');
  });

  test('was reported when it was created; where that is not said, its first event says so and no other', () => {
    const issue = jiraIssue({ created: undefined });
    expect(signalOf(jira, jiraEvent('jira:issue_created', { issue })).reportedAt).toEqual(new Date(1_795_482_000_123));
    expect(signalOf(jira, jiraEvent('jira:issue_updated', { issue }))).not.toHaveProperty('reportedAt');
    expect(signalOf(jira, jiraEvent('jira:issue_updated')).reportedAt).toEqual(new Date('2026-11-24T00:58:30Z'));
  });

  test('without the configured field its reporter is the customer', () => {
    expect(signalOf(jira, jiraEvent('jira:issue_created')).customer).toEqual({ id: 'acc-1', name: '佐藤' });
  });

  test('a description may be a document of nodes', () => {
    const description = {
      type: 'doc',
      version: 1,
      content: [
        {
          type: 'paragraph',
          content: [
            { type: 'text', text: '棚卸しで ' },
            { type: 'text', text: '3 個' },
          ],
        },
        { type: 'paragraph', content: [{ type: 'text', text: '足りない' }] },
      ],
    };
    expect(signalOf(jira, jiraEvent('jira:issue_created', { issue: jiraIssue({ description }) })).description).toBe(
      '棚卸しで 3 個\n足りない',
    );
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
  test.each([
    ['an agent, in public', agent, { jsdPublic: true }, 'agent-replied'],
    ['an agent, internally', agent, { jsdPublic: false }, 'noted'],
    ['somebody, where nothing is public', agent, {}, 'noted'],
    ['a portal customer', { accountId: 'c', accountType: 'customer' }, { jsdPublic: true }, 'customer-wrote'],
    ['the reporter', { accountId: 'acc-1', accountType: 'atlassian' }, { jsdPublic: true }, 'customer-wrote'],
    ['the reporter, internally', { accountId: 'acc-1', accountType: 'atlassian' }, { jsdPublic: false }, 'noted'],
    ['an automation', { accountId: 'bot', accountType: 'app' }, { jsdPublic: true }, 'noted'],
  ])('a comment of %s', (_, author, fields, kind) => {
    const signal = signalOf(jira, jiraEvent('comment_created', comment(author, fields)));
    expect(signal).toMatchObject({ kind, message: '在庫を直しました。', happenedAt: new Date('2026-11-24T01:01:00Z') });
    const { agent: actor, agentName } = signal;
    const named = 'displayName' in author ? author.displayName : undefined;
    expect([actor, agentName]).toEqual(
      kind === 'customer-wrote' ? [undefined, undefined] : [`jira:${author.accountId}`, named],
    );
  });

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

  test('a comment event whose issue has no reporter is read', () => {
    const project = { key: 'SUP', projectTypeKey: 'service_desk' };
    const issue = { id: '20500', key: 'SUP-31', fields: { summary: 'x', project } };
    expect(signalOf(jira, jiraEvent('comment_created', { issue, ...comment(agent, { jsdPublic: true }) })).kind).toBe(
      'agent-replied',
    );
  });

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

  test('a changelog item without toString has none, not the method of every object', () => {
    const item = { field: 'status', fromString: 'x' };
    const issue = jiraIssue({ status: null });
    expect(signalOf(jira, jiraEvent('jira:issue_updated', { issue, ...changed(item) })).kind).toBe('noted');
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

  test('deleted is an end; sprints, worklogs and users are nothing', () => {
    expect(signalOf(jira, jiraEvent('jira:issue_deleted')).kind).toBe('solved');
    for (const event of ['sprint_started', 'worklog_created', 'user_created', 'comment_deleted']) {
      expect(ignoredOf(jira, { webhookEvent: event, timestamp: 1 })).toBe(event);
    }
  });
});
