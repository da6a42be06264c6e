/** Table L for each tool, and through each door: the same rows, whichever of them a later report comes by. */
import { beforeAll, describe, expect, test } from 'vitest';
import { incidentRef } from '../../functions/platform/firestore.ts';
import { thresholdAlert } from '../fixtures/alerts.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import {
  freshdeskBody,
  intercomNotification,
  intercomPart,
  intercomTicket,
  jiraEvent,
  jiraIssue,
  zendeskComment,
  zendeskTrigger,
} from '../fixtures/tickets.ts';
import { type Reply, useScenario } from './house.ts';
import { ticketDoors } from './ticket-doors.ts';

const scenario = useScenario('2026-11-24T01:00:00Z', { environment: toolSecrets });
let send: ReturnType<typeof ticketDoors>;
beforeAll(async () => {
  send = ticketDoors(scenario);
});

type Body = Record<string, unknown>;
/** What a report says, in the fields of the generic ticket. */
interface Report {
  title?: string;
  businessImpact?: string;
  ongoing?: string;
}

/** How a tool tells of a report, and of a customer's message; each call is another event of the tool. */
interface Teller {
  post(body: unknown): Promise<Reply>;
  report(id: string, said: Report): unknown;
  wrote?(id: string, message: string): unknown;
}

let events = 0;
const eventId = (): string => {
  events += 1;
  return `event-${events}`;
};

const tellers: Record<string, Teller> = {
  generic: {
    post: (body) => scenario.ticket(body as Body),
    report: (id, { title, ...said }) => ({ id, subject: title, customer: { id: `store-${id}` }, ...said }),
  },
  zendesk: {
    post: (body) => send.filed('zendesk', body),
    report: (id, { title, ...said }) =>
      zendeskTrigger({ event: 'updated', ticket_id: id, ticket_title: title, affectedCustomers: '', ...said }),
    wrote: (id, message) => {
      const comment = zendeskComment({ id: '7001', is_staff: false }, true, message);
      return { ...comment, id: eventId(), subject: `zen:ticket:${id}`, detail: { ...comment.detail, id } };
    },
  },
  intercom: {
    post: (body) => send.filed('intercom', body),
    report: (id, { title, ...said }) => {
      const ticket = intercomTicket({ id, ticket_attributes: { _default_title_: title, ...said } });
      return intercomNotification('ticket.attribute.updated', ticket, eventId());
    },
    wrote: (id, message) => {
      const part = intercomPart({ type: 'user', id: 'c0ffee' }, { id: eventId(), body: message });
      const item = { ticket: intercomTicket({ id }), ticket_part: part };
      return intercomNotification('ticket.contact.replied', item, eventId());
    },
  },
  freshdesk: {
    post: (body) => send.filed('freshdesk', body),
    report: (id, { title, ...said }) =>
      freshdeskBody({ triggered_event: '{subject:updated}', ticket_id: id, ticket_subject: title, ...said }),
    wrote: (id, message) => freshdeskBody({ triggered_event: '{customer_reply:true}', ticket_id: id, message }),
  },
  jira: {
    post: (body) => send.filed('jira', body),
    report: (id, { title, ...said }) => {
      events += 1;
      const issue = jiraIssue({ summary: title }, { id });
      const changelog = { items: [{ field: 'summary' }] };
      return jiraEvent('jira:issue_updated', {
        timestamp: 1_795_482_000_000 + events,
        issue,
        changelog,
        metronome: said,
      });
    },
    wrote: (id, message) => {
      const author = { accountId: 'acc-1', accountType: 'customer' };
      const comment = { id: eventId(), author, body: message, jsdPublic: true };
      return jiraEvent('comment_created', {
        timestamp: 1_795_482_000_000 + events,
        issue: jiraIssue({}, { id }),
        comment,
      });
    },
  },
  // An open alert means that it is ongoing, and its title is its policy's.
  monitoring: {
    post: (body) => scenario.alert(body),
    report: (id, { businessImpact }) =>
      thresholdAlert({
        id,
        policy: id,
        labels: { customer: `store-${id}`, ...(businessImpact ? { 'business-impact': businessImpact } : {}) },
      }),
  },
};

const topics: Record<string, string> = { generic: 'ticket-notifications', monitoring: 'alert-notifications' };
const failing = (code: string) => scenario.house.cloud.faults.add({ target: 'firestore.Commit', effect: 'fail', code });

/** A webhook; a message of Pub/Sub, by the tool's topic or after Firestore refused it at the door; a body that waited in quarantine. */
const doors: Record<string, (tool: string, body: unknown) => Promise<unknown>> = {
  webhook: async (tool, body) => expect((await tellers[tool]?.post(body))?.status).toBeLessThan(202),
  'event door': async (tool, body) => {
    const topic = topics[tool];
    if (topic) await scenario.publish(topic, body);
    else {
      failing('PERMISSION_DENIED');
      expect((await tellers[tool]?.post(body))?.body).toEqual({ accepted: true });
    }
    await scenario.advance('PT0S');
  },
  replay: async (tool, body) => {
    failing('INVALID_ARGUMENT');
    const reply = await tellers[tool]?.post(body);
    expect(reply?.status === 422 || reply?.body.quarantined).toBe(true);
    const { quarantine } = (await scenario.get('/api/quarantine')).body;
    const entry = quarantine.find((each: Body) => each.state === 'open');
    expect((await scenario.post(`/api/quarantine/${entry.id}/replay`, {})).status).toBeLessThan(300);
  },
};

