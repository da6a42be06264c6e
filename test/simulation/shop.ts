/** The project whose alerts the world sends: its owner lets Metronome read them, as docs/how-to/deploy.md says. */
import type { Iam } from '../../infra/cloud/src/iam/iam.ts';
import { emailOf } from '../../infra/provision/accounts.ts';
import { project } from './idleness.ts';

export function openShop(iam: Iam): void {
  iam.grantElsewhere('shop-prod', emailOf('metronome-series', project), 'roles/monitoring.viewer');
}
