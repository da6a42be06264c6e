/**
 * `npm run demo`: a fresh local cloud lives half a year, told through the real doors, and then stands open at today.
 * Nothing is put into the store from behind: what the pages show is what the rules made of it.
 */
import { randomUUID } from 'node:crypto';
import { now } from '../functions/platform/clock.ts';
import { policy } from '../functions/policy.ts';
import { weekOf } from '../functions/postmortems/week.ts';
import { improvements } from './demo/improvements.ts';
import { progressOn } from './demo/progress.ts';
import { measure, publishBuild, watchErrorRate } from './demo/shop.ts';
import { type Step, tell, today, weeks } from './demo/story.ts';
import { localProject, startHouse } from './local/house.ts';
import { emailOf } from './provision/accounts.ts';

const port = Number(process.env.PORT ?? 8080);
const cloudPort = Number(process.env.LOCAL_CLOUD_PORT ?? 8081);
const dataDirectory = process.env.LOCAL_DATA_DIR ?? '.local/demo';
const seed = Number(process.env.DEMO_SEED ?? 20_261_124);
/** Where the half year ends, for pictures that are to be the same again. */
const end = process.env.DEMO_NOW ? Date.parse(process.env.DEMO_NOW) : Date.now();

// The functions' own log is for somebody who looks for something.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = ((chunk: string | Uint8Array, ...rest: never[]) =>
  typeof chunk === 'string' && chunk.startsWith('{"severity"') ? true : write(chunk, ...rest)) as typeof write;

const house = await startHouse({
  port,
  cloudPort,
  dataDirectory,
  fresh: true,
  // What opens Freshdesk's door here opens none elsewhere.
  environment: { FRESHDESK_TOKEN: randomUUID(), ...process.env },
});
const base = `http://127.0.0.1:${house.port}`;
const start = weekOf(new Date(end - weeks * 7 * 86_400_000), policy.zone).start.getTime();
const incidents = new Map<string, string>();
/** Told and not taken: what nobody can read, or an answer to a question that had become an incident. */
let refused = 0;

await call('POST', '/_local/clock', { set: new Date(start).toISOString() });
// What the shop's own project opens to Metronome, as docs/deploy.md says of alerts of other projects.
house.cloud.iam.grantElsewhere('shop-prod', emailOf('metronome-minute-tick', localProject), 'roles/monitoring.viewer');
await watchErrorRate(`${base}/alerts?auth_token=${house.environment.ALERTS_TOKEN?.split(',')[0]}`);
const began = Date.now();
const showProgress = progressOn(process.stderr);
let reached = start;
for (const step of [...tell(start, end, seed), ...today(end)]) {
  if (step.at > reached) await call('POST', '/_local/clock', { set: new Date(step.at).toISOString() });
  reached = step.at;
  await happen(step);
  showProgress((step.at - start) / (end - start), step.at);
}
// It has taken a while to tell: the clock ends where the visitor's stands.
const arrival = process.env.DEMO_NOW ? end : Math.max(Date.now(), end);
await call('POST', '/_local/clock', { set: new Date(arrival).toISOString() });
showProgress(1, end);
process.stdout.write(`
Half a year has passed in ${Math.round((Date.now() - began) / 1_000)} s (${refused} things told were refused). Something is burning:

  Console   ${base}/console

Stop it with Ctrl-C.
`);

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
      const id = (what.body as { incident: { incident_id: string } }).incident.incident_id;
      remember(
        id,
        await call('POST', `/alerts?auth_token=${house.environment.ALERTS_TOKEN?.split(',')[0]}`, what.body),
      );
      break;
    }
    case 'build':
      await publishBuild(what.body);
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
      await meet(weekOf(new Date(what.before - 1), policy.zone).id);
      break;
    case 'nonsense':
      await call(
        'POST',
        '/tickets',
        { ticket: 4711, text: 'この形では読み取れない通知' },
        { authorization: `Bearer ${house.environment.TICKETS_TOKEN?.split(',')[0]}` },
      );
      break;
  }
}

function file(body: Record<string, unknown>): Promise<Record<string, unknown>> {
  return call('POST', '/tickets', body, { authorization: `Bearer ${house.environment.TICKETS_TOKEN?.split(',')[0]}` });
}

/** As the template of docs/connect/freshdesk.md has it. */
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
  const proof = Buffer.from(`metronome:${house.environment.FRESHDESK_TOKEN}`).toString('base64');
  const body = { freshdesk_webhook: ticket, metronome: stated };
  return call('POST', '/tickets/freshdesk', body, { authorization: `Basic ${proof}` });
}

