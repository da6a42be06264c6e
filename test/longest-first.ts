/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than six seconds, longest first. */
const longest = [
  'scenarios/updates-sent',
  'scenarios/emergency-table',
  'scenarios/slack-edges',
  'infra/bundle',
  'console/one-language',
  'scenarios/linking',
  'scenarios/bundle-holds',
  'scenarios/duty',
  'outgoing/notion/when-it-is-asked',
  'scenarios/drills-unseen',
  'scenarios/notion',
  'infra/provision-command',
  'scenarios/outages',
  'scenarios/echoes',
  'scenarios/table-of-routing',
  'scenarios/rhythm-channels',
  'scenarios/bundle-months',
  'scenarios/table-of-updates',
  'console/meeting',
  'scenarios/notion-away',
  'scenarios/meeting',
  'scenarios/drill-ends',
  'infra/deploy',
  'scenarios/bundle-timers',
  'contract/firestore/indexes',
  'infra/drill-command',
  'scenarios/bundle-gathered',
  'scenarios/gauges',
  'infra/lacks-firestore',
  'scenarios/questions',
  'scenarios/ticket-notes',
  'scenarios/events',
  'fuzz/doors',
  'scenarios/action-tickets',
  'outgoing/notion/history',
  'outgoing/tickets/sent',
  'outgoing/notion/same-pages',
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
