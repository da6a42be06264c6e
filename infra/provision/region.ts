/** Refuses a mistyped region, which would point push endpoints and uptime checks at services that do not exist. */
import type { UptimeCheckServiceClient } from '@google-cloud/monitoring';
import type { PubSub } from '@google-cloud/pubsub';
import { emptyWhereOff } from './live.ts';
import { isOurs } from './pubsub.ts';
import { leave, type Part, refuse, type Step } from './step.ts';
import { uptimeLabel } from './uptime.ts';

/** The regions of Cloud Run that these hosts are in, but for one. */
export function otherRegions(hosts: readonly string[], region: string): string[] {
  const regions = hosts.flatMap((host) => /^metronome-.*\.([a-z]+-[a-z]+\d+)\.run\.app$/.exec(host)?.[1] ?? []);
  return [...new Set(regions)].filter((each) => each !== region).sort();
}

export interface RegionChoice {
  region: string;
  /** Whether what calls Metronome is to move to this region. */
  movesRegion: boolean;
}

export function regionPart(
  clients: { pubsub: PubSub; uptime: UptimeCheckServiceClient },
  project: string,
  { region, movesRegion }: RegionChoice,
): Part {
  const plan = (pushed: readonly string[], asked: readonly string[]): Step[] =>
    otherRegions([...pushed, ...asked], region).map((other) => {
      const count = (hosts: readonly string[]): number => otherRegions(hosts, region).length && hosts.length;
      return movesRegion
        ? leave(
            'region',
            other,
            'its schedules and services stay there, and its schedules tick twice: pause or delete them (“Moving to another region” in docs/how-to/operate.md)',
          )
        : refuse(
            'region',
            region,
            `Metronome is in ${other}: ${count(pushed)} push endpoints and ${count(asked)} uptime checks would move. Use --region ${other}, or --move-region to move Metronome to ${region}, which a deployment has to follow (“Moving to another region” in docs/how-to/operate.md)`,
          );
    });
  return {
    title: 'Region',
    api: 'pubsub.googleapis.com',
    ofNothing: () => [],
    read: async () => {
      const [subscriptions] = await clients.pubsub.getSubscriptions();
      const pushed = subscriptions
        .map(({ metadata }) => metadata)
        .filter((each) => isOurs(each?.labels))
        .flatMap((each) => each?.pushConfig?.pushEndpoint ?? []);
      const checks = await emptyWhereOff(async () => {
        const [found] = await clients.uptime.listUptimeCheckConfigs({ parent: `projects/${project}` });
        return found.filter((each) => each.userLabels?.[uptimeLabel] !== undefined);
      });
      return plan(
        pushed.flatMap((each) => (URL.canParse(each) ? new URL(each).host : [])),
        checks.flatMap((each) => each.monitoredResource?.labels?.host ?? []),
      );
    },
  };
}
