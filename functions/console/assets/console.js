/** What pages gain with script: times in the viewer's zone, running countdowns, fresh content in place, copying. */

/** Server time minus ours: countdowns go by the clock that decides. */
let aheadMs = 0;
const language = document.documentElement.lang;
const teamZone = document.body.dataset.teamZone;
const zone = teamZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
const formatWith = (options) =>
  new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-US', {
    ...options,
    month: language === 'ja' ? 'long' : 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const formats = { thisYear: formatWith({}), otherYear: formatWith({ year: 'numeric' }), clock };

function timeText(at) {
  const isOfThisYear = at.getFullYear() === new Date(Date.now() + aheadMs).getFullYear();
  return formats[isOfThisYear ? 'thisYear' : 'otherYear'].format(at);
}

/** Today's times without the date. */
function shortText(at) {
  const isToday = at.toDateString() === new Date(Date.now() + aheadMs).toDateString();
  return isToday ? formats.clock.format(at) : timeText(at);
}

function readClock(body) {
  aheadMs = Date.parse(body.dataset.now) - Date.now();
}

function localize(root) {
  for (const time of teamZone ? [] : root.querySelectorAll('time[data-local]')) {
    const at = new Date(time.dateTime);
    time.textContent = time.dataset.local === 'short' ? shortText(at) : timeText(at);
  }
  for (const element of root.querySelectorAll('[data-zone]')) element.textContent = zone;
  for (const field of root.querySelectorAll('[data-zone-field]')) {
    // A typed time belongs to the zone in which it was typed.
    const typed = field.parentElement.querySelector('input[type="datetime-local"]');
    if (typed?.value) field.parentElement.querySelector('[data-zone]').textContent = field.value;
    else field.value = zone;
  }
  for (const button of root.querySelectorAll('button[data-copy]')) button.hidden = !navigator.clipboard;
}

const isJapanese = document.documentElement.lang === 'ja';
const units = isJapanese ? ['時間', '分', '秒'] : [' h', ' min', ' s'];

/** The same as `words/spans.ts` on the server: two units, and seconds only for short spans. */
function lengthOf(ms, isOver) {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const hasSeconds = isOver ? seconds < 60 : hours === 0;
  const values = [hours % 24, minutes, seconds % 60];
  if (hours >= 24) {
    const days = `${Math.floor(hours / 24)}${isJapanese ? '日' : ' d'}`;
    return values[0] > 0 ? `${days}${isJapanese ? '' : ' '}${values[0]}${units[0]}` : days;
  }
  const isShown = [hours > 0, minutes > 0 || (hours === 0 && !hasSeconds), hasSeconds];
  return values
    .map((value, index) => (isShown[index] ? `${value}${units[index]}` : ''))
    .filter((part) => part !== '')
    .join(isJapanese ? '' : ' ');
}

function tick() {
  for (const time of document.querySelectorAll('time[data-due]')) {
    const leftMs = Date.parse(time.dateTime) - Date.now() - aheadMs;
    const rest = lengthOf(Math.abs(leftMs), leftMs < 0);
    const template = leftMs < 0 ? document.body.dataset.over : document.body.dataset.left;
    time.textContent = template.replace('{left}', rest);
    time.classList.toggle('overdue', leftMs < 0);
    time.classList.toggle('soon', leftMs >= 0 && leftMs < 5 * 60_000);
    time.closest('.board > li, .due-line')?.classList.toggle('is-overdue', leftMs < 0);
  }
}

/** Whether replacing the page would interrupt somebody who is typing or has a form open. */
function isBusy(main) {
  return main.contains(document.activeElement) && document.activeElement.matches('input, select, textarea');
}

