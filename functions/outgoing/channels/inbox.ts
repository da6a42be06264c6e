/** The inbox of the local cloud, which tests and people read in place of Slack. */
import type { Outgoing } from './channel.ts';

export function inboxBody({ notice, language, at }: Outgoing, channel: string): string {
  const { id, kind, incidentId, customers } = notice;
  return JSON.stringify({
    id,
    channel,
    kind,
    incidentId,
    customers,
    text: notice.text[language],
    deliveredAt: at.toISOString(),
  });
}
