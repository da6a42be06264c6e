/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than four seconds, longest first. */
const longest = [
  'infra/deploy-command',
  'infra/bundle',
  'scenarios/linking',
  'scenarios/updates-sent',
  'scenarios/outages',
  'simulation/in-memory',
  'scenarios/slack-edges',
  'scenarios/recipients',
  'security/hostile-names',
  'scenarios/notion',
  'incidents/laws',
  'outgoing/notion/when-it-is-asked',
  'incidents/links',
  'scenarios/paging',
  'scenarios/slack-whole-night',
  'scenarios/emergency',
  'console/meeting',
  'scenarios/duty',
  'scenarios/ticket-notes',
  'customer-updates/tick',
  'scenarios/later-reports',
  'console/board-at-scale',
  'scenarios/meeting',
  'outgoing/slack/shown',
  'infra/provision-command',
  'scenarios/evidence',
  'scenarios/find',
  'infra/indexes',
  'infra/least-privilege',
  'infra/erase-everywhere',
  'scenarios/rhythm-gauges',
  'scenarios/drill-ends',
  'console/trends',
  'incidents/filing',
  'scenarios/bundle-gathered',
  'scenarios/bundle-import',
  'api/openapi',
  'incidents/area-reports',
  'incidents/sent-again',
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
