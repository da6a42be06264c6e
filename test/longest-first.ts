/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than five seconds, longest first. */
const longest = [
  'scenarios/updates-sent',
  'scenarios/recipients',
  'infra/bundle',
  'scenarios/notion',
  'scenarios/outages',
  'incidents/links',
  'outgoing/notion/when-it-is-asked',
  'scenarios/linking',
  'infra/deploy-command',
  'infra/indexes',
  'scenarios/slack-whole-night',
  'infra/provision-command',
  'console/meeting',
  'scenarios/tutorial',
  'scenarios/storms-and-links',
  'scenarios/killed',
  'customer-updates/tick',
  'scenarios/evidence',
  'scenarios/later-reports',
  'outgoing/slack/shown',
  'outgoing/tickets/sent',
  'scenarios/one-outage-of-all',
  'scenarios/meeting',
  'scenarios/slack-edges',
  'scenarios/duty',
  'console/board-at-scale',
  'infra/least-privilege',
  'scenarios/find',
  'security/hostile-names',
  'console/worst-first',
  'scenarios/bundle-gathered',
  'console/trends',
  'scenarios/bundle-import',
  'scenarios/emergency',
  'simulation/in-memory',
  'incidents/laws',
  'scenarios/drill-ends',
  'scenarios/bundle-holds',
].map((name) => `/test/${name}.test.ts`);

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((each) => moduleId.endsWith(each));
      return found < 0 ? longest.length : found;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}
