/** A Slack to look at and to press in, for people without a workspace: the messages of its channels, and a person's hands. */
import { html, raw } from 'hono/html';
import type { Slack } from './service.ts';
import type { Message, OpenView } from './store.ts';

type Markup = ReturnType<typeof html>;
// biome-ignore lint/suspicious/noExplicitAny: blocks of any kind are drawn, which were checked as they came
type Drawn = any;

/** The acting person, until another is chosen. */
const usualUser = 'UTANAKA';

export function slackPage({ store }: Slack, query: URLSearchParams): Markup | Promise<Markup> {
  const user = query.get('user') || usualUser;
  const all = store.messages();
  const cards = all.filter((each) => each.threadTs === undefined).reverse();
  const opened = store.views().findLast((each) => each.isOpen);
  const whispers = store
    .whispers()
    .filter((each) => each.user === user)
    .slice(-5)
    .reverse();
  const channel = cards[0]?.channel ?? 'C1';
  return html`<!doctype html><html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Slackの代わり / Slack’s stub</title>
<style>${raw(style)}</style></head><body>
<header><h1>Slack</h1><p>この画面はSlackの代わりです。/ This stands in for Slack.</p>
<form method="get"><label>だれとして押すか / Press as <input name="user" value="${user}" pattern="[UW][A-Z0-9]*"></label> <button>切り替え / Switch</button></form>
<form method="post" action="/_local/tools/slack/act">${hidden({ user, channel, act: 'command' })}<label>/metronome <input name="text" placeholder="M-7K2QXB, mine, help"></label> <button>送信 / Send</button></form></header>
${opened ? modal(opened, user) : ''}
${whispers.map((each) => html`<aside><strong>${user}だけに表示 / only visible to ${user}</strong>${each.blocks ? each.blocks.map((block) => drawn(block, { channel: each.channel, ts: '0.000000', user })) : text(each.text)}</aside>`)}
${cards.length === 0 ? html`<p>まだ何も投稿されていません。<code>npm start -- --slack</code> で起動し、チケットを登録してください。/ Nothing is posted yet: start with <code>npm start -- --slack</code> and file a ticket.</p>` : ''}
<main>${cards.map((each) => message(each, all, user))}</main>
<script>addEventListener('submit', (event) => { const { ask } = event.target.dataset; if (ask && !confirm(ask)) event.preventDefault(); });</script></body></html>`;
}

function message(card: Message, all: readonly Message[], user: string): Markup {
  const thread = all.filter((each) => each.threadTs === card.ts && each.channel === card.channel);
  const draw = (each: Message): Markup =>
    html`<div class="message">${each.blocks ? each.blocks.map((block) => drawn(block, { channel: each.channel, ts: each.ts, user })) : text(each.text)}</div>`;
  return html`<article><p class="at">#${card.channel} ${new Date(Number(card.ts) * 1_000).toISOString()}${card.isEdited ? ' (編集済み / edited)' : ''}</p>${draw(card)}
${thread.length > 0 ? html`<details open><summary>スレッド / Thread (${thread.length})</summary>${thread.map(draw)}</details>` : ''}</article>`;
}

interface Place {
  channel: string;
  ts: string;
  user: string;
}

function drawn(block: Drawn, place: Place): Markup {
  switch (block.type) {
    case 'header':
      return html`<h2>${block.text.text}</h2>`;
    case 'section':
      return text(block.text?.text ?? '');
    case 'context':
      return html`<div class="small">${block.elements.map((each: Drawn) => text(each.text))}</div>`;
    case 'actions':
      return html`<div class="actions">${block.elements.map((each: Drawn) => button(each, place))}</div>`;
    default:
      return html`<hr>`;
  }
}

function button(element: Drawn, { channel, ts, user }: Place): Markup {
  if (element.url) return html`<a href="${element.url}">${element.text.text}</a> `;
  if (element.type === 'overflow') {
    const { action_id, options } = element;
    const items = options.map((each: Drawn) => button({ action_id, ...each }, { channel, ts, user }));
    return html`<details class="menu"><summary>…</summary>${items}</details>`;
  }
  const asks = element.confirm ? html` data-ask="${element.confirm.text.text}"` : '';
  return html`<form method="post" action="/_local/tools/slack/act"${asks}>${hidden({ act: 'press', user, channel, ts, actionId: element.action_id, value: element.value ?? '' })}<button${element.style ? html` class="${element.style}"` : ''}>${element.text.text}</button></form> `;
}

function modal({ id, view }: OpenView, user: string): Markup {
  const blocks: Drawn[] = view.blocks;
  return html`<form class="modal" method="post" action="/_local/tools/slack/act"><h2>${view.title.text}</h2>${hidden({ act: 'submit', user, viewId: id })}
${blocks.map((block) => (isInput(block) ? field(block) : drawn(block, { channel: '', ts: '', user })))}
${view.submit ? html`<button>${view.submit.text}</button>` : html`<a href="">再読み込み / Reload</a>`} <button name="act" value="close" formnovalidate>${view.close?.text ?? 'Close'}</button></form>`;
}

