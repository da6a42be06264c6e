/**
 * Who acted. An `actor` is a verified e-mail, `rule`, `metronome`, `local` (on this machine), a tool where it names nobody,
 * or `<tool>:<account id>`. What an account calls itself is its `actorName`: shown, and never compared. Pure.
 */
import { given } from '../../platform/defined.ts';
import type { Signal, Tool } from './signal.ts';

export interface Author {
  actor: string;
  actorName?: string;
}

export const accountOf = (tool: Tool, id: string): string => `${tool}:${id}`;

/** Only the actor and its name, of a context, an event or a stored record. */
export const authorIn = (of: Author): Author => given(of, ['actor', 'actorName']);

export const authorOf = ({ agent, agentName, tool }: Pick<Signal, 'agent' | 'agentName' | 'tool'>): Author => ({
  actor: agent ?? tool,
  ...(agentName === undefined ? {} : { actorName: agentName }),
});

/** What accounts call themselves, by actor; the last name counts. */
export type ActorNames = Readonly<Record<string, string>>;

export function alsoCalled(names: ActorNames | undefined, { actor, actorName }: Author): ActorNames | undefined {
  return actorName === undefined || names?.[actor] === actorName ? names : { ...names, [actor]: actorName };
}