const told = ['incident-filed', 'reopened', 'recovery-questioned', 'reported-worse', 'customer-wrote'];

describe.each(Object.keys(doors))('through the %s', (door) => {
  // What a tool says is read by the same code behind each door: the others show it of a tool with a topic, and of one without.
  const names = door === 'webhook' ? Object.keys(tellers) : ['generic', 'zendesk', 'monitoring'];
  const writing = names.filter((name) => tellers[name]?.wrote);
  /** The record of each tool. */
  const records = new Map<string, string>();
  const ticketOf = (tool: string): string => `${tool}-${door.replace(' ', '-')}`;
  const by = async <T>(
    tools: readonly string[],
    find: (tool: string) => Promise<T> | T,
  ): Promise<Record<string, T>> => {
    const found = await Promise.all(tools.map(async (tool) => [tool, await find(tool)] as const));
    return Object.fromEntries(found);
  };
  const all = <T>(tools: readonly string[], value: T): Record<string, T> =>
    Object.fromEntries(tools.map((tool) => [tool, value]));
  const read = async (tool: string) => (await scenario.get(`/api/incidents/${records.get(tool)}`)).body;
  const state = (tool: string, statement: Body) =>
    scenario.post(`/api/incidents/${records.get(tool)}/events`, statement);
  const stateAll = (statement: Body) => by(names, (tool) => state(tool, statement));

  /** Each of the tools tells of something, one after another. @returns what is announced of each by that */
  async function tell(tools: readonly string[], body: (tool: string) => unknown): Promise<Record<string, string[]>> {
    const before = new Set((await scenario.inbox()).map(({ id }) => id));
    for (const tool of tools) await doors[door]?.(tool, body(tool));
    await scenario.advance('PT2M');
    const notices = (await scenario.inbox()).filter(({ id, kind }) => !before.has(id) && told.includes(kind));
    if (records.size === 0) {
      const { incidents } = (await scenario.get('/api/incidents?limit=200')).body;
      for (const { id, origin } of incidents) {
        const tool = tools.find((each) => origin.id.endsWith(ticketOf(each)));
        if (tool) records.set(tool, id);
      }
    }
    return by(tools, (tool) => notices.filter((each) => each.incidentId === records.get(tool)).map(({ kind }) => kind));
  }
  const reported = (said: Report) => tell(names, (tool) => tellers[tool]?.report(ticketOf(tool), said));
  const wrote = (message: string) => tell(writing, (tool) => tellers[tool]?.wrote?.(ticketOf(tool), message));
  const marked = () =>
    by(writing, async (tool) => (await incidentRef(records.get(tool) ?? '').get()).get('unanswered')?.length ?? 0);

  const first = { title: '注文が通らない', businessImpact: 'inconvenient', ongoing: 'yes' };
  test('all rows', async () => {
    expect(await reported(first)).toEqual(all(names, ['incident-filed']));
    // The same once more is another report by then, and says nothing new.
    await scenario.advance('PT11M');
    expect(await reported(first)).toEqual(all(names, []));
    // Worse than a report had said: taken, and told.
    const degraded = { ...first, businessImpact: 'degraded' };
    expect(await reported(degraded)).toEqual(all(names, ['reported-worse']));
    expect(await by(names, async (tool) => (await read(tool)).impact.businessImpact)).toEqual(all(names, 'degraded'));
    // Worse than a person has stated: theirs stays, and it is told.
    await stateAll({ type: 'corrected', field: 'businessImpact', value: 'none' });
    const stopped = { ...first, businessImpact: 'stopped' };
    expect(await reported(stopped)).toEqual(all(names, ['reported-worse']));
    expect(await by(names, async (tool) => (await read(tool)).impact.businessImpact)).toEqual(all(names, 'none'));
    // A customer writes, and is marked until they are updated.
    expect(await wrote('まだ使えません')).toEqual(all(writing, ['customer-wrote']));
    expect(await marked()).toEqual(all(writing, 1));
    await stateAll({ type: 'customer-updated', customers: 'all', message: '復旧しました', recovery: true });
    expect(await marked()).toEqual(all(writing, 0));
    await scenario.advance('PT11M');
    // After the recovery, in the same words: the recovery is questioned.
    expect(await wrote('まだ使えません')).toEqual(all(writing, ['recovery-questioned']));
    expect(await marked()).toEqual(all(writing, 1));
    // It has stopped again.
    expect(await reported({ ...stopped, title: 'また止まった' })).toEqual(all(names, ['reopened']));
    expect(await by(names, async (tool) => (await read(tool)).status)).toEqual(all(names, 'open'));
    // What was not found to occur is open again by any report.
    await stateAll({ type: 'verified', happened: 'no', method: 'ログ', evidenceUrl: 'https://logs.example/1' });
    await scenario.advance('PT11M');
    expect(await reported({ ...stopped, title: 'また止まった' })).toEqual(all(names, ['reopened']));
    expect(await by(names, async (tool) => (await read(tool)).status)).toEqual(all(names, 'open'));
    await stateAll({ type: 'recovered', customers: 'all' });
  });
});
