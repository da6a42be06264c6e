/** A change event of PagerDuty's Events API: a release that many CI tools tell already. Pure. */
import { stableId } from '../platform/ids.ts';
import { objectAt, objectsAt } from '../platform/loose.ts';
import type { Policy } from '../policy.ts';
import { isProduction, linkIn, NotARelease, type ReleaseReading, releaseOf, textIn, timeIn } from './release-source.ts';

/** @throws NotARelease without a summary, which PagerDuty requires */
export function readChange(body: unknown, receivedAt: Date, policy: Policy): ReleaseReading {
  const payload = objectAt(body, 'payload');
  const details = objectAt(payload, 'custom_details');
  const title = textIn(payload.summary, 1_024);
  if (!title) throw new NotARelease('The change event has no payload.summary.');
  const environment = textIn(details.environment);
  if (environment && !isProduction(environment, policy))
    return { ignored: 'a change of another environment than production' };
  const source = textIn(payload.source);
  const startedAt = timeIn(payload.timestamp) ?? receivedAt;
  return {
    release: releaseOf({
      id: stableId('rel', 'pagerduty', title, source ?? '', startedAt.toISOString()),
      source: 'pagerduty',
      status: 'SUCCESS',
      title,
      startedAt,
      environment,
      trigger: source ?? 'change event',
      commit: ['commit', 'sha', 'commit_sha', 'revision'].map((each) => textIn(details[each])).find((each) => each),
      branch: textIn(details.branch) ?? textIn(details.ref),
      repository: textIn(details.repository) ?? textIn(details.repo),
      url: linkIn(...objectsAt(body, 'links').map(({ href }) => href)),
    }),
  };
}
