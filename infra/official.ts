/** `npm run test:official`: Firestore's contract tests, the rules and a push, against Google's own emulators. */
import { spawnSync } from 'node:child_process';

const neededJava = 21;

const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
const version = Number(/version "(\d+)/.exec(`${java.stderr}${java.stdout}`)?.[1] ?? 0);
if (version < neededJava) {
  const found = java.error ? 'there is no java' : `this one is ${version || 'unknown'}`;
  process.stderr.write(`The official emulators need Java ${neededJava} or later, and ${found}.
They also download 137 MB (Firestore) and 53 MB (Pub/Sub) the first time. Nothing else of Metronome needs Java: npm run
test:cloud runs the same contract tests against the local cloud. Cloud Build runs this with every commit (cloudbuild.yaml).
`);
  process.exit(1);
}

// Its own process for each: the rules are asked as a client that has no account.
const tests = 'vitest run --project cloud infra/cloud/test/firestore && vitest run --project official';
const args = ['emulators:exec', '--only=firestore,pubsub', '--project=metronome-official', tests];
const { status, error } = spawnSync('firebase', args, { stdio: 'inherit' });
if (error) process.stderr.write(`firebase could not be started: ${error.message}\n`);
process.exit(status ?? 1);