interface Entry {
  id: string;
  status: string;
  impact: { businessImpact?: string; affectedCustomerCount?: number };
  reviewedAt?: string;
  checkpoints: { id: string; result: string }[];
}

interface OpenAction {
  id: string;
  bundleId: string;
  ticketUrl?: string;
  timesCarried: number;
  choiceRequired: boolean;
  due: { rule: string };
}

/** Most are done within two weeks; what was carried three times is planned anew once, and dropped the next time. */
async function settleActions(week: string, chair: Record<string, string>): Promise<void> {
  const { actions } = await call('GET', '/api/actions?status=open');
  const old = (actions as OpenAction[]).filter((each) => each.bundleId < week && each.ticketUrl);
  for (const [index, each] of old.entries()) {
    const change = (stated: Record<string, unknown>) => call('PATCH', `/api/actions/${each.id}`, stated, chair);
    if (each.choiceRequired && each.due.rule !== 'replanned') {
      await change({ dueAt: new Date(now().getTime() + 14 * 86_400_000).toISOString() });
    } else if (each.choiceRequired) {
      await change({ status: 'dropped', droppedReason: '別の対策で不要になったため' });
    } else if (index >= 2 || each.due.rule === 'replanned') {
      await change({ status: 'done', evidenceUrl: `${each.ticketUrl}#done` });
    }
  }
}

/** Who was there, and what was said of falling counts. */
async function keepRecord(week: string, bundle: Record<string, unknown>, chair: Record<string, string>): Promise<void> {
  const { findings } = bundle.underReporting as { findings: unknown[] };
  if (findings.length > 0) {
    const text = '新しい質問フォームに入っていた可能性があります。先週の質問を5件読み直します。';
    await call('POST', `/api/postmortems/${week}/answers`, { item: 'falling-counts', text }, chair);
  }
  const present = ['mori@example.jp', 'sato@example.jp', 'chair@example.jp'];
  await call('POST', `/api/postmortems/${week}/attendance`, { present, chair: 'chair@example.jp' }, chair);
}

/** Every incident is confirmed, what failed gets a next action, some older actions are done, and the bundle is held. */
async function meet(week: string): Promise<void> {
  const chair = as('chair@example.jp');
  const bundle = await call('GET', `/api/postmortems/${week}`);
  const entries = [...((bundle.carriedIncidents as Entry[]) ?? []), ...((bundle.entries as Entry[]) ?? [])];
  for (const entry of entries) {
    if (entry.status === 'linked' || entry.reviewedAt) continue;
    const { businessImpact = 'inconvenient', affectedCustomerCount = 1 } = entry.impact;
    await call('POST', `/api/incidents/${entry.id}/review`, { businessImpact, affectedCustomerCount }, chair);
  }
  // Another one each week: what is asked for again and again is not what a meeting would agree on.
  const all = entries.flatMap((entry) =>
    entry.checkpoints.filter((each) => each.result === 'fail').map((each) => ({ entry, checkpoint: each.id })),
  );
  const kinds = [...new Set(all.map((each) => each.checkpoint))].sort();
  const checkpoint = kinds[Number(week.slice(-2)) % Math.max(1, kinds.length)] ?? '';
  const failed = all.find((each) => each.checkpoint === checkpoint)?.entry;
  if (failed) {
    await call(
      'POST',
      '/api/actions',
      {
        incidentId: failed.id,
        bundleId: week,
        ...(improvements[checkpoint] ?? improvements['first-response']),
        owner: 'mori@example.jp',
        ticketUrl: `https://dev.example.jp/${week}`,
      },
      chair,
    );
  }
  await settleActions(week, chair);
  await keepRecord(week, bundle, chair);
  await call('POST', `/api/postmortems/${week}/hold`, {}, chair);
}

function remember(id: string, body: Record<string, unknown>): void {
  const made = (body.incident ?? body.question) as { id: string } | undefined;
  if (made) incidents.set(id, made.id);
}

/** Locally nobody proves who they are: the name of a token that nobody checks is taken. */
function as(email: string): Record<string, string> {
  return { authorization: `Bearer e30.${Buffer.from(JSON.stringify({ email })).toString('base64url')}.e30` };
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(base + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (response.status >= 500) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  if (!response.ok) refused += 1;
  return answer;
}

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) process.exit(130);
    isStopping = true;
    house.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
