/**
 * Which scheduled runs a jump of the clock may leave out, because their result is known beforehand. A minute tick does
 * nothing while the earliest timer is in the future. Gauges write their last values again, except for the ages of the oldest
 * overdue contact and of the newest backup, while the fields that they count by are unchanged, nobody else becomes overdue,
 * no timer is due and no report is newly unreadable. Only a commit can change this.
 */
import type { Change } from '../cloud/src/firestore/store.ts';
import { type Fields, toMicros, toTimestamp, type Value, type Wire } from '../cloud/src/firestore/values.ts';
import type { Idleness } from '../cloud/src/scheduler/runs.ts';
import { GaugeFields } from './gauge-fields.ts';

export interface SkipOptions {
  project: string;
  /** Grows with every commit. While it is undefined, commits are not seen, and no run is left out. */
  version(): number | undefined;
  /** When a minute tick has work without a timer, in epoch milliseconds. */
  besides?(): number;
  /** The result of a structured query below a parent. */
  peek(parent: string, structuredQuery: Wire): Fields[];
  /** The minute tick follows every commit, and not only what is due: records are written to Notion, or to customers' pages. */
  followsCommits?: boolean;
  /** If absent, every run of the gauges happens. */
  gauges?: {
    /** Writes them as they would be at `at`: as they are, but for the given age of the oldest overdue contact, and the backup's. */
    write(at: number, oldestOverdueSeconds: number): void;
    /** The time, in epoch milliseconds, for which they were last written. */
    writtenOf(): number | undefined;
    /** Whether notices wait that are not delivered: their gauge changes with time alone. */
    hasUndelivered(): boolean;
  };
}

/** Gauges count no customers of drills. */
const mostInDrills = 1_000;

/** Longer than unreadable bodies count as new, and than the interval of their daily announcement. */
const freshForMs = 3_600_000;

/** @returns with `note`, to be called with every change of a document */
export function skipIdleTicks(options: SkipOptions): Idleness & { note(change: Change): void } {
  const { project, version } = options;
  /** A process keeps its policy at its first tick. */
  let hasTicked = false;
  let noted: number | undefined;
  /** The state after the last run: its counts were written of `writtenOf`, by the run itself or here. */
  let measured: { writtenOf: number; oldestDue: number; nextDue: number } | undefined;
  const fields = new GaugeFields();

  /** The first instant at or after `from` that a document of these holds in the field. */
  function earliest(
    collection: { collectionId: string; allDescendants?: boolean },
    fieldPath: string,
    from = 0,
    /** How many are looked at for one that is no drill's; 1: any is. */
    among = 1,
  ): number {
    const field = { fieldPath };
    const value = { valueType: 'timestampValue', timestampValue: toTimestamp(from * 1_000) };
    const all = options.peek(`projects/${project}/databases/(default)/documents`, {
      from: [collection],
      where: { filterType: 'fieldFilter', fieldFilter: { field, op: 'GREATER_THAN_OR_EQUAL', value } },
      orderBy: [{ field, direction: 'ASCENDING' }],
      limit: { value: among },
    });
    const found = among === 1 ? all[0] : all.find((each) => each.isDrill?.valueType !== 'booleanValue');
    const first = fieldPath
      .split('.')
      .reduce<Value | undefined>(
        (of, name, index) =>
          index === 0 ? found?.[name] : of?.valueType === 'mapValue' ? of.mapValue.fields[name] : undefined,
        undefined,
      );
    return first?.valueType === 'timestampValue' ? toMicros(first.timestampValue) / 1_000 : Number.POSITIVE_INFINITY;
  }

  const firstDue = (from: number, among?: number): number =>
    earliest({ collectionId: 'contacts', allDescendants: true }, 'nextUpdateDueAt', from, among);

  function skipGauges(at: number): boolean {
    const { gauges } = options;
    if (!gauges) return false;
    // A run that failed, or was lost on the way, measured nothing; one that was made outside of a jump is not known here.
    const isKnown = measured && gauges.writtenOf() === measured.writtenOf && fields.areTheSame;
    const isNothingDue = ['wakeAt', 'failingSince'].every((each) => earliest({ collectionId: 'timers' }, each) >= at);
    if (measured && isKnown && isNothingDue && at <= measured.nextDue && !gauges.hasUndelivered()) {
      gauges.write(at, Math.max(0, Math.round((at - measured.oldestDue) / 1_000)));
      measured.writtenOf = at;
      return true;
    }
    fields.compareFromNow();
    const isFresh = Number.isFinite(earliest({ collectionId: 'quarantine' }, 'quarantinedAt', at - freshForMs));
    measured = isFresh ? undefined : { writtenOf: at, oldestDue: firstDue(1, mostInDrills), nextDue: firstDue(at) };
    return false;
  }

  /** A commit may be news; waiting work is tried every minute, unless Notion rests, and the rest at its time. */
  function nextForNotion(at: number, current: number): number {
    const isNews = noted !== current;
    noted = current;
    if (isNews) return at;
    const dueAt = earliest({ collectionId: 'notionPages' }, 'delivery.retryAt');
    const restsUntil = earliest({ collectionId: 'connections' }, 'delivery.retryAt');
    return Math.max(dueAt, Number.isFinite(restsUntil) ? restsUntil : at);
  }

  return {
    version,
    note(change) {
      const isMeasuring = measured !== undefined && (options.gauges?.writtenOf() ?? 0) < measured.writtenOf;
      fields.note(change, isMeasuring);
    },
    until(jobName, scheduleTime) {
      const current = version();
      if (current === undefined) return scheduleTime;
      if (jobName === 'minute-tick') {
        const isFirst = !hasTicked;
        hasTicked = true;
        const nextAt = Math.min(
          earliest({ collectionId: 'timers' }, 'wakeAt'),
          options.besides?.() ?? Number.POSITIVE_INFINITY,
        );
        if (isFirst) return scheduleTime;
        return options.followsCommits ? Math.min(nextAt, nextForNotion(scheduleTime, current)) : nextAt;
      }
      const isSkipped = jobName === 'gauges-tick' && skipGauges(scheduleTime);
      return isSkipped ? scheduleTime + 1 : scheduleTime;
    },
  };
}
