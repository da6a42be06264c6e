/** The Cloud Monitoring client, loaded only where a gauge is written. */
import type { MetricServiceClient } from '@google-cloud/monitoring';

let client: Promise<MetricServiceClient> | undefined;

export function monitoring(): Promise<MetricServiceClient> {
  client ??= connect();
  return client;
}

/** Monitoring has no emulator variable of its own: this one is read as Firestore's and Pub/Sub's are. */
async function connect(): Promise<MetricServiceClient> {
  const { MetricServiceClient: Client } = await import('@google-cloud/monitoring');
  const host = process.env.MONITORING_EMULATOR_HOST;
  if (!host) return new Client();
  const { credentials } = await import('@grpc/grpc-js');
  const [apiEndpoint, port] = host.split(':');
  // The client hands its options on to gRPC; its own type does not name all of them.
  const options = { apiEndpoint, port: Number(port), sslCreds: credentials.createInsecure() };
  return new Client(options as ConstructorParameters<typeof Client>[0]);
}

/** For a process that outlives its Monitoring: the next call connects anew. */
export async function closeMonitoring(): Promise<void> {
  const closing = client;
  client = undefined;
  await (await closing)?.close();
}
