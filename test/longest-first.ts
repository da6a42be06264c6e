/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than four seconds, longest first. */
const longest = [
  'scenarios/updates-sent',
  'outgoing/notion/when-it-is-asked',
  'scenarios/linking',
  'infra/bundle',
  'console/meeting',
  'scenarios/emergency-table',
  'scenarios/notion',
  'scenarios/slack-edges',
  'scenarios/bundle-months',
  'scenarios/find',
  'scenarios/bundle-gathered',
  'scenarios/outages',
  'scenarios/tables-in-a-house',
  'outgoing/tickets/sent',
  'infra/provision-command',
  'infra/indexes',
  'scenarios/duty',
  'incidents/filing',
  'scenarios/drill-ends',
  'scenarios/meeting',
  'infra/house-stops',
  'scenarios/killed',
  'scenarios/ticket-notes',
  'scenarios/bundle-holds',
  'infra/least-privilege',
  'scenarios/silent-tool',
  'api/openapi',
  'intake/sources/text',
  'scenarios/returning-tickets',
  'scenarios/bundle-import',
  'scenarios/storms-and-links',
  'scenarios/action-tickets',
  'outgoing/slack/shown',
  'infra/migrate',
  'outgoing/tickets/clients',
  'scenarios/events',
  'scenarios/channels-for',
  'scenarios/retractions',
  'scenarios/drills',
  'intake/sources/readers',
  'scenarios/rhythm-gauges',
  'console/whole-pages',
  'fuzz/parsers',
  'upgrade/stored',
  'scenarios/questions',
  'drills/starting',
  'duty/read-feed',
  'scenarios/paging',
  'security/regular-expressions',
  'scenarios/notion-away',
  'infra/drill-command',
  'scenarios/table-of-routing',
  'contract/tools/other-tools',
  'scenarios/mail-and-teams',
  'console/board-at-scale',
  'scenarios/large-bodies',
  'scenarios/emergency',
  'scenarios/meeting-choices',
  'slack/worked-on',
  'infra/watch',
  'infra/demo-lives',
  'console/connections',
  'outgoing/notion/history',
  'scenarios/echoes',
  'simulation/in-memory',
  'fuzz/api',
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
