/** The Cloud Monitoring clients: one module brings both, loaded where a gauge is written or a series is read. */
import type { AlertPolicyServiceClient, MetricServiceClient } from '@google-cloud/monitoring';
import { type ClientOptions, clientOptions } from './emulator.ts';
import { Clients, type Environment } from './environment.ts';

const load = () => import('@google-cloud/monitoring');
const optionsOf = (of: Environment): Promise<ClientOptions> => clientOptions('MONITORING', of);
const clients = new Clients(async (of) => new (await load()).MetricServiceClient(await optionsOf(of)));
const policyClients = new Clients(async (of) => new (await load()).AlertPolicyServiceClient(await optionsOf(of)));

export const monitoring = (): Promise<MetricServiceClient> => clients.get();
export const alertPolicies = (): Promise<AlertPolicyServiceClient> => policyClients.get();

export const closeMonitoring = async (): Promise<void> =>
  void (await Promise.all([clients.close(), policyClients.close()]));
