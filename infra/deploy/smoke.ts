/**
 * After a deployment: a drill goes in by the public door, its incident has to come out, and its page has to open; then the
 * gauges have to be written, since their absence is watched from the first point on. What was just granted arrives
 * everywhere within minutes. One deadline holds for all of it.
 */
import { randomUUID } from 'node:crypto';
import type { Patience } from '../provision/patience.ts';
import { reasonOf } from '../reason-of.ts';

export interface SmokeOptions {
  /** The door, such as https://metronome-tickets-….run.app/tickets. */
  ticketsUrl: string;
  ticketsToken: string;
  /** The API and its caller. */
  apiUrl: string;
  identityToken?: Token | undefined;
  /** The console, such as https://metronome-console-….run.app/console, and who opens a page of it; undefined: nobody. */
  pages?: { url: string; token?: Token | undefined } | undefined;
  /** Undefined if no release that could write them is live yet. */
  gauges?: GaugeCheck | undefined;
  /** The time limit for everything together. */
  withinMs: number;
  time: Time;
}

type Token = () => Promise<string>;

/** A test moves another clock. */
export interface Time extends Patience {
  /** Milliseconds. */
  now(): number;
}

export interface GaugeCheck {
  /** Has them written at once, rather than with the next tick. */
  write(): Promise<unknown>;
  /** Whether a gauge was written since this object was created. */
  areWritten(): Promise<boolean>;
}

const pauseMs = 5_000;
const longestAnswerMs = 30_000;

/** @returns the incident's id @throws Error saying what did not happen */
export async function smoke(options: SmokeOptions): Promise<string> {
  const { gauges, time } = options;
  const id = `smoke-${randomUUID()}`;
  const run: Run = { ...options, deadline: time.now() + options.withinMs };
  const filed = await until(run, () => fileDrill(run, id));
  const incidentId = await until(
    run,
    () => findIncident(run, id, filed.incidentId),
    (last) => `The drill ${id} has no incident at the API: ${last}`,
  );
  await until(run, () => openPage(run, incidentId));
  await until(run, () => endDrill(run, incidentId));
  if (!gauges) return incidentId;
  await gauges
    .write()
    .catch((error: Error) => time.say(`The gauges will be written by the next tick; now: ${error.message}`));
  await until(
    run,
    () => lookForGauges(gauges),
    (last) => `No gauge was written within ${options.withinMs / 60_000} minutes: ${last}`,
  );
  return incidentId;
}

interface Run extends SmokeOptions {
  deadline: number;
}

type Looked<T> = { found: T } | { waits: string };

/** @param why the error's message, of what was said last */
async function until<T>(run: Run, look: () => Promise<Looked<T>>, why = (last: string) => last): Promise<T> {
  const { time, deadline } = run;
  for (;;) {
    const looked = await look();
    if ('found' in looked) return looked.found;
    if (time.now() + pauseMs >= deadline) throw new Error(why(looked.waits));
    await time.pause(pauseMs);
  }
}

/** Cloud Run's own answers while a revision or a changed caller check has not arrived; none of ours look like these. */
const notThereYet = [403, 404, 502, 503];

interface Answer {
  status: number;
  text: string;
  /** The text parsed as JSON, if it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what is answered is looked at, and what is not there is waited for
  body: any;
}

/** A connection that fails is no answer yet: nothing is rolled back for one before its time is up. */
async function ask(
  run: Run,
  who: string,
  service: string,
  url: string,
  init: RequestInit,
): Promise<Answer | { waits: string }> {
  // A hanging request uses up the remaining time at most.
  const leftMs = Math.min(longestAnswerMs, Math.max(1, run.deadline - run.time.now()));
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(leftMs) });
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

const askApi = (run: Run, path: string, init: RequestInit) =>
  ask(run, 'The API', 'metronome-api', run.apiUrl + path, init);

async function fileDrill(run: Run, id: string): Promise<Looked<{ incidentId: string | undefined }>> {
  const answer = await ask(run, 'The door', 'metronome-tickets', run.ticketsUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${run.ticketsToken}` },
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

/** The incident, once the API gives it with its timeline: a body that was spilled takes the way through Pub/Sub first. */
async function findIncident(run: Run, sourceId: string, incidentId: string | undefined): Promise<Looked<string>> {
  const authorization = await headers(run.identityToken);
  if ('waits' in authorization) return authorization;
  const get = (path: string) => askApi(run, path, { headers: authorization.found });
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

/** The page of the incident: it asks Firestore what the API does not, and needs indexes of its own. */
async function openPage(run: Run, id: string): Promise<Looked<true>> {
  const { pages } = run;
  if (!pages) return { found: true };
  const authorization = await headers(pages.token);
  if ('waits' in authorization) return authorization;
  const init = { headers: authorization.found, redirect: 'manual' as const };
  const answer = await ask(run, 'The console', 'metronome-console', `${pages.url}/incidents/${id}`, init);
  if ('waits' in answer) return answer;
  if (answer.status === 200 && answer.text.includes(id)) return { found: true };
  return { waits: `The page of ${id} answered ${answer.status}: ${answer.text.slice(0, 500)}` };
}

/** A drill that only tests the doors must remind nobody. */
async function endDrill(run: Run, id: string): Promise<Looked<true>> {
  const authorization = await headers(run.identityToken);
  if ('waits' in authorization) return authorization;
  const answer = await askApi(run, `/incidents/${id}/events`, {
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
async function headers(token: Token | undefined): Promise<Looked<Record<string, string>>> {
  if (!token) return { found: {} };
  try {
    return { found: { authorization: `Bearer ${await token()}` } };
  } catch (error) {
    return { waits: `there is no identity token: ${reasonOf(error)}` };
  }
}
