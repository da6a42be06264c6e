/**
 * What a drill files, and when: what came in about a real incident, with nothing about its customers. It leaves out what the
 * team stated: making those statements is the exercise.
 */
import type { Drill } from '../incidents/drills/drill.ts';
import type { Incident } from '../incidents/incident.ts';
import { type Erasure, eraseText, eraseValue } from '../incidents/record/erase-value.ts';
import type { Customer, Signal, SignalKind } from '../incidents/signals/signal.ts';
import { defined, given } from '../platform/defined.ts';
import { stableId } from '../platform/ids.ts';

export type DrillSignal = Signal & { isDrill: true; drill: { id: string; from: string } };

/** What is filed for one of the original's signals, and when. */
export interface Planned {
  dueAt: Date;
  signals: DrillSignal[];
}

const replayed: ReadonlySet<SignalKind> = new Set<SignalKind>([
  'stated',
  'customer-wrote',
  'reopened',
  'alert-opened',
  'alert-closed',
]);

export const replayable = (signals: readonly Signal[]): Signal[] =>
  signals
    .filter(({ kind }) => replayed.has(kind))
    .toSorted((one, other) => one.receivedAt.getTime() - other.receivedAt.getTime() || (one.id < other.id ? -1 : 1));

type Signals = readonly (Signal | undefined)[];

/** The reports still to be filed. Lost signals are skipped. */
export function planDrill(drill: Drill, incident: Incident, signals: Signals): (Planned | undefined)[] {
  const hide = pseudonymiser(drill, incident, signals);
  return signals.slice(drill.passed).map((signal): Planned | undefined => {
    if (!signal) return undefined;
    const afterMs = (signal.receivedAt.getTime() - drill.firstAt.getTime()) / drill.speed;
    const dueAt = new Date(drill.startedAt.getTime() + Math.round(afterMs));
    const hidden = hide(signal);
    const copies = Array.from({ length: drill.times }, (_, copy) => drillSignal(hidden, drill, copy, dueAt));
    return { dueAt, signals: copies };
  });
}

/** The same ID for the same thing within one drill, and different IDs across drills. */
const shortId = (drillId: string, ...of: string[]): string => stableId('short', drillId, ...of).slice(-8);

export const nameInDrill = (drillId: string, customerId: string): string =>
  `drill-customer-${shortId(drillId, customerId)}`;

/** Times move with the receipt, which keeps the age and therefore the urgency. */
function drillSignal(original: Signal, drill: Drill, copy: number, dueAt: Date): DrillSignal {
  const moved = (at: Date): Date => new Date(at.getTime() + dueAt.getTime() - original.receivedAt.getTime());
  const { id, source, kind, title, description, message, area, form, channel } = original;
  const { customer, occurredAt, reportedAt, happenedAt, alert } = original;
  const { startedAt, endedAt } = alert ?? {};
  const movedTimes = defined({ startedAt: startedAt && moved(startedAt), endedAt: endedAt && moved(endedAt) });
  const isAlert = source === 'alert';
  const ticket = shortId(drill.id, original.tool, original.sourceId);
  const sourceId = `${drill.id}-${ticket}${copy > 0 ? `-${copy + 1}` : ''}`;
  const known = Object.entries({ title, description, message, area, form, channel }).filter(([, value]) => value);
  return {
    ...(Object.fromEntries(known) as Pick<Signal, 'title'>),
    id: stableId('sig', 'drill', drill.id, id, copy),
    source,
    // A drill has no tickets in any tool.
    tool: isAlert ? 'monitoring' : 'generic',
    sourceId,
    kind,
    receivedAt: dueAt,
    tags: [],
    differsFromExpected: original.differsFromExpected,
    ongoing: original.ongoing,
    isReporterAffected: original.isReporterAffected,
    affectedCustomers: original.affectedCustomers.map((each) => copyOf(each, copy)),
    ...defined({
      category: isAlert ? undefined : ('trouble' as const),
      customer: customer && copyOf(customer, copy),
      affectedCustomerCount: original.affectedCustomerCount,
      businessImpact: original.businessImpact,
      occurredAt: occurredAt && { ...occurredAt, at: moved(occurredAt.at) },
      reportedAt: reportedAt && moved(reportedAt),
      happenedAt: happenedAt && moved(happenedAt),
      // A drill's alert group is its own: no real project has this name.
      alert: alert && { ...alert, project: drill.id, ...movedTimes },
    }),
    isDrill: true,
    drill: { id: drill.id, from: drill.from },
    problems: [],
  };
}

const copyOf = ({ id }: Customer, copy: number): Customer => ({ id: copy > 0 ? `${id}-${copy + 1}` : id });

/** At most 64 characters before an @: without the limit, matching a long text takes quadratic time. */
const email = /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/g;
/** Phone numbers with hyphens, blanks or brackets, and mobile numbers without any. */
const telephone =
  /(?<!\d)(?:(?:\+\d{1,3}[- ]?)?\(?0?\d{1,4}(?:\)[- ]?|[- ])\d{1,4}[- ]\d{3,4}|0\d{1,4}\(\d{1,4}\)\d{3,4}|0[5-9]0\d{8})(?!\d)/g;

/** Uses the code of `npm run erase`: each customer becomes a number, and their names leave every text. */
function pseudonymiser(drill: Drill, { affectedCustomers, reporter }: Incident, signals: Signals) {
  const named = signals.flatMap((each) => [each?.customer, ...(each?.affectedCustomers ?? [])]);
  const met = [...affectedCustomers, reporter, ...named].filter((each) => each !== undefined);
  const none = new Set<string>();
  const erasures = [...Map.groupBy(met, ({ id }) => id)].map(
    ([customerId, all]): Erasure => ({
      customerId,
      pseudonym: nameInDrill(drill.id, customerId),
      names: [...new Set(all.flatMap(({ name }) => name || []))].sort((one, other) => other.length - one.length),
      ownIncidents: none,
      ownSignals: none,
    }),
  );
  const nobody = nameInDrill(drill.id, '');
  const struck: Erasure = {
    customerId: nobody,
    pseudonym: nobody,
    names: drill.strike ?? [],
    ownIncidents: none,
    ownSignals: none,
  };
  return (signal: Signal): Signal => {
    const { id, sourceId, receivedAt, ...told } = signal;
    const hidden = erasures.reduce<unknown>((value, erasure) => eraseValue(value, erasure), told) as typeof told;
    const plain = (text: string) =>
      eraseText(text, struck).replace(email, '[e-mail]').replace(telephone, '[telephone]');
    const texts = Object.entries(given(hidden, ['title', 'description', 'message'])).map(
      ([field, text]) => [field, text && plain(text)] as const,
    );
    return { ...hidden, id, sourceId, receivedAt, ...Object.fromEntries(texts) };
  };
}
