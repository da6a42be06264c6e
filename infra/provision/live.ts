/** Whether Metronome has been started in a project; until then what ticks and what alerts is made at rest. */
import type { AlertPolicyServiceClient, protos } from '@google-cloud/monitoring';
import { reasonOf } from '../reason-of.ts';
import { policyLabel, stateLabel, states } from './watch.ts';

type Policy = protos.google.monitoring.v3.IAlertPolicy;

/** Whether a deployment has started them: policies start last, so one that was started says that all were to start. */
export const isLive = (policies: readonly Policy[]): boolean =>
  policies.some(
    (each) =>
      each.userLabels?.[policyLabel] !== undefined &&
      (each.enabled?.value === true || each.userLabels[stateLabel] === states.started),
  );

/** Whether a person has disabled one of a Metronome that has been started. */
export const isSilenced = ({ enabled, userLabels }: Policy): boolean =>
  enabled?.value !== true && userLabels?.[stateLabel] !== states.atRest;

/** The same, read from Google; without the Monitoring API there are no policies. */
export async function asksWhetherLive(client: AlertPolicyServiceClient, project: string): Promise<boolean> {
  return isLive(await emptyWhereOff(async () => (await client.listAlertPolicies({ name: `projects/${project}` }))[0]));
}

/** The existing resources; none while the API is off. */
export async function emptyWhereOff<T>(ask: () => Promise<T[]>): Promise<T[]> {
  try {
    return await ask();
  } catch (error) {
    if (/has not been used in .*project|it is disabled/i.test(reasonOf(error))) return [];
    throw error;
  }
}
