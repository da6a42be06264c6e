/**
 * What somebody does in Slack and what is acknowledged is one statement, or an answer to who did it; a form that was taken is
 * what it says, once. Each person of the world does one thing, so that what they are told is the answer to that.
 */
import { lastingRefusals } from '../remote/strikes.ts';
import type { Answer, Call, Stage } from '../stage.ts';
import { type Doc, date, type Records, survivorOf } from './records.ts';
import type { Tap } from './updates.ts';

/** One sending of one act. */
export interface SlackAct {
  kind: 'press' | 'submission' | 'command';
  /** The same for what Slack sends again. */
  key: string;
  user: string;
  /** The button, the form, or what was typed. */
  what: string;
  incidentId: string;
  /** Of a form: what was written under its first field. */
  text: string;
  /** Acknowledged, and not sent back with what is wrong. */
  isTaken: boolean;
  at: number;
}

/** @returns undefined for what is no act in Slack */
export function readSlackAct(call: Call, answer: Answer | undefined, at: number): SlackAct | undefined {
  if (call.kind !== 'http' || !call.path.startsWith('/slack/')) return undefined;
  const form = new URLSearchParams(call.body);
  const isTaken = (answer?.status ?? 500) < 300 && answer?.body?.response_action !== 'errors';
  if (call.path === '/slack/commands') {
    const user = form.get('user_id') ?? '';
    const key = form.get('trigger_id') ?? '';
    return { kind: 'command', key, user, what: form.get('text') ?? '', incidentId: '', text: '', isTaken, at };
  }
  const { type, user, actions, view } = JSON.parse(form.get('payload') ?? '{}');
  if (type === 'block_actions') {
    const [{ action_id: what, value: incidentId, action_ts: key }] = actions;
    return { kind: 'press', key: `${user.id} ${key}`, user: user.id, what, incidentId, text: '', isTaken, at };
  }
  const { incidentId = '' } = JSON.parse(view.private_metadata || '{}');
  const { message, subject } = view.state.values;
  const text = message?.message.value ?? subject?.subject.value ?? '';
  return { kind: 'submission', key: view.id, user: user.id, what: view.callback_id, incidentId, text, isTaken, at };
}

/** The texts that somebody has confirmed in a form, which may be refused with an answer to who wrote it. */
export const tapsIn = (acts: readonly SlackAct[]): Tap[] =>
  acts
    .filter((each) => each.kind === 'submission' && each.what === 'update')
    .map(({ key, incidentId, text: message, at }) => ({ key, incidentId, message, at, isTaken: false }));

const stated: Record<string, { type: string; isSo(detail: Doc): boolean }> = {
  take: { type: 'assigned', isSo: () => true },
  'take-over': { type: 'assigned', isSo: () => true },
  happens: { type: 'verified', isSo: ({ ongoing }) => ongoing === 'yes' },
  'happens-again': { type: 'verified', isSo: ({ ongoing }) => ongoing === 'yes' },
  recover: { type: 'recovered', isSo: () => true },
};

export function checkSlackActs(acts: readonly SlackAct[], records: Records, stage: Stage): string[] {
  const { slack } = stage.remote();
  if (!slack) return [];
  const told = Map.groupBy(slack.whispers(), ({ user }) => user);
  const opened = new Set(slack.modals().map(({ user }) => user));
  const found: string[] = [];
  for (const [user, own] of Map.groupBy(acts, (each) => each.user)) {
    const answers = told.get(user) ?? [];
    if (answers.some(({ text }) => text.trim() === '')) found.push(`${user} was answered without a word.`);
    for (const [kind, some] of Map.groupBy(own, (each) => each.kind)) {
      const refusals = answers.filter(({ text }) => !isOfSlackItself(text) && !saysRecorded(text)).length;
      const of: Judged = { user, acts: some, answers: answers.length, refusals, hasModal: opened.has(user) };
      if (kind === 'press') found.push(...checkPresses(of, records));
      else if (kind === 'command') found.push(...checkCommand(of));
      else found.push(...checkForm(of, records, stage));
    }
  }
  return found;
}

