/** After a deployment: a drill goes in by the public door, and its incident has to come out. */
import { randomUUID } from 'node:crypto';

export interface SmokeOptions {
  /** The door, such as https://metronome-tickets-….run.app/tickets. */
  ticketsUrl: string;
  ticketsToken: string;
  /** The API, and who calls it; without it only the door is asked. */
  apiUrl?: string;
  identityToken?: () => Promise<string>;
  withinMs?: number;
  pauseMs?: number;
}

/** @returns the incident's id @throws Error saying what did not happen */
export async function smoke(options: SmokeOptions): Promise<string> {
  const id = `smoke-${randomUUID()}`;
  const response = await fetch(options.ticketsUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${options.ticketsToken}` },
    // A drill runs the whole way and is counted nowhere.
    body: JSON.stringify({ id, subject: 'Deployment drill', drill: true, ongoing: 'no', customer: { id: 'drill' } }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (response.status !== 201 && response.status !== 202) {
    throw new Error(`The door answered ${response.status}: ${text.slice(0, 500)}`);
  }
  const incidentId = response.status === 201 ? String(JSON.parse(text).incident?.id) : undefined;
  if (incidentId && !incidentId.startsWith('inc_'))
    throw new Error(`The door answered no incident: ${text.slice(0, 500)}`);
  const { apiUrl } = options;
  if (!apiUrl) return incidentId ?? 'spilled';
  const until = Date.now() + (options.withinMs ?? 120_000);
  let last = 'nothing yet';
  while (Date.now() < until) {
    const answer = await findIncident(apiUrl, id, incidentId, options.identityToken);
    if ('found' in answer) {
      await endDrill(apiUrl, answer.found, options.identityToken);
      return answer.found;
    }
    last = answer.waits;
    await new Promise((resolve) => setTimeout(resolve, options.pauseMs ?? 2_000));
  }
  throw new Error(`The drill ${id} has no incident at the API: ${last}`);
}

type Token = SmokeOptions['identityToken'];

/** The incident, once the API gives it with its timeline: a body that was spilled takes the way through Pub/Sub first. */
async function findIncident(
  apiUrl: string,
  sourceId: string,
  incidentId: string | undefined,
  token: Token,
): Promise<{ found: string } | { waits: string }> {
  const get = async (path: string) => {
    const response = await fetch(apiUrl + path, { headers: await headers(token), signal: AbortSignal.timeout(30_000) });
    // biome-ignore lint/suspicious/noExplicitAny: what the API answers is looked at, and fails where it is not there
    return { status: response.status, body: response.ok ? ((await response.json()) as any) : undefined };
  };
  const list = incidentId ? undefined : await get('/incidents?limit=50');
  const id =
    incidentId ?? list?.body?.incidents?.find((each: { origin: { id: string } }) => each.origin.id === sourceId)?.id;
  if (!id) return { waits: `not in the list (${list?.status})` };
  const timeline = await get(`/incidents/${id}/timeline`);
  if (timeline.status !== 200) return { waits: `GET its timeline answered ${timeline.status}` };
  return timeline.body.events.some((each: { type: string }) => each.type === 'filed')
    ? { found: id }
    : { waits: 'its timeline has no filed event' };
}

/** Nobody should be reminded of a drill that only asked whether the doors work. */
async function endDrill(apiUrl: string, id: string, token: Token): Promise<void> {
  const body = {
    type: 'customer-updated',
    customers: 'all',
    message: 'Deployment drill ended',
    channel: 'ticket',
    recovery: true,
  };
  await fetch(`${apiUrl}/incidents/${id}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await headers(token)) },
    body: JSON.stringify(body),
  });
}

async function headers(token: Token): Promise<Record<string, string>> {
  return token ? { authorization: `Bearer ${await token()}` } : {};
}
