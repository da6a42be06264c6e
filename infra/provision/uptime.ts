/** Google asks the public doors from outside whether they answer: what no function can say of itself. */
import type { protos, UptimeCheckServiceClient } from '@google-cloud/monitoring';
import type { FunctionName } from '../../functions/topology.ts';
import { functions } from '../topology.ts';
import { bring, compare, create, type Part, type Step } from './step.ts';

type Check = protos.google.monitoring.v3.IUptimeCheckConfig;

export const uptimeLabel = 'metronome-uptime';

export function uptimePart(
  client: UptimeCheckServiceClient,
  project: string,
  hostOf: (name: FunctionName) => string,
): Part {
  const parent = `projects/${project}`;
  const plan = (existing: readonly Check[]): Step[] =>
    functions
      .filter((each) => each.trigger === 'public')
      .map(({ name, service }) => {
        const check = checkOf(name, service, hostOf(name), project);
        const isOfName = (each: Check): boolean => each.userLabels?.[uptimeLabel] === name;
        const found = existing.find(isOfName);
        if (!found) {
          return create('uptime check', name, async (isAgain) => {
            // Google gives the name: made a second time there would be two.
            if (isAgain && (await client.listUptimeCheckConfigs({ parent }))[0].some(isOfName)) return;
            await client.createUptimeCheckConfig({ parent, uptimeCheckConfig: check });
          });
        }
        return bring('uptime check', name, compare(check, found), () =>
          client.updateUptimeCheckConfig({ uptimeCheckConfig: { ...check, name: found.name ?? '' } }),
        );
      });
  return {
    title: 'Uptime checks',
    api: 'monitoring.googleapis.com',
    isOneByOne: true,
    ofNothing: () => plan([]),
    read: async () => plan((await client.listUptimeCheckConfigs({ parent }))[0]),
  };
}

/** A door takes POST only, and says so before it asks for a proof; what answers otherwise is no door of ours. */
const refusal = { acceptedResponseStatusCodes: [{ statusValue: 405 }] };
/** Without a token there is no page. Google's own 404, if the service is gone, lacks the text. */
const noSuchPage = { acceptedResponseStatusCodes: [{ statusValue: 404 }] };
const saysNoPage = [{ content: 'noindex', matcher: 'CONTAINS_STRING' as const }];

export function checkOf(name: string, service: string, host: string, project: string) {
  return {
    displayName: service,
    monitoredResource: { type: 'uptime_url', labels: { host, project_id: project } },
    httpCheck: {
      requestMethod: 'GET' as const,
      path: `/${name}`,
      port: 443,
      useSsl: true,
      validateSsl: true,
      ...(name === 'publicPages' ? noSuchPage : refusal),
    },
    ...(name === 'publicPages' ? { contentMatchers: saysNoPage } : {}),
    period: { seconds: 900 },
    timeout: { seconds: 30 },
    userLabels: { [uptimeLabel]: name },
  };
}
