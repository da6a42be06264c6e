/** The stored form of a release: evidence writes it, and the review judges it. Pure. */
export interface ReleaseFacts {
  id: string;
  url?: string;
  /** The trigger's name; absent when somebody started the build by hand. */
  trigger?: string;
  branch?: string;
  /** Cloud Build's status: SUCCESS, FAILURE, WORKING, … */
  status?: string;
  steps: { name: string; status?: string; mayFail: boolean }[];
}

const unfinished = new Set(['STATUS_UNKNOWN', 'PENDING', 'QUEUED', 'WORKING']);

export const isFinished = (status: string): boolean => !unfinished.has(status);

export interface Dated extends ReleaseFacts {
  startedAt: Date;
  commit?: string;
  environment?: string;
}

/** Whether two tools report one release: the same commit (possibly abbreviated) at about the same time. */
function isSame(one: Dated, other: Dated, withinMs: number): boolean {
  const [short, long] = [one.commit ?? '', other.commit ?? ''].sort((a, b) => a.length - b.length) as [string, string];
  const isElsewhere =
    one.environment !== undefined && other.environment !== undefined && one.environment !== other.environment;
  const apartMs = Math.abs(one.startedAt.getTime() - other.startedAt.getTime());
  return short.length >= 7 && long.startsWith(short) && !isElsewhere && apartMs <= withinMs;
}

/**
 * Each release once, in the order given. It is known by the id of who says most of its steps; a failure that anybody tells is
 * one, and what one has left out another says.
 */
export function eachOnce<T extends Dated>(releases: readonly T[], withinMs: number): T[] {
  const groups: T[][] = [];
  for (const each of releases) {
    const known = groups.find((group) => group.some((other) => isSame(each, other, withinMs)));
    if (known) known.push(each);
    else groups.push([each]);
  }
  return groups.map((group) => {
    const byWeight = group.toSorted((a, b) => b.steps.length - a.steps.length || (a.id < b.id ? -1 : 1));
    const failed = group.find(({ status }) => status === 'FAILURE');
    const merged = Object.assign({}, ...byWeight.toReversed()) as T;
    return { ...merged, ...(failed ? { status: failed.status } : {}), steps: byWeight.flatMap(({ steps }) => steps) };
  });
}

/** A release with what other sources tell of it, under its own id. */
export function withOthers<T extends Dated>(release: T, others: readonly T[], withinMs: number): T {
  const [whole = release] = eachOnce([release, ...others.filter(({ id }) => id !== release.id)], withinMs);
  return { ...whole, id: release.id };
}