/** Asked who pressed, Slack may have refused one of two deliveries of a press, and answered the other. */
const isOfSlackItself = (text: string): boolean => lastingRefusals.some((each) => text.includes(`(${each})`));

/** What ends or reopens is answered with what undoes it. */
const saysRecorded = (text: string): boolean => / に記録しました: | recorded: /.test(text);

interface Judged {
  user: string;
  acts: readonly SlackAct[];
  answers: number;
  /** Of the answers, those that are Metronome's and not Slack's. */
  refusals: number;
  hasModal: boolean;
}

const keysOf = (acts: readonly SlackAct[]): Set<string> => new Set(acts.map((each) => each.key));

function checkPresses({ user, acts, answers, refusals, hasModal }: Judged, records: Records): string[] {
  const [{ what, incidentId, at }] = acts as [SlackAct];
  const taken = keysOf(acts.filter((each) => each.isTaken)).size;
  const sent = keysOf(acts).size;
  const name = `${user} pressed ${what} on ${incidentId} at ${date(at)}`;
  if (what === 'update') {
    return taken === 0 || hasModal || answers > 0 ? [] : [`${name}, and neither saw a form nor was told why.`];
  }
  const { type, isSo } = stated[what] ?? { type: what, isSo: () => true };
  const events = records.timelines.get(incidentId) ?? [];
  const own = events.filter((each) => each.actor === emailOf(user) && each.type === type && isSo(each.detail));
  const times = own.length;
  const found: string[] = [];
  const isGuest = user.startsWith('UG');
  if (isGuest && times > 0) found.push(`${name}, who is no member, and it is recorded.`);
  if (times + answers < taken) {
    found.push(`${name} ${taken} times, and it is recorded ${times} times and answered ${answers} times.`);
  }
  if (times > sent) found.push(`${name} ${sent} times, and it is recorded ${times} times.`);
  if (sent === 1 && times > 0 && refusals > 0) found.push(`${name} once, which is recorded, and was refused as well.`);
  // Between two of the same, somebody else has said otherwise.
  for (const [index, second] of own.entries()) {
    const first = own[index - 1];
    if (!first) continue;
    const between = events.filter((each) => each.id > first.id && each.id < second.id && each.actor !== 'rule');
    if (between.length === 0) found.push(`${name}, and ${type} is recorded twice: ${first.id} and ${second.id}.`);
  }
  return found;
}

/** Who asks is answered; who wants to report sees the form, or is told to try again. */
function checkCommand({ user, acts, answers, hasModal }: Judged): string[] {
  const [{ what, at }] = acts as [SlackAct];
  const isReport = what === '';
  if (!acts.some((each) => each.isTaken) || answers > 0 || (isReport && hasModal)) return [];
  return [`${user} typed “/metronome ${what}” at ${date(at)}, and was not answered.`];
}

function checkForm({ user, acts, answers }: Judged, records: Records, stage: Stage): string[] {
  const [{ what, incidentId, text, at }] = acts as [SlackAct];
  const isTaken = acts.some((each) => each.isTaken);
  const name = `${user} submitted ${what} at ${date(at)}`;
  if (what === 'report') {
    const made = [...records.incidents.values()].filter(
      (each) => each.origin.tool === 'slack' && titleAsFiled(each, records) === text,
    );
    if (made.length > 1 || (isTaken && made.length === 0)) {
      return [`${name}, and ${made.length} incidents were made of it: ${made.map((each) => each.id).join(', ')}.`];
    }
    return [];
  }
  if (!isTaken) return [];
  const updates = [...stage.documents()].filter(([path, doc]) => path.startsWith('updates/') && doc.text === text);
  const where = [incidentId, survivorOf(records, incidentId)];
  const isThere = updates.some(([, doc]) => where.includes(String(doc.incidentId)));
  return isThere || answers > 0 ? [] : [`${name} for ${incidentId}, and neither did it leave nor was it answered.`];
}

/** Somebody may have corrected it since. */
const titleAsFiled = ({ id, title }: Doc, { timelines }: Records): string =>
  timelines.get(id)?.[0]?.changes?.title ?? title;

const emailOf = (user: string): string => `${user.toLowerCase()}@example.jp`;
