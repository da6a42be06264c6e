// Preloaded by `npm start` and the commands of a team's own projects, and by no test: tests run on the defaults.
import './require-node.mjs';

await import('./own-settings/load.ts');
