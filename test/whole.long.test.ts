/** Of these files `npm test` plays a part, or a smaller form. */
import { describe } from 'vitest';

process.env.FUZZ_TIMES ??= '4';
describe.each(['incidents/area-reports', 'infra/erase-everywhere', 'scenarios/emergency', 'scenarios/outages'])(
  '%s',
  async (file) => {
    await import(`./${file}.test.ts`);
  },
);
