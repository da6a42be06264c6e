// Hands one `npm run` of a runbook to the test that plays it, writes what the command says, and ends as it ended.
import { createConnection } from 'node:net';

const connection = createConnection(process.env.NPM_SERVER);
connection.end(JSON.stringify(process.argv.slice(2)));
let answer = '';
for await (const chunk of connection) answer += chunk;
const { code, out, err } = JSON.parse(answer);
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = code;
