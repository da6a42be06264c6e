/**
 * The Cloud Monitoring clients, loaded only where a gauge is written or a series is read. One module brings both, so one
 * load serves them.
 */
import type { AlertPolicyServiceClient, MetricServiceClient } from '@google-cloud/monitoring';
import { type ClientOptions, clientOptions } from './emulator.ts';
import { Clients, type Environment } from './environment.ts';

const load = () => import('@google-cloud/monitoring');
const clients = new Clients(async (of) => new (await load()).MetricServiceClient(await monitoringOptions(of)));
const policyClients = new Clients(
  async (of) => new (await load()).AlertPolicyServiceClient(await monitoringOptions(of)),
);

export const monitoring = (): Promise<MetricServiceClient> => clients.get();
export const alertPolicies = (): Promise<AlertPolicyServiceClient> => policyClients.get();

/** Monitoring has no emulator variable of its own: this one is read as Firestore's and Pub/Sub's are. */
export const monitoringOptions = (environment: Environment): Promise<ClientOptions> =>
  clientOptions('MONITORING', environment);

export const closeMonitoring = async (): Promise<void> =>
  void (await Promise.all([clients.close(), policyClients.close()]));
