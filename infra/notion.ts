/** `npm run notion -- setup --parent PAGE`: what Metronome needs in Notion. */
import { parseArgs } from 'node:util';
import { connectNotion } from '../functions/outgoing/notion/connect.ts';
import { environment } from '../functions/platform/environment.ts';
import { commandLine, runTyped } from './command-line.ts';
import { pageIdOf, setUp } from './notion/set-up.ts';
import { reasonOf } from './reason-of.ts';

const usage = `npm run notion -- setup --parent PAGE

  --parent  the ID or address of the page that gets the data sources; share it with the integration first
            (page menu, Connections)

Creates インシデント, ポストモーテム and ネクストアクション with their relations, and prints NOTION_DATABASES for the
environment of the functions. NOTION_TOKEN is the integration's token. NOTION_API_URL replaces Notion's address
(npm start: http://127.0.0.1:8080/_local/tools/notion/site, with the token local).
`;

export const notion = commandLine(usage, async ({ args, out, err }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { parent: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  const { NOTION_TOKEN, NOTION_API_URL } = environment();
  if (values.help || positionals[0] !== 'setup' || !values.parent || !NOTION_TOKEN) {
    const isAsked = values.help && positionals.length === 0;
    if (!isAsked && !NOTION_TOKEN) err('NOTION_TOKEN is not set.\n\n');
    out(usage);
    return values.help ? 0 : 2;
  }
  const client = connectNotion(NOTION_TOKEN, NOTION_API_URL, { allowPrivate: true, timeoutMs: 30_000 });
  try {
    const databases = await setUp(client, pageIdOf(values.parent), (kind, id) => err(`created ${kind}: ${id}\n`));
    const { incidents, postmortems, actions } = databases;
    out(`NOTION_DATABASES='${JSON.stringify({ incidents, postmortems, actions })}'\n`);
    return 0;
  } catch (error) {
    err(`${reasonOf(error)}
Is the page shared with the integration, and is NOTION_TOKEN the integration's? What was made stays in the page: delete it there
before the next try.
`);
    return 1;
  }
});

if (import.meta.main) await runTyped(notion);
