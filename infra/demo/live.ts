/** Plays the story through the doors that a company's tools and people use. Nothing is written into the store directly. */
import { createHmac } from 'node:crypto';
import { now } from '../../functions/platform/clock.ts';
import type { Environment } from '../../functions/platform/environment.ts';
import { policy } from '../../functions/policy.ts';
import { weekOf } from '../../functions/postmortems/week.ts';
import { as, type Call, meet } from './meeting.ts';
import { measure, publishBuild } from './shop.ts';
import type { Step } from './story.ts';
import type { StoryTexts } from './words.ts';

export interface Life {
  call: Call;
  /** The endpoint for Cloud Monitoring's alerts, with its credentials. */
  alertsDoor: string;
  happen(step: Step): Promise<void>;
  /** The number of rejected reports: unreadable ones, and answers to questions that had become incidents. */
  refused(): number;
}

/** @param environment of the house that answers at `base`: what opens its doors */
export function liveAt(base: string, environment: Environment, words: StoryTexts): Life {
  /** The incident or question that each ticket or alert has become. */
  const incidents = new Map<string, string>();
  let refused = 0;
  const alertsToken = environment.ALERTS_TOKEN?.split(',')[0];
  const alertsDoor = `/alerts?auth_token=${alertsToken}`;
  const alerting = { authorization: `Bearer ${alertsToken}` };
  const filing = { authorization: `Bearer ${environment.TICKETS_TOKEN?.split(',')[0]}` };

  const call: Call = async (method, path, body, headers = {}) => {
    const response = await fetch(base + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.status >= 500) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    if (!response.ok) refused += 1;
    return answer;
  };

  function remember(id: string, body: Record<string, unknown>): void {
    const made = (body.incident ?? body.question) as { id: string } | undefined;
    if (made) incidents.set(id, made.id);
  }

  async function happen({ do: what }: Step): Promise<void> {
    switch (what.kind) {
      case 'ticket':
        remember(what.id, await (what.desk ? fileAtFreshdesk(what.body) : file(what.body)));
        break;
      case 'update': {
        const { message, recovery } = what;
        const body = { customers: 'all', message, ...(recovery ? { recovery } : {}) };
        await call('POST', `/api/incidents/${incidents.get(what.id)}/updates`, body, as(what.who));
        break;
      }
      case 'alert': {
        const { id, tool, body } = what;
        const isOwn = tool === 'monitoring';
        remember(id, await call('POST', isOwn ? alertsDoor : `/alerts/${tool}`, body, isOwn ? {} : alerting));
        break;
      }
      case 'build':
        await publishBuild(what.body);
        if (what.deployment) await deploy(what.deployment);
        break;
      case 'measured':
        await measure(what.value, now());
        break;
      case 'say':
        await call('POST', `/api/incidents/${incidents.get(what.id)}/events`, what.statement, as(what.who));
        break;
      case 'answer':
        await call('POST', `/api/questions/${incidents.get(what.id)}/answer`, what.answer, as(what.who));
        break;
      case 'meeting':
        await meet(call, weekOf(new Date(what.before - 1), policy.zone).id, words);
        break;
      case 'nonsense':
        await call('POST', '/tickets', { ticket: 4711, text: words.unreadable }, filing);
        break;
    }
  }

  function file(body: Record<string, unknown>): Promise<Record<string, unknown>> {
    return call('POST', '/tickets', body, filing);
  }

  async function deploy(body: Record<string, unknown>): Promise<void> {
    const proof = createHmac('sha256', environment.GITHUB_WEBHOOK_SECRET ?? '').update(JSON.stringify(body));
    await call('POST', '/changes/github', body, { 'x-hub-signature-256': `sha256=${proof.digest('hex')}` });
  }

  /** In the form of the template in docs/how-to/connect/freshdesk.md. */
  function fileAtFreshdesk({ id, subject, description, url, customer, ...stated }: Record<string, unknown>) {
    const { id: company, name } = customer as { id: string; name: string };
    const ticket = {
      triggered_event: '{ticket_action:created}',
      ticket_id: id,
      ticket_subject: subject,
      ...(description ? { ticket_description: description } : {}),
      ticket_url: url,
      ticket_company_name: name,
      ticket_company_id: company,
    };
    const proof = Buffer.from(`metronome:${environment.FRESHDESK_TOKEN}`).toString('base64');
    const body = { freshdesk_webhook: ticket, metronome: stated };
    return call('POST', '/tickets/freshdesk', body, { authorization: `Basic ${proof}` });
  }

  return { call, alertsDoor, happen, refused: () => refused };
}
