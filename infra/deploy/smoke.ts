/**
 * After a deployment: a drill goes in by the public door, and its incident has to come out; then the gauges have to be
 * written, since their absence is watched from the first point on. What was just granted arrives everywhere within minutes.
 */

import { randomUUID } from 'node:crypto';
import type { Patience } from '../provision/patience.ts';
import { reasonOf } from '../reason-of.ts';

export interface SmokeOptions {
  /** The door, such as https://metronome-tickets-….run.app/tickets. */
  ticketsUrl: string;
  ticketsToken: string;
  /** The API, and who calls it. */
  apiUrl: string;
  identityToken?: () => Promise<string>;
  gauges: GaugeCheck;
  patience: Patience;
}

export interface GaugeCheck {
  /** Has them written now, rather than with the next tick. */
  write(): Promise<unknown>;
  /** Whether one was written since this was made. */
  areWritten(): Promise<boolean>;
}

const pauseMs = 5_000;
/** A revision that has just been deployed, and a grant that has just been made. */
const doorWithinMs = 120_000;
const apiWithinMs = 180_000;
/** Where they could not be written at once: a tick comes every 5 minutes, and a point is shown some minutes later. */
const gaugesWithinMs = 900_000;

/** @returns the incident's id @throws Error saying what did not happen */
export async function smoke(options: SmokeOptions): Promise<string> {
  const { apiUrl, identityToken, gauges, patience } = options;
  const id = `smoke-${randomUUID()}`;
  const filed = await until(
    () => fileDrill(id, options),
    doorWithinMs,
    patience,
    (last) => last,
  );
  const incidentId = await until(
    () => findIncident(apiUrl, id, filed.incidentId, identityToken),
    apiWithinMs,
    patience,
    (last) => `The drill ${id} has no incident at the API: ${last}`,
  );
  await until(
    () => endDrill(apiUrl, incidentId, identityToken),
    apiWithinMs,
    patience,
    (last) => last,
  );
  await gauges
    .write()
    .catch((error: Error) => patience.say(`The gauges come with the next tick, since now: ${error.message}`));
  await until(
    () => lookForGauges(gauges),
    gaugesWithinMs,
    patience,
    (last) => `No gauge was written within ${gaugesWithinMs / 60_000} minutes: ${last}`,
  );
  return incidentId;
}

type Looked<T> = { found: T } | { waits: string };

/** @param why the error's message, of what was said last */
async function until<T>(
  look: () => Promise<Looked<T>>,
  withinMs: number,
  { pause }: Patience,
  why: (last: string) => string,
): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    const looked = await look();
    if ('found' in looked) return looked.found;
    if (waitedMs >= withinMs) throw new Error(why(looked.waits));
    await pause(pauseMs);
  }
}

/** Cloud Run's own answers where a revision or the end of its check for a caller has not arrived: none of ours are these. */
const notThereYet = [403, 404, 502, 503];

interface Answer {
  status: number;
  text: string;
  /** What the text says, where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what is answered is looked at, and what is not there is waited for
  body: any;
}

/** A connection that fails is no answer yet: nothing is rolled back for one before its time is up. */
async function ask(who: string, service: string, url: string, init: RequestInit): Promise<Answer | { waits: string }> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    return { status: response.status, text, body: parsed(text) };
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    return {
      waits: `${who} at ${url} did not answer: ${why}. See whether this machine reaches it, and the logs of ${service}`,
    };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const askApi = (url: string, init: RequestInit) => ask('The API', 'metronome-api', url, init);

async function fileDrill(id: string, options: SmokeOptions): Promise<Looked<{ incidentId: string | undefined }>> {
  const answer = await ask('The door', 'metronome-tickets', options.ticketsUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${options.ticketsToken}` },
    // A drill runs the whole way and is counted nowhere.
    body: JSON.stringify({ id, subject: 'Deployment drill', drill: true, ongoing: 'no', customer: { id: 'drill' } }),
  });
  if ('waits' in answer) return answer;
  const { status, text, body } = answer;
  const refusal = `The door answered ${status}: ${text.slice(0, 500)}`;
  if (notThereYet.includes(status)) return { waits: refusal };
  // 200: an answer was lost on its way, and the report was there already.
  if (status === 202) return { found: { incidentId: undefined } };
  if (!isOk(status)) throw new Error(refusal);
  const incidentId = String(body?.incident?.id);
  if (!incidentId.startsWith('inc_')) throw new Error(`The door answered no incident: ${text.slice(0, 500)}`);
  return { found: { incidentId } };
}

const isOk = (status: number): boolean => status >= 200 && status < 300;

async function lookForGauges(gauges: GaugeCheck): Promise<Looked<true>> {
  try {
    return (await gauges.areWritten()) ? { found: true } : { waits: 'see the logs of metronome-gauges' };
  } catch (error) {
    return { waits: `they cannot be read: ${reasonOf(error)}` };
  }
}

type Token = SmokeOptions['identityToken'];

/** The incident, once the API gives it with its timeline: a body that was spilled takes the way through Pub/Sub first. */
async function findIncident(
  apiUrl: string,
  sourceId: string,
  incidentId: string | undefined,
  token: Token,
): Promise<Looked<string>> {
  const authorization = await headers(token);
  if ('waits' in authorization) return authorization;
  const get = (path: string) => askApi(apiUrl + path, { headers: authorization.found });
  let id = incidentId;
  if (!id) {
    const list = await get('/incidents?limit=50');
    if ('waits' in list) return list;
    id = list.body?.incidents?.find((each: { origin: { id: string } }) => each.origin.id === sourceId)?.id;
    if (!id) return { waits: `not in the list (${list.status})` };
  }
  const timeline = await get(`/incidents/${id}/timeline`);
  if ('waits' in timeline) return timeline;
  if (timeline.status !== 200) return { waits: `GET its timeline answered ${timeline.status}` };
  return timeline.body?.events?.some((each: { type: string }) => each.type === 'filed')
    ? { found: id }
    : { waits: 'its timeline has no filed event' };
}

/** Nobody should be reminded of a drill that only asked whether the doors work. */
async function endDrill(apiUrl: string, id: string, token: Token): Promise<Looked<true>> {
  const authorization = await headers(token);
  if ('waits' in authorization) return authorization;
  const answer = await askApi(`${apiUrl}/incidents/${id}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization.found },
    body: JSON.stringify({
      type: 'customer-updated',
      customers: 'all',
      message: 'Deployment drill ended',
      channel: 'ticket',
      recovery: true,
    }),
  });
  if ('waits' in answer) return { waits: `The drill ${id} could not be ended. ${answer.waits}` };
  if (isOk(answer.status)) return { found: true };
  return { waits: `The drill ${id} could not be ended: ${answer.status} ${answer.text.slice(0, 500)}` };
}

/** An account that may sign as another only since a minute ago is refused its token for some more. */
async function headers(token: Token): Promise<Looked<Record<string, string>>> {
  if (!token) return { found: {} };
  try {
    return { found: { authorization: `Bearer ${await token()}` } };
  } catch (error) {
    return { waits: `there is no identity token: ${reasonOf(error)}` };
  }
}
