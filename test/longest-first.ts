/** The order of test files: what takes longest begins first, so that no worker is left with it at the end. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than ten seconds of a processor, longest first. */
const longest = [
  'simulation/simulation',
  'infra/bundle',
  'simulation/oracle',
  'scenarios/rhythm-killed',
  'scenarios/updates-sent',
  'infra/indexes',
  'console/one-language',
  'console/board-at-scale',
  'scenarios/notion',
  'scenarios/table-of-routing',
  'scenarios/table-of-updates',
  'scenarios/rhythm-gauges',
  'console/meeting',
  'scenarios/action-tickets',
  'scenarios/updates-under-faults',
  'scenarios/slack-edges',
  'scenarios/bundle-holds',
  'scenarios/meeting-choices',
  'scenarios/rhythm-of-three-days',
  'scenarios/drill-rhythm',
  'scenarios/linking',
  'scenarios/idle-ticks',
  'scenarios/outages',
  'infra/front',
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
