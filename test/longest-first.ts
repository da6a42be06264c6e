/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than six seconds, longest first. */
const longest = [
  'simulation/simulation',
  'infra/bundle',
  'scenarios/updates-sent',
  'simulation/oracle',
  'scenarios/emergency-table',
  'infra/indexes',
  'console/one-language',
  'scenarios/slack-edges',
  'scenarios/idle-ticks',
  'console/meeting',
  'scenarios/table-of-routing',
  'scenarios/find',
  'scenarios/bundle-months',
  'scenarios/bundle-gathered',
  'scenarios/rhythm-killed',
  'scenarios/bundle-holds',
  'scenarios/notion-away',
  'scenarios/alerts',
  'fuzz/doors',
  'scenarios/drill-ends',
  'outgoing/notion/when-it-is-asked',
  'scenarios/meeting',
  'scenarios/notion-faults',
  'infra/provision-command',
  'scenarios/updates-under-faults',
  'scenarios/gauges',
  'outgoing/notion/history',
  'security/regular-expressions',
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
