/**
 * Where Google's APIs are. gcloud reads CLOUDSDK_API_ENDPOINT_OVERRIDES_… for each (a private endpoint, a proxy, a stub);
 * what the client libraries and plain requests do follows the same variables, so that all of it goes to one place.
 */
import { environment } from '../../functions/platform/environment.ts';

type ApiName =
  | 'CLOUDRESOURCEMANAGER'
  | 'CLOUDSCHEDULER'
  | 'FIREBASERULES'
  | 'FIRESTORE'
  | 'MONITORING'
  | 'ORGPOLICY'
  | 'PUBSUB'
  | 'STORAGE';

const overrideOf = (api: ApiName): string | undefined => environment()[`CLOUDSDK_API_ENDPOINT_OVERRIDES_${api}`];

/** Without a slash at the end. @param base the path that all of the API is under; an override has it in itself */
export function endpointOf(api: ApiName, base = ''): string {
  return (overrideOf(api) ?? `https://${api.toLowerCase()}.googleapis.com${base}`).replace(/\/+$/, '');
}

/** For the constructor of a client; such an endpoint is spoken to in REST, as gcloud does. */
export function clientEndpoint(api: ApiName): object {
  const override = overrideOf(api);
  if (override === undefined) return {};
  const { protocol, hostname, port } = new URL(override);
  const numbered = Number(port || (protocol === 'http:' ? 80 : 443));
  return {
    fallback: true,
    protocol: protocol.slice(0, -1),
    // Pub/Sub reads the first, the others what follows.
    apiEndpoint: `${hostname}:${numbered}`,
    servicePath: hostname,
    port: numbered,
  };
}
