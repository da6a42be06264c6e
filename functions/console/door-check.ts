/**
 * Whether a door is open, asked of the door itself: the console holds none of its secrets. The door is called without
 * a proof, as a stranger would; it answers that it refuses strangers, or that it is closed and which variable is missing.
 */
import type { Tool } from '../incidents/signal/signal.ts';
import { monitoring } from '../intake/sources/monitoring.ts';
import { ticketSources } from '../intake/sources/tickets.ts';
import type { ProblemCode } from '../platform/problem.ts';
import { serviceOf } from '../topology.ts';

interface Door {
  tool: Tool;
  function: 'tickets' | 'alerts';
  path: string;
  /** The variables of which one has to be set. */
  variables: readonly string[];
}

export const doors: readonly Door[] = [
  ...Object.entries(ticketSources).map(
    ([tool, source]): Door => ({
      tool: source.tool,
      function: 'tickets',
      path: tool === 'generic' ? '/tickets' : `/tickets/${tool}`,
      variables: source.secretNames,
    }),
  ),
  { tool: monitoring.tool, function: 'alerts', path: '/alerts', variables: monitoring.secretNames },
];

/** Where a door is: Cloud Run gives each service a host of its own, named after it; elsewhere all share one. */
export function doorAddress({ function: name, path }: Door, consoleUrl: string | undefined): string | undefined {
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
  try {
    const response = await fetch(address, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(5_000),
    });
    const { code, detail } = read((await response.text()).slice(0, 2_000));
    if (code === ('door-closed' satisfies ProblemCode)) return { outcome: 'closed', detail };
    if (response.status !== 401) return { outcome: 'unexpected', detail: `HTTP ${response.status} ${detail}`.trim() };
    return { outcome: 'open', detail };
  } catch (error) {
    const why = error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    return { outcome: 'unreachable', detail: why.slice(0, 300) };
  }
}

/** A problem's code and detail, as far as it is one: what answers may be another program. */
function read(said: string): { code: unknown; detail: string } {
  try {
    const { code, detail } = JSON.parse(said) as { code?: unknown; detail?: unknown };
    return { code, detail: typeof detail === 'string' ? detail.slice(0, 300) : '' };
  } catch {
    return { code: undefined, detail: '' };
  }
}
