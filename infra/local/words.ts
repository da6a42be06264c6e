/** What `npm start` and `npm run demo` say, in the language of the person who typed them. */
import { fillIn, type Language, type Texts } from '../../functions/words/language.ts';

const texts = {
  running: {
    ja: `
Metronome を起動しました。終了は Ctrl-C です。データは {dataDirectory}/ に残ります(npm start -- --fresh で消去)。

  コンソール    {base}/console
  API           {base}/api/incidents      (説明: {base}/api/openapi.json)
  ドキュメント  {base}/docs/README.md     ({base}/llms.txt、{base}/docs/search?q=…)
  時計、受信箱  {base}/_local/clock       {base}/_local/inbox
  チケット      {base}/_local/tools/{zendesk,intercom,freshdesk,jira}/tickets/{id}  (スタブ)
  Slack         {base}/_local/tools/slack  (ボタンが動くスタブ。npm start -- --slack で通知先に加わります)
  Notion        {base}/_local/tools/notion/pages  (スタブ)
  ローカル環境  127.0.0.1:{cloudPort}  (ほかのプログラムは FIRESTORE_EMULATOR_HOST と PUBSUB_EMULATOR_HOST に指定します)

最初のチケットを登録します:

{ticket}

`,
    en: `
Metronome is running. Stop it with Ctrl-C; data is kept in {dataDirectory}/ (npm start -- --fresh deletes it).

  Console       {base}/console
  API           {base}/api/incidents      (described at {base}/api/openapi.json)
  Documents     {base}/docs/README.md     ({base}/llms.txt, {base}/docs/search?q=…)
  Clock, inbox  {base}/_local/clock       {base}/_local/inbox
  Ticket tools  {base}/_local/tools/{zendesk,intercom,freshdesk,jira}/tickets/{id}  (stubs)
  Slack         {base}/_local/tools/slack  (a stub with working buttons; add its channel with npm start -- --slack)
  Notion        {base}/_local/tools/notion/pages  (a stub)
  Local cloud   127.0.0.1:{cloudPort}  (FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST for other programs)

File a ticket:

{ticket}

`,
  },
  advanced: {
    ja: '時計は {at} まで進みました({percent} %)。\n',
    en: 'The clock is at {at}, {percent} % of the way.\n',
  },
  stopping: { ja: '\n終了しています…\n', en: '\nStopping…\n' },
  lived: {
    ja: `
{seconds} 秒で半年分が過ぎました(受け付けられなかったもの: {refused} 件)。いま障害が起きています:

  コンソール  {base}/console

終了は Ctrl-C です。
`,
    en: `
Half a year has passed in {seconds} s (refused of what was told: {refused}). Something is burning:

  Console   {base}/console

Stop it with Ctrl-C.
`,
  },
  taken: {
    ja: 'ポート {taken} はほかのプログラムが使用中です。そのプログラムを終了するか、別のポートを指定してください: {name}={other} {command}',
    en: 'Port {taken} is taken by another program. Stop that one, or choose another: {name}={other} {command}',
  },
} satisfies Texts;

export const sayHere = (language: Language, key: keyof typeof texts, given: Record<string, string | number> = {}) =>
  fillIn(texts[key][language], given);

/**
 * A port that could not be opened, and what to do.
 * @returns undefined where it did not start for another reason
 */
export function sayTaken(
  language: Language,
  error: unknown,
  ports: Readonly<Record<'PORT' | 'LOCAL_CLOUD_PORT', number>>,
  command: string,
): string | undefined {
  const { code, message, port } = error as { code?: string; message?: string; port?: number };
  const isDoor = code === 'EADDRINUSE';
  if (!isDoor && !/EADDRINUSE|No address added/.test(message ?? '')) return undefined;
  const name = isDoor ? 'PORT' : 'LOCAL_CLOUD_PORT';
  const taken = isDoor ? (port ?? ports.PORT) : ports.LOCAL_CLOUD_PORT;
  return sayHere(language, 'taken', { taken, name, other: ports[name] + 10, command });
}