/** Another page of ours. Nothing if the `headers` say that it was already seen. */
async function read(address, headers = {}) {
  const response = await fetch(address, {
    headers: { accept: 'text/html', ...headers },
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === 304) return undefined;
  if (!response.ok) throw new Error(String(response.status));
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

/** Loads further rows of the board on scrolling, up to the number that a page refreshes at once. */
function watchMore() {
  const pager = document.querySelector('[data-more]');
  if (!pager) return;
  const observer = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      observer.disconnect();
      void readMore(pager);
    },
    { rootMargin: '600px' },
  );
  observer.observe(pager);
}

async function readMore(pager) {
  const list = document.querySelector('.board');
  const link = pager.querySelector('[rel="next"]');
  if (!link || list.children.length >= Number(pager.dataset.more)) return;
  try {
    const more = await read(link.href);
    // The page has been replaced meanwhile.
    if (!pager.isConnected) return;
    localize(more);
    const known = new Set([...list.children].map((each) => each.id));
    list.append(...[...more.querySelectorAll('.board > li')].filter((each) => !known.has(each.id)));
    const next = more.querySelector('[data-more] [rel="next"]');
    if (next) link.replaceWith(next);
    else link.remove();
    tick();
    watchMore();
  } catch {
    // The link is still there to be followed.
  }
}

const besideEveryMs = 15_000;

/** On a desk the board stays beside an incident: no need to go back. */
async function showBeside(seen = {}) {
  try {
    const fresh = document.hidden ? undefined : await read('/console', seen.headers);
    const list = fresh?.querySelector('.board');
    const isRead = list && !document.querySelector('.beside')?.contains(document.activeElement);
    if (isRead) {
      for (const form of list.querySelectorAll('form')) form.remove();
      const here = list.querySelector(`a[href="${location.pathname}"]`);
      here?.setAttribute('aria-current', 'page');
      localize(list);
      const aside = document.createElement('aside');
      aside.className = 'beside';
      aside.ariaLabel = fresh.querySelector('h1').textContent;
      aside.append(list);
      document.querySelector('.beside')?.remove();
      document.querySelector('main').before(aside);
      tick();
      const { stamp } = fresh.querySelector('main').dataset;
      seen = { headers: { 'if-none-match': `"${stamp}"` } };
    }
  } catch {
    // It is asked for again.
  }
  setTimeout(showBeside, besideEveryMs, seen);
}

async function refresh() {
  const main = document.querySelector('main[data-refresh]');
  const note = document.querySelector('[data-stale-note]');
  if (!main || document.hidden || isBusy(main)) return;
  try {
    const address = new URL(location.href);
    const rows = main.querySelectorAll('.board > li').length;
    if (main.querySelector('[data-more]')) address.searchParams.set('rows', rows);
    const seen = main.dataset.stamp ? { 'if-none-match': `"${main.dataset.stamp}"` } : {};
    const fresh = await read(address, seen);
    note.hidden = true;
    // Nothing was recorded since.
    if (!fresh) return;
    const next = fresh.querySelector('main');
    if (!next || isBusy(main)) return;
    const place = {
      top: scrollY,
      id: document.activeElement?.closest('[id]')?.id,
      href: document.activeElement?.getAttribute('href'),
    };
    const open = new Set([...main.querySelectorAll('details[open][id]')].map((each) => each.id));
    for (const each of next.querySelectorAll('details[id]')) each.open = open.has(each.id);
    readClock(fresh.body);
    localize(next);
    main.replaceChildren(...next.childNodes);
    watchMore();
    if (next.dataset.stamp) main.dataset.stamp = next.dataset.stamp;
    // What was waited for has come.
    if (!next.dataset.refresh) main.removeAttribute('data-refresh');
    tick();
    if (place.href && place.id) {
      const link = [...(document.getElementById(place.id)?.querySelectorAll('a') ?? [])];
      link.find((each) => each.getAttribute('href') === place.href)?.focus({ preventScroll: true });
    }
    scrollTo({ top: place.top, behavior: 'instant' });
  } catch {
    note.textContent = document.body.dataset.stale;
    note.hidden = false;
  }
}

