/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than four seconds, longest first. */
const longest = [
  'scenarios/updates-sent',
  'scenarios/emergency-table',
  'outgoing/notion/when-it-is-asked',
  'infra/provision-command',
  'scenarios/linking',
  'infra/indexes',
  'scenarios/slack-edges',
  'scenarios/bundle-months',
  'scenarios/duty',
  'console/meeting',
  'infra/bundle',
  'infra/drill-command',
  'scenarios/outages',
  'scenarios/notion',
  'scenarios/bundle-gathered',
  'outgoing/tickets/sent',
  'scenarios/find',
  'infra/least-privilege',
  'infra/lacks-firestore',
  'infra/migrate',
  'scenarios/drill-ends',
  'scenarios/ticket-notes',
  'scenarios/killed',
  'intake/sources/readers',
  'scenarios/tables-in-a-house',
  'scenarios/bundle-import',
  'scenarios/action-tickets',
  'scenarios/table-of-routing',
  'scenarios/meeting',
  'scenarios/bundle-holds',
  'scenarios/updates-under-faults',
  'scenarios/echoes',
  'outgoing/slack/shown',
  'intake/sources/text',
  'scenarios/questions',
  'scenarios/returning-tickets',
  'scenarios/rhythm-gauges',
  'scenarios/storms-and-links',
  'scenarios/silent-tool',
  'outgoing/tickets/clients',
  'api/openapi',
  'scenarios/retractions',
  'scenarios/channels-for',
  'drills/starting',
  'scenarios/drills',
  'upgrade/stored',
  'infra/deploy',
  'infra/house-stops',
  'scenarios/alerts',
  'scenarios/paging',
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
