/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than six seconds, longest first. */
const longest = [
  'scenarios/updates-sent',
  'scenarios/emergency-table',
  'scenarios/slack-edges',
  'infra/indexes',
  'scenarios/find',
  'console/one-language',
  'infra/bundle',
  'scenarios/bundle-holds',
  'scenarios/updates-under-faults',
  'console/meeting',
  'scenarios/outages',
  'scenarios/linking',
  'scenarios/duty',
  'scenarios/idle-ticks',
  'outgoing/notion/when-it-is-asked',
  'scenarios/table-of-updates',
  'scenarios/table-of-routing',
  'scenarios/bundle-months',
  'scenarios/notion',
  'scenarios/notion-away',
  'scenarios/bundle-gathered',
  'scenarios/drill-ends',
  'scenarios/drills-unseen',
  'scenarios/notion-faults',
  'infra/provision-command',
  'scenarios/rhythm-channels',
  'outgoing/notion/history',
  'fuzz/doors',
  'scenarios/echoes',
  'scenarios/meeting',
  'infra/drill-command',
  'scenarios/gauges',
  'scenarios/bundle-import',
  'scenarios/bundle-timers',
  'fuzz/api',
  'scenarios/silent-tool',
  'scenarios/alerts',
  'scenarios/questions',
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
