/**
 * The Cloud Monitoring clients, loaded only where a gauge is written or a series is read. One module brings both, so one
 * load serves them.
 */
import type { AlertPolicyServiceClient, MetricServiceClient } from '@google-cloud/monitoring';
import { emulatorOf, emulatorOptions, projectOf } from './emulator.ts';
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

type Options = NonNullable<ConstructorParameters<typeof MetricServiceClient>[0]>;

/** Monitoring has no emulator variable of its own: this one is read as Firestore's and Pub/Sub's are. */
export async function monitoringOptions(environment: Environment): Promise<Options> {
  const emulator = emulatorOf('MONITORING', environment);
  if (!emulator) return projectOf(environment);
  const [apiEndpoint, port] = emulator.address.split(':');
  // The client hands its options on to gRPC; its own type does not name all of them.
  return {
    ...projectOf(environment),
    apiEndpoint,
    port: Number(port),
    ...(await emulatorOptions(emulator)),
  } as Options;
}

/** For a process that outlives its Monitoring: the next call connects anew. */
export async function closeMonitoring(): Promise<void> {
  const closing = [...clients.forget(), ...policyClients.forget()];
  await Promise.all(closing.map(async (each) => (await each).close()));
}
