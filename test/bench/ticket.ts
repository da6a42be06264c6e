/** The ticket that every measurement sends: an ordinary one, of one customer. */
let count = 0;
const run = Date.now().toString(36);

export const ticketHeaders = { 'content-type': 'application/json', authorization: 'Bearer local' };

export function nextTicketId(): string {
  count += 1;
  return `T-${run}-${process.pid}-${count}`;
}

export function ticketBody(id: string): Record<string, unknown> {
  return {
    id,
    subject: '注文が通らない',
    description: '会計画面で「確定」を押すと、しばらくして画面がもとに戻る。三台とも同じ。'.repeat(4),
    url: `https://support.example/tickets/${id}`,
    category: 'trouble',
    differsFromExpected: 'yes',
    form: 'pos-trouble',
    channel: 'phone',
    area: 'order',
    ongoing: 'yes',
    occurredAt: new Date(Date.now() - 12 * 60_000).toISOString(),
    reportedAt: new Date(Date.now() - 60_000).toISOString(),
    customer: { id: 'store-12', name: '三条店', contactId: 'chain-3' },
    businessImpact: 'stopped',
  };
}
