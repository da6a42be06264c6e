/** Posts one event to PagerDuty, or to its stub. */
import { now } from '../../platform/clock.ts';
import { isDeployed, readConfig } from '../../platform/config.ts';
import { traceHeaders } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import { eventsAddress } from './pagerduty.ts';
import { post } from './post.ts';

/** @throws TemporaryFailure or PermanentFailure */
export function sendToPagerDuty(body: string): Promise<void> {
  return post({
    url: eventsAddress(readConfig().PAGERDUTY_EVENTS_URL),
    body,
    headers: traceHeaders(),
    allowPrivate: !isDeployed(),
    timeoutMs: milliseconds(policy.notices.channelTimeout),
    now: now(),
  });
}
