/** The ordinary tests on functions with a planted bug: `PLANTED_BUG` names it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import config from '../../vitest.config.ts';
import { changed } from './build.ts';
import { plantedBugs } from './planted-bugs.ts';

const top = join(import.meta.dirname, '../..');
const bug = plantedBugs.find((each) => each.name === process.env.PLANTED_BUG);
if (!bug) throw new Error(`PLANTED_BUG has to name a planted bug, and is “${process.env.PLANTED_BUG}”.`);

// Without the projects: each would read the ordinary configuration, which plants nothing.
const { projects: _, ...test } = config.test ?? {};

export default defineConfig({
  root: top,
  test: {
    ...test,
    include: ['test/**/*.test.ts'],
    // Vite reads the files, and lets them be changed on the way; what Node runs is the file itself.
    experimental: { viteModuleRunner: true },
    // Transformed files are kept by their contents, which a planted bug leaves as they are.
    fsModuleCache: false,
  },
  plugins: [
    {
      name: 'planted-bug',
      enforce: 'pre',
      load: (id) => (id === join(top, bug.file) ? changed(readFileSync(id, 'utf8'), bug) : undefined),
    },
  ],
});
