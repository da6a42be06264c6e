/** `/_local/tools/slack/…`: Slack's Web API, what a test looks at, and what a person's hands do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../../local/front.ts';
import { actOnPage, slackPage } from './page.ts';
import type { Slack } from './service.ts';

/** @returns whether the request was for Slack */
export async function answerSlack(slack: Slack, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://house.invalid');
  const [, path] = /^\/_local\/tools\/slack(?:\/(.*))?$/s.exec(url.pathname) ?? [];
  if (!/^\/_local\/tools\/slack(?:\/|$)/.test(url.pathname)) return false;
  const name = path ?? '';
  if (request.method === 'POST' && /^(?:api|responses|services)\//.test(name)) {
    await slack.answer(name, request, response);
    return true;
  }
  const { store } = slack;
  switch (`${request.method} ${name}`) {
    case 'GET ':
      sendHtml(response, String(await slackPage(slack, url.searchParams)));
      return true;
    case 'POST act': {
      const form = new URLSearchParams(await readText(request));
      await actOnPage(slack, form);
      const back = `/_local/tools/slack?user=${encodeURIComponent(form.get('user') ?? '')}`;
      response.writeHead(303, { location: back }).end();
      return true;
    }
    case 'GET messages':
      sendJson(response, 200, {
        messages: store.messages().map(({ channel, ts, threadTs, text, blocks, isBroadcast, metadata }) => ({
          channel,
          ts,
          threadTs: threadTs ?? null,
          text,
          blocks: blocks ?? [],
          isBroadcast: isBroadcast ?? false,
          ...(metadata === undefined ? {} : { metadata }),
        })),
      });
      return true;
    case 'GET whispers':
      sendJson(response, 200, {
        whispers: store.whispers().map(({ at, ...each }) => ({ ...each, at: new Date(at).toISOString() })),
      });
      return true;
    case 'GET views':
      sendJson(response, 200, { views: store.views() });
      return true;
    case 'POST press':
      sendJson(response, 200, await slack.press((await readBody(request)) as Parameters<Slack['press']>[0]));
      return true;
    case 'POST command':
      sendJson(response, 200, await slack.command((await readBody(request)) as Parameters<Slack['command']>[0]));
      return true;
    case 'POST submit':
      sendJson(response, 200, await slack.submit((await readBody(request)) as Parameters<Slack['submit']>[0]));
      return true;
    case 'POST users':
      store.tellUser((await readBody(request)) as Parameters<typeof store.tellUser>[0]);
      sendJson(response, 200, {});
      return true;
    case 'POST delete': {
      const { channel, ts } = (await readBody(request)) as { channel: string; ts: string };
      sendJson(response, 200, { deleted: store.remove(channel, ts) });
      return true;
    }
    default:
      return false;
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  return JSON.parse((await readText(request)) || '{}');
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function sendHtml(response: ServerResponse, page: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
}
