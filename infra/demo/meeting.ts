/** The weekly meeting of the demo's company, as its chair and those who prepare it call the API. */
import { now } from '../../functions/platform/clock.ts';
import type { StoryTexts } from './words.ts';

type Headers = Record<string, string>;
/** @returns the answer's body */
export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Headers,
) => Promise<Record<string, unknown>>;

/** On a laptop no identity is verified, so the name in an unsigned token counts. */
export function as(email: string): Headers {
  return { authorization: `Bearer e30.${Buffer.from(JSON.stringify({ email })).toString('base64url')}.e30` };
}

/** Which kind of action follows from a checkpoint that needs improvement. */
const kinds = {
  'first-response': 'mitigate',
  'release-flow': 'prevent',
  'tests-run': 'prevent',
  'scope-confirmed': 'detect',
  'customers-updated': 'mitigate',
} as const;

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

/** Most are done within two weeks; an item carried three times is rescheduled once, and dropped the next time. */
async function settleActions(call: Call, week: string, words: StoryTexts['meeting'], chair: Headers): Promise<void> {
  const { actions } = await call('GET', '/api/actions?status=open');
  const old = (actions as OpenAction[]).filter((each) => each.bundleId < week && each.ticketUrl);
  for (const [index, each] of old.entries()) {
    const change = (stated: Record<string, unknown>) => call('PATCH', `/api/actions/${each.id}`, stated, chair);
    if (each.choiceRequired && each.due.rule !== 'replanned') {
      await change({ dueAt: new Date(now().getTime() + 14 * 86_400_000).toISOString() });
    } else if (each.choiceRequired) {
      await change({ status: 'dropped', droppedReason: words.dropped });
    } else if (index >= 2 || each.due.rule === 'replanned') {
      await change({ status: 'done', evidenceUrl: `${each.ticketUrl}#done` });
    }
  }
}

/** The attendees, and their answers about changed counts. */
async function keepRecord(
  call: Call,
  week: string,
  bundle: Record<string, unknown>,
  { fewerReports: text }: StoryTexts['meeting'],
  chair: Headers,
): Promise<void> {
  const alarms = bundle.alarms as unknown[];
  if (alarms.length > 0) {
    await call('POST', `/api/postmortems/${week}/answers`, { item: 'falling-counts', text }, chair);
  }
  const present = ['mori@example.jp', 'sato@example.jp', 'chair@example.jp'];
  await call('POST', `/api/postmortems/${week}/attendance`, { present, chair: 'chair@example.jp' }, chair);
}

/** Every incident is confirmed, what failed gets a next action, some older actions are done, and the bundle is held. */
export async function meet(call: Call, week: string, words: StoryTexts): Promise<void> {
  const chair = as('chair@example.jp');
  const bundle = await call('GET', `/api/postmortems/${week}`);
  const entries = [...((bundle.carriedIncidents as Entry[]) ?? []), ...((bundle.entries as Entry[]) ?? [])];
  for (const entry of entries) {
    if (entry.status === 'linked' || entry.reviewedAt) continue;
    const { businessImpact = 'inconvenient', affectedCustomerCount = 1 } = entry.impact;
    await call('POST', `/api/incidents/${entry.id}/review`, { businessImpact, affectedCustomerCount }, chair);
  }
  // A different one each week: no meeting agrees on the same action again and again.
  const all = entries.flatMap((entry) =>
    entry.checkpoints.filter((each) => each.result === 'fail').map((each) => ({ entry, checkpoint: each.id })),
  );
  const failing = [...new Set(all.map((each) => each.checkpoint))].sort();
  const checkpoint = failing[Number(week.slice(-2)) % Math.max(1, failing.length)] ?? '';
  const failed = all.find((each) => each.checkpoint === checkpoint)?.entry;
  if (failed) {
    const improved = (checkpoint in kinds ? checkpoint : 'first-response') as keyof typeof kinds;
    const [description, doneWhen] = words.improvements[improved];
    await call(
      'POST',
      '/api/actions',
      {
        incidentId: failed.id,
        bundleId: week,
        description,
        kind: kinds[improved],
        doneWhen,
        owner: 'mori@example.jp',
        ticketUrl: `https://dev.example.jp/${week}`,
      },
      chair,
    );
  }
  await settleActions(call, week, words.meeting, chair);
  await keepRecord(call, week, bundle, words.meeting, chair);
  await call('POST', `/api/postmortems/${week}/hold`, {}, chair);
}
