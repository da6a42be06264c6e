/**
 * The Cloud Monitoring clients, loaded only where a gauge is written or a series is read. One module brings both, so one
 * load serves them.
 */
import type { AlertPolicyServiceClient, MetricServiceClient } from '@google-cloud/monitoring';
import { type ClientOptions, clientOptions } from './emulator.ts';
import { type Environment, PerEnvironment } from './environment.ts';

const clients = new PerEnvironment(async (environment) => {
  const { MetricServiceClient: Client } = await import('@google-cloud/monitoring');
  return new Client(await monitoringOptions(environment));
});
const policyClients = new PerEnvironment(async (environment) => {
  const { AlertPolicyServiceClient: Client } = await import('@google-cloud/monitoring');
  return new Client(await monitoringOptions(environment));
});

export const monitoring = (): Promise<MetricServiceClient> => clients.get();
export const alertPolicies = (): Promise<AlertPolicyServiceClient> => policyClients.get();

/** Monitoring has no emulator variable of its own: this one is read as Firestore's and Pub/Sub's are. */
export const monitoringOptions = (environment: Environment): Promise<ClientOptions> =>
  clientOptions('MONITORING', environment);

/** For a process that outlives its Monitoring: the next call reconnects. */
export async function closeMonitoring(): Promise<void> {
  const closing = [...clients.forget(), ...policyClients.forget()];
  await Promise.all(closing.map(async (each) => (await each).close()));
}