/** Announces what others have recorded since this page was rendered, and keeps what was typed. */
async function lookForNews(note) {
  if (document.hidden) return;
  try {
    const response = await fetch(note.dataset.news, { signal: AbortSignal.timeout(10_000) });
    const text = response.ok ? await response.text() : '';
    if (text === '') return;
    note.querySelector('span').textContent = text;
    note.hidden = false;
  } catch {
    // Sending the form asks the same question.
  }
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText('value' in source ? source.value : source.textContent);
  const label = button.textContent;
  button.textContent = document.body.dataset.copied;
  setTimeout(() => (button.textContent = label), 2000);
}

/** The field of a correction decides whether a time or a text is asked for. */
function showValueField(form) {
  const select = form.querySelector('select[name="field"]');
  const groups = [...form.querySelectorAll('optgroup[data-field]')];
  const own = groups.find((each) => each.dataset.field === select.value);
  const wanted = own ? 'choice' : select.value.endsWith('At') ? 'time' : 'text';
  for (const part of form.querySelectorAll('[data-for-field]')) part.hidden = part.dataset.forField !== wanted;
  for (const group of groups) {
    group.hidden = group !== own;
    group.disabled = group !== own;
  }
  const choice = form.querySelector('select[name="choiceValue"]');
  if (choice && own && choice.selectedOptions[0]?.parentElement !== own) choice.value = own.children[0].value;
}

/** An address that names a form opens the step that holds it. */
function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let each = target.closest('details'); each; each = each.parentElement.closest('details')) each.open = true;
  target.scrollIntoView({ block: 'start' });
}

const draftsFor = 14 * 86_400_000;

/** A browser may refuse to keep anything: then nothing is kept. */
function kept(work) {
  try {
    return work(localStorage);
  } catch {
    return undefined;
  }
}

const draftOf = (form) => `draft:${form.dataset.draft}`;
const isChoice = (field) => field.type === 'radio' || field.type === 'checkbox';
const isKept = (field) => field.name && !['hidden', 'submit', 'button'].includes(field.type);

/** Keeps only what somebody has typed: the page's own suggestions may differ next time. */
function typedIn(form) {
  const isBack = 'typed' in form.dataset;
  return [...form.elements].filter(isKept).flatMap((field) => {
    if (isChoice(field)) {
      return field.checked && (isBack || !field.defaultChecked) ? [[field.name, field.value]] : [];
    }
    const offered = field.tagName === 'SELECT' ? field.querySelector('option[selected]')?.value : field.defaultValue;
    const isOffered = field.value === offered && !isBack;
    return field.value === '' || isOffered || field.value === form.elements.proposed?.value
      ? []
      : [[field.name, field.value]];
  });
}

function keepDraft(form) {
  const typed = typedIn(form);
  kept((store) =>
    typed.length > 0
      ? store.setItem(draftOf(form), JSON.stringify({ at: Date.now(), typed }))
      : store.removeItem(draftOf(form)),
  );
}

/** Typed text survives a lost connection, a closed window and another person's answer. */
function bringBack(form) {
  if ('typed' in form.dataset) return keepDraft(form);
  const text = kept((store) => store.getItem(draftOf(form)));
  if (!text) return;
  const typed = new Map(JSON.parse(text).typed);
  for (const field of [...form.elements].filter((each) => isKept(each) && typed.has(each.name))) {
    if (isChoice(field)) field.checked = typed.get(field.name) === field.value;
    else field.value = typed.get(field.name);
    field.closest('details')?.setAttribute('open', '');
  }
}

/** Drops drafts that were recorded, and drafts that nobody came back to. */
function forgetDrafts() {
  const address = new URL(location.href);
  const saved = address.searchParams.get('saved');
  const week = /\d{4}-W\d{2}/.exec(address.pathname)?.[0];
  kept((store) => {
    if (saved && week) store.removeItem(`draft:${week}/${saved}`);
    for (const key of Object.keys(store).filter((each) => each.startsWith('draft:'))) {
      if (!(JSON.parse(store.getItem(key)).at > Date.now() - draftsFor)) store.removeItem(key);
    }
  });
  if (!saved) return;
  address.searchParams.delete('saved');
  history.replaceState(null, '', address);
}

