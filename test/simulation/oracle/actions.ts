/** An action item is as it was agreed, and as it was changed last. */
import type { Answer, Call } from '../stage.ts';
import { canonical, type Doc, date, type Records } from './records.ts';

/** One sending of a change. */
export interface Change {
  actionId: string;
  fields: Doc;
  at: number;
  status: number | undefined;
}

/** @returns undefined for what changes no action */
export function readChange(call: Call, answer: Answer | undefined, at: number): Change | undefined {
  if (call.kind !== 'http' || call.method !== 'PATCH') return undefined;
  const [, actionId] = /^\/api\/actions\/(\w+)$/.exec(call.path) ?? [];
  if (actionId === undefined) return undefined;
  return { actionId, fields: JSON.parse(call.body ?? '{}'), at, status: answer?.status };
}

export function checkActions(changes: readonly Change[], records: Records): string[] {
  const of = Map.groupBy(changes, ({ actionId }) => actionId);
  return records.actions.flatMap((action) => [
    ...checkChanged(action, of.get(action.id) ?? []),
    ...checkHistory(action),
  ]);
}

function checkChanged(action: Doc, changes: readonly Change[]): string[] {
  const own = changes.toSorted((a, b) => a.at - b.at);
  const names = new Set(own.flatMap(({ fields }) => Object.keys(fields)));
  return [...names].flatMap((name) => {
    const said = own.filter(({ fields }) => name in fields);
    const last = said.findLast(({ status = 500 }) => status < 300);
    if (!last) return [];
    // A request without an answer, or with an error of ours, may have changed it all the same.
    const mayBe = said.filter((each) => each === last || (each.status ?? 500) >= 500);
    const is = canonical(action[name]);
    if (mayBe.some(({ fields }) => canonical(fields[name]) === is)) return [];
    return [
      `${name} of ${action.id} was changed to ${canonical(last.fields[name])} at ${date(last.at)}, and is ${is}.`,
    ];
  });
}

/** What it needs to be agreed. */
const agreeing = ['owner', 'ticketUrl', 'doneWhen'];

/** Its history leads from what it was to what it is, and it is agreed since it first had all that it needs. */
function checkHistory(action: Doc): string[] {
  const { id, createdAt, agreedAt, history } = action;
  const found: string[] = [];
  const state: Doc = { ...action };
  for (const { old, new: changed } of history.toReversed()) {
    for (const name of Object.keys(changed)) state[name] = old[name];
  }
  let since = agreeing.every((name) => state[name]) ? createdAt : undefined;
  for (const { at, old, new: changed } of history) {
    for (const name of Object.keys(changed)) {
      if (canonical(state[name] ?? null) !== canonical(old[name] ?? null))
        found.push(
          `${name} of ${id} was ${canonical(state[name])} by ${date(at)}, and its history says ${canonical(old[name])}.`,
        );
    }
    Object.assign(state, changed);
    if (agreeing.every((name) => state[name])) since ??= at;
  }
  // What is done at once was never agreed before.
  const isToBe = action.status === 'agreed' || agreedAt !== undefined;
  if (isToBe && agreedAt !== since)
    found.push(`${id} is agreed since ${date(since)}, and is said to be since ${date(agreedAt)}.`);
  return found;
}
