/**
 * What must hold, whatever fails: judged from what was sent and answered, what was delivered, and the final
 * state. It restates the rules in its own words and numbers, and imports nothing of the product: what both shared
 * would be wrong in both. Each promise has a file of its own.
 */

import { checkAccounts } from './oracle/accounts.ts';
import { type Change, checkActions, readChange } from './oracle/actions.ts';
import { checkAnswers, watchGauges } from './oracle/answers.ts';
import { checkBeginnings } from './oracle/beginnings.ts';
import { checkBundles, type Reading } from './oracle/bundles.ts';
import { checkClocks, watchClocks } from './oracle/clocks.ts';
import { checkClosings } from './oracle/closings.ts';
import { checkContactFacts } from './oracle/contact-facts.ts';
import { checkContacts } from './oracle/contacts.ts';
import { checkDeadlines } from './oracle/deadlines.ts';
import { checkDrills, readStart, type Start } from './oracle/drills.ts';
import { checkDuty } from './oracle/duty.ts';
import { checkEmergencies } from './oracle/emergencies.ts';
import { checkEventWords } from './oracle/event-words.ts';
import { checkFacts } from './oracle/facts.ts';
import { checkLaterReports } from './oracle/later-reports.ts';
import { checkCloses, checkLaterWords } from './oracle/later-words.ts';
import { checkNoticeWords } from './oracle/notice-words.ts';
import { checkNotices } from './oracle/notices.ts';
import { checkNotion } from './oracle/notion.ts';
import { checkCalls, checkPaging } from './oracle/paging.ts';
import { checkReadings } from './oracle/readings.ts';
import { checkRecords, type Doc, date, type Records, sortRecords } from './oracle/records.ts';
import { checkRecoveries } from './oracle/recoveries.ts';
import { checkRefusals, type Refusal, readRefusal } from './oracle/refusals.ts';
import { checkReports, readSent, type Sent } from './oracle/reports.ts';
import { checkRetractions, checkTakenBack, readTaking, type Taking } from './oracle/retractions.ts';
import { checkSlackActs, readSlackAct, type SlackAct, tapsIn } from './oracle/slack-acts.ts';
import { checkSlackCards } from './oracle/slack-cards.ts';
import { checkStanding } from './oracle/standing.ts';
import { checkStated, readStated, type Stated } from './oracle/statements.ts';
import { checkSums } from './oracle/sums.ts';
import { checkUpdates, readTap, type Tap } from './oracle/updates.ts';
import { isExplained } from './oracle/windows.ts';
import type { Answer, Call, Oracle, Stage } from './stage.ts';

/** A statement or another request under a key of the sender's own. */
interface Keyed {
  key: string;
  path: string;
  type: string;
  statuses: (number | undefined)[];
  at: number;
}

export function createOracle(): Oracle {
  const sent: Sent[] = [];
  const keyed = new Map<string, Keyed>();
  const failed: { call: Call; answer: Answer; at: number }[] = [];
  /** The record that was answered as new for each thing. */
  const made = new Map<string, string>();
  const doubled: string[] = [];
  /** What was answered as a week's bundle was held. */
  const held = new Map<string, unknown>();
  const readings: Reading[] = [];
  const taps: Tap[] = [];
  const slackActs: SlackAct[] = [];
  const starts: Start[] = [];
  const takings: Taking[] = [];
  const changes: Change[] = [];
  const refusals: Refusal[] = [];
  const stated: Stated[] = [];
  const checkGauges = watchGauges();
  const lookAtClocks = watchClocks();
  let checked = 0;

  return {
    observe(call, answer, at) {
      const thing = readSent(call, answer, at);
      if (thing) sent.push(thing);
      // Of an alert that is told again long after its recovery, which is another outage, `reports.ts` knows more.
      if (thing?.record?.isNew && !thing.said.alert) {
        const { key, source } = thing.said;
        if (made.has(key))
          doubled.push(`${source} was answered as new twice: ${made.get(key)} and ${thing.record.id}.`);
        made.set(key, thing.record.id);
      }
      const week = /^\/api\/postmortems\/([\w-]+)\/hold$/.exec(pathOf(call))?.[1];
      if (week !== undefined && answer?.status === 201) held.set(week, held.get(week) ?? answer.body);
      const [, read, query = ''] = /^\/api\/postmortems\/([\w-]+)(\?.*)?$/.exec(pathOf(call)) ?? [];
      if (read !== undefined && answer?.status === 200 && answer.body.state === 'held') {
        readings.push({ week: read, query, body: answer.body });
      }
      if (answer && isUnexpected(call, answer, thing)) failed.push({ call, answer, at });
      const tap = readTap(call, answer, at);
      if (tap) taps.push(tap);
      const act = readSlackAct(call, answer, at);
      if (act) slackActs.push(act);
      const start = readStart(call, answer, at);
      if (start) starts.push(start);
      const taking = readTaking(call, answer, at);
      if (taking) takings.push(taking);
      const change = readChange(call, answer, at);
      if (change) changes.push(change);
      const refusal = readRefusal(call, answer, at);
      if (refusal) refusals.push(refusal);
      const statement = readStated(call, answer, at);
      if (statement) stated.push(statement);
      const key = call.kind === 'http' ? call.headers['idempotency-key'] : undefined;
      if (call.kind === 'http' && key !== undefined && !tap && !start) {
        const type = JSON.parse(call.body ?? '{}').type ?? call.path.split('/').at(-1);
        const known: Keyed = keyed.get(key) ?? { key, path: call.path, type, statuses: [], at };
        known.statuses.push(answer?.status);
        keyed.set(key, known);
      }
    },

    check(stage) {
      const found = failed.slice(checked).flatMap(({ call, answer, at }) => checkFailure(stage, call, answer, at));
      checked = failed.length;
      return [...found, ...doubled.splice(0), ...checkGauges(stage), ...lookAtClocks(stage)];
    },

    async finish(stage) {
      const records = sortRecords(stage.documents());
      return [
        ...checkReports(sent, records, stage),
        ...checkLaterWords(records, stage),
        ...checkStatements([...keyed.values()], records),
        ...judgeRecords(records, stage),
        ...checkRetractions(takings, records),
        ...checkActions(changes, records),
        ...checkRefusals(refusals, records),
        ...checkStated(stated, records),
        ...checkDrills(starts, records, stage),
        ...checkNotices(records, stage),
        ...checkNotion(records, stage),
        ...checkSlackActs(slackActs, records, stage),
        ...checkSlackCards(records, stage),
        ...checkPaging(records, stage),
        ...checkDuty(stage),
        ...checkUpdates([...taps, ...tapsIn(slackActs)], records, updatesOf(stage), stage),
        ...(await checkBundles(stage, { readings, held, from: sent[0]?.at ?? stage.now() })),
        ...(await checkAnswers(stage, sortRecords)),
      ];
    },
  };
}

