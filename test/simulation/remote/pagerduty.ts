/** PagerDuty: what was triggered, acknowledged and resolved there. */
import { toolEnvironment } from '../../../infra/stubs/environment.ts';
import { openPosts } from '../../../infra/stubs/notices/post-store.ts';
import { openReceivers } from '../../../infra/stubs/notices/receivers.ts';
import type { RemoteService } from './service.ts';
import { variablesOf } from './variables.ts';

export const pagerduty: RemoteService = {
  standIns: ['pagerduty'],
  environment: (site) => variablesOf(toolEnvironment(site), ['PAGERDUTY_']),
  channels: [{ kind: 'pagerduty', routingKey: 'R'.repeat(32) }],
  open: (around) => ({ answer: openReceivers(around) }),
  view({ db }) {
    const posts = openPosts<{ action: 'trigger' | 'acknowledge' | 'resolve'; dedupKey: string }>(db, 'pagerduty');
    return {
      pages: () =>
        posts.all().map(({ at, body: { action, dedupKey } }) => {
          const [incidentId = '', episode] = dedupKey.split('#');
          return { at: Date.parse(at), action, incidentId, episode: Number(episode) };
        }),
    };
  },
};
