/** What a report may say worse than is known, and the shapes in which an incident keeps what it has heard. Pure. */
import { businessImpacts } from './signal.ts';

/** Of these a later report may say worse; each is ordered, so that worse means higher. */
export const worsening = ['ongoing', 'impact.businessImpact', 'impact.affectedCustomerCount'] as const;
export type Worsening = (typeof worsening)[number];

/** Worst value that reports had said of a field before a person stated it, or have said since; null where none had. */
export type Stated = Partial<Record<Worsening, string | number | null>>;

/** A customer's message that nobody has answered. */
export interface Unanswered {
  customers: string[];
  ticket: { tool: string; id: string };
  at: Date;
}
const order: readonly string[] = businessImpacts.toReversed();
const rank = (value: string | number): number =>
  typeof value === 'number' ? value : value === 'yes' ? 1 : Math.max(0, order.indexOf(value));

export const isWorse = (
  reported: string | number | undefined,
  known: string | number | null | undefined,
): reported is string | number =>
  reported !== undefined && known !== undefined && known !== null && rank(reported) > rank(known);
