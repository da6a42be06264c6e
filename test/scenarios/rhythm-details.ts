/** How scenarios of the rhythm read what the responders were told. Times are those of the policy's zone. */
import type { Scenario } from './house.ts';

/** `24 10:10 update-due`, one a message, oldest first. */
export async function told(scenario: Scenario, incidentId?: string): Promise<string[]> {
  const messages = await scenario.inbox();
  return messages
    .filter((each) => incidentId === undefined || each.incidentId === incidentId)
    .map((each) => `${local(each.deliveredAt)} ${each.kind}`);
}

export function local(time: string): string {
  return new Date(Date.parse(time) + 9 * 3_600_000).toISOString().slice(8, 16).replace('T', ' ');
}

/** @throws Error with the answer when it is not recorded */
export async function state(scenario: Scenario, id: string, event: Record<string, unknown>): Promise<void> {
  const reply = await scenario.post(`/api/incidents/${id}/events`, event);
  if (reply.status !== 201) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
}

// biome-ignore lint/suspicious/noExplicitAny: a scenario reads what it expects, and fails where it is not there
export async function read(scenario: Scenario, path: string): Promise<any> {
  return (await scenario.get(`/api/incidents/${path}`)).body;
}

export async function filed(scenario: Scenario, ticket: Record<string, unknown>): Promise<string> {
  const reply = await scenario.ticket({
    subject: '注文が通らない',
    ongoing: 'yes',
    businessImpact: 'stopped',
    customer: { id: 'store-12', name: '渋谷店' },
    ...ticket,
  });
  if (reply.status !== 201) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body.incident.id;
}