/** What the others have said at this meeting, as they say it. */
async function listen(box) {
  if (document.hidden) return;
  try {
    const response = await fetch(box.dataset.said, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) return;
    const text = await response.text();
    if (text === box.heard) return;
    box.heard = text;
    box.innerHTML = text;
    localize(box);
  } catch {
    // The next time, perhaps.
  }
}

/** A presenter's remote control sends PageDown and PageUp: they scroll, and change the step at the end of the page. */
function walk(event) {
  const { key, target } = event;
  // The heading has the focus when an incident opens: from there its form is sent, as from a field.
  const form = target.form ?? (target.matches('h2') ? target.parentElement.querySelector('form[data-begin]') : null);
  if ((event.ctrlKey || event.metaKey) && key === 'Enter' && form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[type="submit"]'));
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const isField = target.matches('input, textarea, select');
  const isText = target.matches('textarea, select');
  const isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
  const isOn = (key === 'ArrowRight' && !isField) || (key === 'PageDown' && !isText && isAtEnd);
  const isBack = (key === 'ArrowLeft' && !isField) || (key === 'PageUp' && !isText && scrollY <= 4);
  const way = isOn ? document.querySelector('[data-next]') : isBack ? document.querySelector('[data-prev]') : null;
  if (!way) return;
  event.preventDefault();
  way.click();
}

forgetDrafts();
for (const form of document.querySelectorAll('form[data-draft]')) bringBack(form);
readClock(document.body);
localize(document);
tick();
setInterval(tick, 1000);
const main = document.querySelector('main[data-refresh]');
if (main) setInterval(refresh, Number(main.dataset.refresh) * 1000);
watchMore();
if (document.querySelector('main > .columns') && matchMedia('(min-width: 90rem)').matches) void showBeside();
const news = document.querySelector('[data-news]');
if (news) setInterval(lookForNews, 20_000, news);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && main) void refresh();
  if (news) void lookForNews(news);
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-copy]');
  if (button) void copy(button);
});
/** The button names who is ticked. */
function nameRecipients(form) {
  const button = form.querySelector('[data-names-into]');
  if (!button) return;
  const names = [...form.querySelectorAll('[data-names]:checked')].map(({ dataset }) => dataset.names);
  button.textContent = button.dataset.namesInto.replace('{names}', () => names.join(button.dataset.row) || '…');
  button.disabled = names.length === 0;
}

document.addEventListener('change', (event) => {
  if (event.target.closest('[data-submit-on-change]')) event.target.form.requestSubmit();
  if (event.target.dataset.names) nameRecipients(event.target.form);
  if (event.target.name === 'field') showValueField(event.target.form);
});
for (const part of document.querySelectorAll('[data-for-field="time"]')) showValueField(part.closest('form'));
document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-draft]');
  if (form) keepDraft(form);
});
const said = document.querySelector('[data-said]');
if (said) {
  setInterval(listen, 5_000, said);
  document.addEventListener('keydown', walk);
}
/** `/` leads to the search from wherever nobody is typing. */
document.addEventListener('keydown', (event) => {
  const { key, target, altKey, ctrlKey, metaKey } = event;
  if (key !== '/' || altKey || ctrlKey || metaKey || target.matches('input, textarea, select')) return;
  event.preventDefault();
  document.querySelector('.find input').select();
});
addEventListener('hashchange', openTarget);
openTarget();
const first = document.querySelector('[data-first]');
if (first) first.focus({ preventScroll: false });
// The hint is beside the first field: arrow keys inside the field would change its value.
else document.querySelector('form[data-begin]')?.closest('section').querySelector('h2').focus({ preventScroll: true });
