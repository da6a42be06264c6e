/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than four seconds, longest first. */
const longest = [
  'scenarios/updates-sent',
  'scenarios/emergency-table',
  'scenarios/slack-edges',
  'infra/bundle',
  'console/one-language',
  'infra/provision-command',
  'infra/least-privilege',
  'scenarios/outages',
  'scenarios/duty',
  'scenarios/linking',
  'console/meeting',
  'scenarios/meeting',
  'infra/indexes',
  'scenarios/notion',
  'scenarios/idle-ticks',
  'scenarios/table-of-routing',
  'scenarios/rhythm-channels',
  'infra/lacks-firestore',
  'outgoing/notion/when-it-is-asked',
  'scenarios/bundle-gathered',
  'infra/drill-command',
  'scenarios/bundle-months',
  'scenarios/find',
  'scenarios/drill-ends',
  'infra/house-stops',
  'scenarios/drills-unseen',
  'scenarios/gauges',
  'infra/deploy',
  'scenarios/tables-in-a-house',
  'scenarios/alerts',
  'scenarios/bundle-import',
  'scenarios/echoes',
  'outgoing/tickets/sent',
  'infra/migrate',
  'scenarios/ticket-notes',
  'scenarios/rhythm-gauges',
  'scenarios/events',
  'scenarios/action-tickets',
  'scenarios/paging',
  'scenarios/silent-tool',
  'scenarios/drills',
  'scenarios/killed',
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
