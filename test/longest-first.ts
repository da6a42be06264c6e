/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than six seconds, longest first. */
const longest = [
  'simulation/simulation',
  'scenarios/updates-sent',
  'infra/bundle',
  'simulation/oracle',
  'scenarios/emergency-table',
  'scenarios/slack-edges',
  'scenarios/rhythm-killed',
  'scenarios/questions',
  'scenarios/updates-under-faults',
  'scenarios/duty',
  'scenarios/linking',
  'scenarios/outages',
  'scenarios/notion',
  'scenarios/rhythm-channels',
  'scenarios/bundle-holds',
  'scenarios/drills-unseen',
  'scenarios/echoes',
  'scenarios/find',
  'outgoing/notion/when-it-is-asked',
  'scenarios/drill-ends',
  'scenarios/idle-ticks',
  'outgoing/notion/history',
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
