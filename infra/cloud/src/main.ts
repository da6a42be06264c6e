#!/usr/bin/env node
/** `local-google-cloud`: the local cloud for programs of any language, until it is stopped. */
import { readFileSync } from 'node:fs';
import { startCloud } from './cloud.ts';
import { isIamFile, isIndexFile, readCommand } from './command.ts';
import { Iam } from './iam/iam.ts';

const usage = `local-google-cloud [--port 8081] [--data DIRECTORY] [--fresh] [--indexes FILE] [--iam FILE]

  --port     the one port of all services; 0 lets the system choose; PORT in the environment is read where it is left out
  --data     where documents, messages and jobs are kept; in memory where it is left out
  --fresh    delete what is kept there and start over
  --indexes  a firestore.indexes.json, {"indexes": [], "fieldOverrides": []}: queries that lack a composite index are refused
  --iam      JSON {"roles": {role: [permission]}, "grants": {account: [{"role", "on": "project" | "database" | {"database"} | {"topic"}}]}}:
             accounts may do nothing else

LOCAL_DURABILITY=full in the environment has each commit reach the disk before it is acknowledged.
`;

function readJson<T>(option: string, file: string, isRight: (value: unknown) => value is T): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${option} ${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  if (isRight(value)) return value;
  throw new Error(`${option} ${file} has another shape than --help shows.`);
}

let port = 0;
try {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  port = command.port;
  const { indexes, iam, data, fresh, durability } = command;
  const cloud = await startCloud({
    port,
    dataDirectory: data,
    fresh,
    durability,
    ...(indexes !== undefined && { indexes: { file: readJson('--indexes', indexes, isIndexFile) } }),
    ...(iam !== undefined && { iam: new Iam(readJson('--iam', iam, isIamFile)) }),
  });
  cloud.clock.start();
  // Before the start is announced: a program that reads the announcement may stop it at once.
  const stop = (): void => void cloud.stop().then(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const host = `127.0.0.1:${cloud.port}`;
  process.stdout.write(`
The local cloud is running. ${data === undefined ? 'What is stored is lost when it stops; --data DIRECTORY keeps it.' : `What is stored stays in ${data}/ (--fresh deletes it).`}
It speaks for Firestore, Pub/Sub, Cloud Scheduler and Cloud Monitoring, for any project. For your programs:

  export FIRESTORE_EMULATOR_HOST=${host}
  export PUBSUB_EMULATOR_HOST=${host}

The clients of Cloud Scheduler and Cloud Monitoring take { apiEndpoint: '127.0.0.1', port: ${cloud.port}, sslCreds } with
insecure credentials. Stop it with Ctrl-C.

`);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const isTaken = /EADDRINUSE|No address added/.test(message);
  process.stderr.write(
    isTaken
      ? `Port ${port} is taken by another program. Stop that one, or choose another: --port ${port + 10}\n`
      : `${message}\n`,
  );
  process.exit(1);
}
