/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than four seconds, longest first. */
const longest = [
  'scenarios/updates-sent',
  'scenarios/linking',
  'outgoing/notion/when-it-is-asked',
  'scenarios/slack-edges',
  'scenarios/notion',
  'scenarios/emergency-table',
  'scenarios/outages',
  'scenarios/bundle-months',
  'infra/bundle',
  'console/meeting',
  'infra/provision-command',
  'scenarios/bundle-gathered',
  'scenarios/drill-ends',
  'scenarios/duty',
  'scenarios/meeting',
  'scenarios/bundle-holds',
  'scenarios/find',
  'outgoing/tickets/sent',
  'scenarios/bundle-import',
  'scenarios/paging',
  'scenarios/ticket-notes',
  'incidents/filing',
  'scenarios/drills',
  'scenarios/silent-tool',
  'intake/sources/text',
  'api/openapi',
  'intake/sources/readers',
  'scenarios/rhythm-gauges',
  'scenarios/killed',
  'scenarios/mail-and-teams',
  'scenarios/events',
  'security/regular-expressions',
  'scenarios/notion-away',
  'outgoing/tickets/clients',
  'scenarios/table-of-routing',
  'scenarios/questions',
  'scenarios/retractions',
  'console/whole-pages',
  'console/connections',
  'scenarios/returning-tickets',
  'infra/migrate',
  'scenarios/storms-and-links',
  'scenarios/channels-for',
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
