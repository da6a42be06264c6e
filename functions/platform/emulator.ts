/** Where a client finds an emulator, and the account that it uses. On Google Cloud none of this is set. */
import type { v1 } from '@google-cloud/firestore-api';
import type { ChannelInterface as Channel } from '@grpc/grpc-js';
import type { Environment } from './environment.ts';

type Service = 'FIRESTORE' | 'PUBSUB' | 'MONITORING';

export interface Emulator {
  /** Host and port. */
  address: string;
  /** The local cloud asks who calls, as Google Cloud does; emulators know an owner only. */
  authorization: string;
}

/** `<SERVICE>_EMULATOR_HOST`, and `<SERVICE>_EMULATOR_ACCOUNT` if the caller matters; for every service, Cloud Monitoring too. */
export function emulatorOf(service: Service, environment: Environment): Emulator | undefined {
  const address = environment[`${service}_EMULATOR_HOST`];
  if (!address) return undefined;
  return { address, authorization: `Bearer ${environment[`${service}_EMULATOR_ACCOUNT`] || 'owner'}` };
}

/** A client that is told this looks for no credentials: not on the disk, and not at a metadata server. */
export const noCredentials = { clientOptions: { universeDomain: 'googleapis.com' } };

/** The in-process channel to an emulator by its address; undefined if it is reached over a connection. */
type ChannelTo = (address: string) => Channel | undefined;

let channelTo: ChannelTo = () => undefined;

/** For a process that contains the emulator. */
export function useChannels(channels: ChannelTo): void {
  channelTo = channels;
}

/** By the name that Google's clients pass to gRPC. */
export function channelOption(address: string): Record<string, unknown> {
  const channel = channelTo(address);
  return channel ? { 'grpc.channelFactoryOverride': () => channel } : {};
}

export type ClientOptions = NonNullable<ConstructorParameters<typeof v1.FirestoreAdminClient>[0]>;

/** What a client of Google's is made with. It hands its options on to gRPC, though its type does not name all of them. */
export async function clientOptions(service: Service, environment: Environment): Promise<ClientOptions> {
  const emulator = emulatorOf(service, environment);
  if (!emulator) return projectOf(environment);
  const [apiEndpoint = '', port] = emulator.address.split(':');
  const address = { apiEndpoint, port: Number(port) };
  return { ...projectOf(environment), ...address, ...(await emulatorOptions(emulator)) } as ClientOptions;
}

/** What a gRPC client of Google's needs beside its address to call an emulator. */
export async function emulatorOptions(emulator: Emulator): Promise<Record<string, unknown>> {
  const { credentials } = await import('@grpc/grpc-js');
  return {
    ...noCredentials,
    ...channelOption(emulator.address),
    sslCreds: credentials.createInsecure(),
    // gRPC refuses credentials on a connection in the clear: the header is set as each call begins.
    'grpc.callInvocationTransformer': (call: { metadata: { set(key: string, value: string): void } }) => {
      call.metadata.set('authorization', emulator.authorization);
      return call;
    },
  };
}

export const projectOf = ({ GOOGLE_CLOUD_PROJECT: projectId }: Environment): { projectId?: string } =>
  projectId ? { projectId } : {};
