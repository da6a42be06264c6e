/** Publishes changes to what customers can see, if that is switched on. */
import { type Config, readConfig } from '../platform/config.ts';
import { errorFacts, log } from '../platform/log.ts';
import { publish } from '../platform/publish.ts';
import { topics } from '../topology.ts';

/** Whether customers have pages at all. */
export const arePagesOn = ({ CUSTOMER_PAGES }: Config): boolean => CUSTOMER_PAGES === 'on';

export const isStatusOn = ({ PUBLIC_STATUS }: Config): boolean => PUBLIC_STATUS === 'on';

/** After a failure, the next minute tries again. Never throws. */
export async function askToPublish(): Promise<void> {
  const config = readConfig();
  if (!arePagesOn(config) && !isStatusOn(config)) return;
  try {
    await publish(topics.outgoing, { sync: 'pages' }, { withinMs: 2_000 });
  } catch (error) {
    log('WARNING', 'what customers can see is written with the next tick', errorFacts(error));
  }
}