/** What the records say for themselves, and the notices beside them, also those of a run that is over. */
export function judgeRecords(records: Records, stage: Pick<Stage, 'now' | 'outages' | 'delivered'>): string[] {
  return [
    ...checkRecords(records, stage.now()),
    ...checkReadings(records),
    ...checkAccounts(records),
    ...checkFacts(records),
    ...checkBeginnings(records),
    ...checkSums(records),
    ...checkStanding(records),
    ...checkCloses(records),
    ...checkLaterReports(records),
    ...checkContacts(records),
    ...checkContactFacts(records),
    ...checkTakenBack(records),
    ...checkEmergencies(records, stage),
    ...checkRecoveries(records),
    ...checkClocks(records),
    ...checkDeadlines(records, stage),
    ...checkClosings(records),
    ...checkEventWords(records),
    ...checkNoticeWords(records, stage),
    ...checkCalls(records, stage),
  ];
}

const updatesOf = (stage: Stage): Doc[] =>
  [...stage.documents()].flatMap(([path, doc]) => (path.startsWith('updates/') ? [doc] : []));

const pathOf = (call: Call): string => (call.kind === 'http' ? call.path : '');

/** Answers that nobody outside should get: errors of ours, and refusals of what is authentic and can be read. */
function isUnexpected(call: Call, answer: Answer, thing: Sent | undefined): boolean {
  if (answer.status >= 500) return true;
  // Cloud Monitoring sends its credentials once it has been asked for them.
  const isAsking = call.kind === 'http' && call.path.startsWith('/alerts') && !call.headers.authorization;
  if (isAsking && answer.status === 401) return !answer.headers['www-authenticate'];
  // Somebody else may have settled it by then.
  if (thing?.mends) return answer.status >= 300 && answer.status !== 409;
  if (thing) return answer.status >= 300 && !(answer.status === 422 && thing.said.what === 'unreadable');
  return (
    call.kind === 'http' && [401, 404, 413, 415, 429].includes(answer.status) && !call.path.includes('postmortems')
  );
}

function checkFailure(stage: Stage, call: Call, answer: Answer, at: number): string[] {
  const what = call.kind === 'http' ? `${call.method} ${call.path}` : call.topic;
  const detail = JSON.stringify(answer.body)?.slice(0, 200);
  if (answer.status === 503 && !answer.headers['retry-after']) return [`${what} was answered 503 without Retry-After.`];
  if (answer.status >= 500 && isExplained(stage, at, stage.now())) return [];
  return [`${what} was answered ${answer.status} at ${date(at)}, and nothing had failed: ${detail}`];
}

/** What was stated under a key is recorded once if it was answered so, and never twice. */
function checkStatements(keyed: readonly Keyed[], records: Records): string[] {
  const events = new Map<string, number>();
  for (const [id, timeline] of records.timelines) {
    for (const { actor, evidenceUrl, type } of timeline) {
      const key = actor === 'rule' ? undefined : evidenceUrl?.split('/').at(-1);
      const name = `${id} ${key} ${type}`;
      if (key !== undefined) events.set(name, (events.get(name) ?? 0) + 1);
    }
  }
  return keyed.flatMap(({ key, path, type, statuses, at }) => {
    const isAccepted = statuses.some((each) => each !== undefined && each < 300);
    const isRefused = statuses.every((each) => each !== undefined && each >= 400 && each < 500);
    const id = path.split('/')[3] ?? '';
    let times: number;
    if (path === '/api/actions') times = records.actions.filter((each) => each.description.includes(key)).length;
    else if (type === 'answer') {
      times = (records.timelines.get(id) ?? []).filter((each) => each.type === 'answered').length;
    } else times = events.get(`${id} ${key} ${type === 'review' ? 'reviewed' : type}`) ?? 0;
    const [least, most] = isAccepted ? [1, 1] : isRefused ? [0, 0] : [0, 1];
    if (times >= least && times <= most) return [];
    return [`${type} ${key}, first sent ${date(at)} and answered ${statuses.join(', ')}, is recorded ${times} times.`];
  });
}
