/** Which of a door's sources a path is for. */
import type { IncomingMessage } from 'node:http';
import { pathWithin } from '../platform/door.ts';
import { Problem } from '../platform/problem.ts';
import type { IntakeSource } from './sources/source.ts';

/**
 * @param sources by the last segment of their path; `without` is at the door's own
 * @throws Problem 404 naming the paths that there are
 */
export function sourceAt(
  door: 'tickets' | 'alerts',
  sources: Readonly<Record<string, IntakeSource>>,
  without: string,
  request: IncomingMessage,
): IntakeSource {
  const pathOf = (name: string): string => (name === without ? '' : `/${name}`);
  const path = pathWithin(door, request.url ?? '/').replace(/\/$/, '');
  const source = Object.entries(sources).find(([name]) => pathOf(name) === path)?.[1];
  if (source) return source;
  const paths = Object.keys(sources).map((name) => `/${door}${pathOf(name)}`);
  throw new Problem(404, `No endpoint here. ${door === 'tickets' ? 'Tickets' : 'Alerts'} go to ${paths.join(', ')}.`);
}
