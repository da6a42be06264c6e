// Run or preloaded before anything else, also by a Node that is too old for the rest: plain syntax only.
const oldest = 24;
const { node } = process.versions;

if (Number(node.split('.')[0]) < oldest) {
  process.stderr.write(`Metronome runs on Node ${oldest}; this is Node ${node} (${process.execPath}).

On Linux and Windows "npm ci" brings the right one as an optional package. Start things through npm
("npm start", "npm test"), which finds it, and do not leave optional packages out (--omit=optional).
On a Mac, or where that package does not run, install Node ${oldest} from https://nodejs.org and try again.
`);
  process.exit(1);
}

// What was compiled once is read at the next start, which then takes a fifth less.
process.getBuiltinModule('node:module').enableCompileCache();
