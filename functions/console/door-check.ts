/**
 * Asks a door without a proof whether it is open, since the console has none of its secrets. The door answers either that it
 * refuses strangers, or that it is closed and which variable is missing.
 */
import type { IntakeSource } from '../intake/sources/source.ts';
import { alertSources, apiSources, ticketSources } from '../intake/sources/sources.ts';
import { call, NoAnswer } from '../platform/call.ts';
import { isDeployed } from '../platform/config.ts';
import { jsonIn, objectAt } from '../platform/loose.ts';
import type { ProblemCode } from '../platform/problem.ts';
import { serviceOf } from '../topology.ts';

/** @param without the source whose path is the function's own */
const doorsOf = (name: 'tickets' | 'alerts', sources: Readonly<Record<string, IntakeSource>>, without: string) =>
  Object.entries(sources).map(([segment, { tool, secretNames: variables }]) => {
    const path = segment === without ? `/${name}` : `/${name}/${segment}`;
    return { tool, function: name, path, variables };
  });

/** At least one of a door's variables has to be set. */
export const doors = [
  ...doorsOf('tickets', ticketSources, 'generic'),
  ...doorsOf('alerts', alertSources, 'monitoring'),
  ...Object.entries(apiSources).map(([path, { tool, secretNames: variables }]) => {
    return { tool, function: 'alerts' as const, path, variables };
  }),
];

/** The address of a door: on Cloud Run each service has its own host, named after it; elsewhere all share one. */
export function doorAddress({ function: name, path }: (typeof doors)[number], consoleUrl: string | undefined) {
  if (!consoleUrl || !URL.canParse(consoleUrl)) return undefined;
  const url = new URL(consoleUrl);
  const own = `${serviceOf('console')}-`;
  const isOnCloudRun = url.host.startsWith(own) && url.host.endsWith('.run.app');
  const host = isOnCloudRun ? `${serviceOf(name)}-${url.host.slice(own.length)}` : url.host;
  return `${url.protocol}//${host}${path}`;
}

export type CheckOutcome = 'open' | 'closed' | 'unreachable' | 'unexpected';

/** Never throws: that it cannot be reached is an outcome. */
export async function checkDoor(address: string): Promise<{ outcome: CheckOutcome; detail: string }> {
  const asStranger = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  const within = { allowPrivate: !isDeployed(), timeoutMs: 5_000, mostBytes: 2_000 };
  const answer = await call(address, { ...asStranger, ...within }).catch((error: Error) => error);
  if (answer instanceof Error) return { outcome: 'unreachable', detail: answer.message.slice(0, 300) };
  const { status, body } = answer;
  // A problem's code and detail, if the answer has them: another program may have answered.
  const { code, detail: said } = objectAt(body instanceof NoAnswer ? undefined : jsonIn(body));
  const detail = typeof said === 'string' ? said.slice(0, 300) : '';
  if (code === ('door-closed' satisfies ProblemCode)) return { outcome: 'closed', detail };
  return status === 401
    ? { outcome: 'open', detail }
    : { outcome: 'unexpected', detail: `HTTP ${status} ${detail}`.trim() };
}
