/** Gives the local cloud what `topology.ts` says exists. */
import type { LocalCloud } from './cloud.ts';

export async function provisionLocally(_cloud: LocalCloud, _project: string, _port: number): Promise<void> {}