function field(block: Drawn): Markup {
  const { label, element, hint, optional } = block;
  const name = nameOf(block);
  const chosen = [element.initial_option, ...(element.initial_options ?? [])].map((each: Drawn) => each?.value);
  const choice =
    (type: string) =>
    (each: Drawn): Markup =>
      html`<label><input type="${type}" name="${name}" value="${each.value}"${chosen.includes(each.value) ? html` checked` : ''}> ${each.text.text}</label> `;
  const control =
    element.type === 'plain_text_input' || element.type === 'users_select'
      ? element.multiline
        ? html`<textarea name="${name}" rows="9"${optional ? '' : html` required`}>${element.initial_value ?? ''}</textarea>`
        : html`<input name="${name}" value="${element.initial_value ?? ''}"${optional ? '' : html` required`}>`
      : element.options.map(
          choice(element.type === 'radio_buttons' || element.type === 'static_select' ? 'radio' : 'checkbox'),
        );
  return html`<fieldset><legend>${label.text}</legend>${control}${hint ? html`<small>${hint.text}</small>` : ''}</fieldset>`;
}

const hidden = (values: Record<string, string>): Markup[] =>
  Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

/** As Slack renders it: links, bold, line breaks; everything else verbatim. */
function text(written: string): Markup {
  const pieces = written.split(/(<https?:[^|>\s]+\|[^>]*>)/).map((piece) => {
    const [, address, name] = /^<(https?:[^|>\s]+)\|([^>]*)>$/.exec(piece) ?? [];
    return address
      ? `<a href="${plainText(address)}">${plainText(name ?? '')}</a>`
      : boldText(plainText(piece.replaceAll('<!here>', '@here')));
  });
  return html`<p>${raw(pieces.join(''))}</p>`;
}

/** Slack's own escapes stay as they are. */
const plainText = (piece: string): string =>
  piece
    .replace(/&(?!(?:amp|lt|gt);)/g, '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

const boldText = (piece: string): string =>
  piece.replace(/\*([^*\n]+)\*/g, '<strong>$1</strong>').replaceAll('\n', '<br>');

/** Runs the page's forms as acts of a person. */
export async function actOnPage(slack: Slack, form: URLSearchParams): Promise<void> {
  const given = (name: string): string => form.get(name) ?? '';
  const user = given('user') || usualUser;
  switch (form.getAll('act').at(-1) ?? '') {
    case 'press':
      await slack.press({
        user,
        channel: given('channel'),
        ts: given('ts'),
        actionId: given('actionId'),
        value: given('value'),
      });
      return;
    case 'command':
      await slack.command({ user, channel: given('channel'), text: given('text') });
      return;
    case 'submit': {
      const viewId = given('viewId');
      const asked: Drawn[] = slack.store.views().find(({ id }) => id === viewId)?.view.blocks ?? [];
      await slack.submit({ user, viewId, values: valuesOf(asked.filter(isInput), form) });
      return;
    }
    case 'close':
      slack.close(given('viewId'));
  }
}

const isInput = ({ type }: Drawn): boolean => type === 'input';
const nameOf = ({ block_id: id, element }: Drawn): string => `field:${id}:${element.action_id}`;

/** The value of each input. A browser leaves out boxes that are not ticked; Slack sends an empty list for them. */
function valuesOf(inputs: Drawn[], form: URLSearchParams): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    inputs.map((block) => {
      const { type, action_id: action } = block.element;
      const given = form.getAll(nameOf(block));
      const options = given.map((value) => ({ value }));
      const value =
        type === 'plain_text_input'
          ? { type, value: given[0] || null }
          : type === 'users_select'
            ? { type, selected_user: given[0] || null }
            : type === 'radio_buttons' || type === 'static_select'
              ? { type, selected_option: options[0] ?? null }
              : { type, selected_options: options };
      return [block.block_id, { [action]: value }];
    }),
  );
}

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:1rem auto;padding:0 1rem;color:#1d1c1d;overflow-wrap:anywhere}
h1{font-size:1.2rem}h2{font-size:1.05rem;margin:.2rem 0}article,aside,.modal{border:1px solid #ddd;border-radius:8px;padding:.8rem;margin:1rem 0}
aside{background:#fff8e1}.modal{background:#eef5ff}.at,.small,small{color:#616061;font-size:.85rem}p{margin:.3rem 0}form{display:inline-block;margin:.2rem 0}
.modal{display:block}button,.actions a{font:inherit;padding:.3rem .7rem;border:1px solid #bbb;border-radius:4px;background:#fff;color:inherit;text-decoration:none}
button.primary{background:#007a5a;color:#fff}details{margin-left:1rem;border-left:3px solid #eee;padding-left:.8rem}
textarea,.modal input:not([type=radio]):not([type=checkbox]){width:100%;font:inherit;box-sizing:border-box}fieldset{border:0;padding:.3rem 0;margin:0}.message{margin:.4rem 0}`;
