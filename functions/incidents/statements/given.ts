/** The input and the result of a statement's reducer. Pure. */
import type { ContactEffect, Context, Refusal } from '../facts/decision.ts';
import type { Changes, ConclusionOf, FactOf } from '../facts/events.ts';
import { earliest, type Incident } from '../incident.ts';
import { answered } from '../rhythm/paging.ts';
import type { OwnStatement, StatementOf } from './statement-schemas.ts';

export interface Given<T extends OwnStatement['type']> {
  incident: Incident;
  statement: StatementOf<T>;
  /** When it happened, as stated. */
  at: Date;
  context: Context;
}

export interface Reduced {
  changes: Changes;
  effects?: ContactEffect[];
  /** The conclusions of rules, for people to read. */
  concluded?: ConclusionOf[];
}

/** A statement may be recorded in fuller words than it was made: a correction with the value that it replaces. */
type ReducedStatement<T extends OwnStatement['type']> = Reduced & { detail?: FactOf<T>['detail'] };

export type Reducer<T extends OwnStatement['type']> = (given: Given<T>) => ReducedStatement<T> | Refusal;

/** What a person states of it is a response; the earliest of them is the first. */
export function asResponse({ incident, at, context }: Omit<Given<'responded'>, 'statement'>): Changes {
  return {
    firstResponseAt: earliest(incident.firstResponseAt, at),
    ...answered(incident, context.now),
    responders: respondersOf({ incident, context }),
  };
}

export const respondersOf = ({ incident, context }: Pick<Given<'responded'>, 'incident' | 'context'>): string[] =>
  withName(incident.responders, context.actor);

export const withName = (names: string[], name: string): string[] => (names.includes(name) ? names : [...names, name]);
