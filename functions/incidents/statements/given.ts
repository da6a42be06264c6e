/** What a reducer of a statement is given and gives. Pure. */
import type { ContactEffect, Context, Refusal } from '../decision.ts';
import type { Changes, DecidedEvent, DetailOf } from '../events.ts';
import { type Incident, optional } from '../incident.ts';
import { answered } from '../rhythm/paging.ts';
import type { Statement, StatementOf } from './statement-schemas.ts';

/** Statements about one incident as it is. A link touches several, and a retraction needs the whole timeline. */
export type OwnStatement = Exclude<Statement, { type: 'linked' | 'unlinked' | 'retracted' }>;

export interface Given<T extends OwnStatement['type']> {
  incident: Incident;
  statement: StatementOf<T>;
  /** When it happened, as stated. */
  at: Date;
  context: Context;
}

export interface Reduced {
  /** The statement's own event, then what rules make of it. */
  events: DecidedEvent[];
  /** What it does to the incident's contacts. */
  effects?: ContactEffect[];
}

export type Reducer<T extends OwnStatement['type']> = (given: Given<T>) => Reduced | Refusal;

/** The statement as an event: what it says is its detail. */
export function eventOf<T extends OwnStatement['type']>(
  { statement, at, context }: Given<T>,
  changes: Changes,
  detail?: DetailOf<T>,
): DecidedEvent {
  const { type, occurredAt: _, evidenceUrl, ...said }: OwnStatement = statement;
  // The schema of what people state holds what the event's own asks for.
  return {
    type,
    occurredAt: at,
    actor: context.actor,
    detail: detail ?? said,
    ...optional('evidenceUrl', evidenceUrl),
    changes,
  } as DecidedEvent;
}

/** Anything that a person states of it is a response; the earliest of them is the first. */
export function asResponse({
  incident,
  at,
  context,
}: Pick<Given<'responded'>, 'incident' | 'at' | 'context'>): Changes {
  const isFirst = incident.firstResponseAt === undefined || at < incident.firstResponseAt;
  return {
    ...(isFirst ? { firstResponseAt: at } : {}),
    ...answered(incident, context.now),
    responders: withName(incident.responders, context.actor),
  };
}

export function withName(names: string[], name: string): string[] {
  return names.includes(name) ? names : [...names, name];
}
