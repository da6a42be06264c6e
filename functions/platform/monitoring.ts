/**
 * The Cloud Monitoring clients, loaded only where a gauge is written or a series is read. One module brings both, so one
 * load serves them.
 */
import type { AlertPolicyServiceClient, MetricServiceClient } from '@google-cloud/monitoring';

let client: Promise<MetricServiceClient> | undefined;
let policies: Promise<AlertPolicyServiceClient> | undefined;

export function monitoring(): Promise<MetricServiceClient> {
  client ??= import('@google-cloud/monitoring').then(async (module) => new module.MetricServiceClient(await where()));
  return client;
}

export function alertPolicies(): Promise<AlertPolicyServiceClient> {
  policies ??= import('@google-cloud/monitoring').then(
    async (module) => new module.AlertPolicyServiceClient(await where()),
  );
  return policies;
}

/** Monitoring has no emulator variable of its own: this one is read as Firestore's and Pub/Sub's are. */
async function where(): Promise<ConstructorParameters<typeof MetricServiceClient>[0]> {
  const host = process.env.MONITORING_EMULATOR_HOST;
  if (!host) return {};
  const { credentials } = await import('@grpc/grpc-js');
  const [apiEndpoint, port] = host.split(':');
  // The client hands its options on to gRPC; its own type does not name all of them.
  return { apiEndpoint, port: Number(port), sslCreds: credentials.createInsecure() } as ConstructorParameters<
    typeof MetricServiceClient
  >[0];
}

/** For a process that outlives its Monitoring: the next call connects anew. */
export async function closeMonitoring(): Promise<void> {
  const closing = [client, policies];
  client = undefined;
  policies = undefined;
  await Promise.all(closing.map(async (each) => (await each)?.close()));
}
