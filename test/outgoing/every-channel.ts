/** A channel of every kind against the stubs, with what it takes and what it answers: told apart by their kinds. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { afterAll } from 'vitest';
import type { Fault } from '../../infra/cloud/src/faults.ts';
import { meetFault, retryAfterOf, statusOf } from '../../infra/stubs/meet-fault.ts';
import { startMailServer } from '../../infra/stubs/notices/mail-server.ts';
import { openPosts } from '../../infra/stubs/notices/post-store.ts';
import { openReceivers, pagerDutySite } from '../../infra/stubs/notices/receivers.ts';
import { answerSlack } from '../../infra/stubs/slack/routes.ts';
import { createSlack, slackApiOf } from '../../infra/stubs/slack/service.ts';
import { bodyOf, openOtherSide } from './other-side.ts';
import type { SmallCloud } from './small-cloud.ts';

export const channelKinds = [
  'webhook',
  'inbox',
  'google-chat',
  'teams',
  'slack',
  'slack-app',
  'pagerduty',
  'mail',
] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** What one channel has taken. */
export interface Taken {
  kind: ChannelKind;
  /** Of a mail. */
  to?: string;
  text: string;
}

const [appRoom, hookRoom] = ['C1APP', 'C1HOOK'];
const routingKey = '0123456789abcdef0123456789abcdef';

/** What calls to each are called as fault targets, and the room that they are about. */
const callsOf: Record<ChannelKind, Pick<Fault, 'target' | 'match'>> = {
  webhook: { target: 'tools.own.webhook' },
  inbox: { target: 'tools.own.inbox' },
  'google-chat': { target: 'tools.own.google-chat' },
  teams: { target: 'tools.teams.post' },
  slack: { target: 'tools.slack.webhook' },
  'slack-app': { target: 'tools.slack.postMessage', match: appRoom },
  pagerduty: { target: 'tools.pagerduty.enqueue' },
  mail: { target: 'tools.smtp.send' },
};

export async function openEveryChannel({ faults, at }: Pick<SmallCloud, 'faults' | 'at'>) {
  const db = new DatabaseSync(':memory:');
  const clock = { now: () => at().getTime() };
  const around = { db, clock, faults };
  const own: Taken[] = [];
  const mails = await startMailServer(around);
  const receive = openReceivers(around);
  const slack = createSlack({ ...around, environment: () => environment, doors: () => side.url });

  async function answerOwn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    const kind = request.url?.slice(1).replace(/\?.*/, '') as ChannelKind;
    const fault = faults.take(callsOf[kind].target);
    const failed = { status: statusOf(fault), headers: retryAfterOf(fault, statusOf(fault)), body: '' };
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Sign in</p>' };
    const taken = () => {
      own.push({ kind, text });
      return { status: 200, headers: {}, body: '' };
    };
    const answer = fault?.effect === 'garble' ? page : await meetFault(fault, () => failed, taken);
    if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const side = await openOtherSide(
    async (request, response) =>
      (await answerSlack(slack, request, response)) ||
      (await receive(request, response)) ||
      (await answerOwn(request, response)),
  );
  afterAll(async () => {
    await mails.close();
    db.close();
  });
  const environment = {
    SLACK_BOT_TOKEN: 'local',
    SLACK_API_URL: slackApiOf(side.url),
    PAGERDUTY_EVENTS_URL: pagerDutySite(side.url),
    SMTP_URL: mails.url,
    MAIL_FROM: 'metronome@example.jp',
  };
  const addressed = (path: string) => ({ url: `${side.url}/${path}`, allowPrivate: true });
  const settings: Record<ChannelKind, object> = {
    webhook: { ...addressed('webhook'), secret: 'whsec_c2VjcmV0' },
    inbox: addressed('inbox'),
    'google-chat': addressed('google-chat'),
    teams: addressed('_local/tools/teams/site/workflows/1'),
    slack: addressed(`_local/tools/slack/services/T1/B1/${hookRoom}`),
    'slack-app': { channel: appRoom },
    pagerduty: { routingKey },
    mail: { to: ['one@example.jp', 'other@example.jp'] },
  };
  return {
    environment,
    channel: (kind: ChannelKind, more: object = {}) => ({ kind, language: 'en', ...settings[kind], ...more }),
    /** All calls to it meet this until the faults are cleared. */
    strike: (kind: ChannelKind, fault: Omit<Fault, 'target'>) =>
      faults.add({ ...callsOf[kind], times: Number.POSITIVE_INFINITY, ...fault }),
    /** In all, since it was opened. */
    taken: (): Taken[] => [
      ...own,
      ...openPosts<object>(db, 'pagerduty').all().map(said('pagerduty')),
      ...openPosts<object>(db, 'teams').all().map(said('teams')),
      ...openPosts<{ to: string[]; raw: string }>(db, 'smtp')
        .all()
        .flatMap(({ body: { to, raw } }) => to.map((each): Taken => ({ kind: 'mail', to: each, text: unfolded(raw) }))),
      ...slack.store
        .messages()
        .map((each): Taken => ({ kind: each.channel === appRoom ? 'slack-app' : 'slack', text: JSON.stringify(each) })),
    ],
  };
}

const said =
  (kind: ChannelKind) =>
  ({ body }: { body: object }): Taken => ({ kind, text: JSON.stringify(body) });

/** Without the soft line breaks of quoted-printable. */
const unfolded = (raw: string): string => raw.replace(/=\r?\n/g, '');
