/** What pages gain with script: times in the viewer's zone, running countdowns, fresh content in place, copying. */

/** Server time minus ours: countdowns go by the clock that decides. */
let aheadMs = 0;
const language = document.documentElement.lang;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const formatWith = (options) =>
  new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
    ...options,
    month: language === 'ja' ? 'numeric' : 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
const formats = { thisYear: formatWith({}), otherYear: formatWith({ year: 'numeric' }) };

function timeText(at) {
  const isOfThisYear = at.getFullYear() === new Date(Date.now() + aheadMs).getFullYear();
  return formats[isOfThisYear ? 'thisYear' : 'otherYear'].format(at);
}

function readClock(body) {
  aheadMs = Date.parse(body.dataset.now) - Date.now();
}

function localize(root) {
  for (const time of root.querySelectorAll('time[data-local]')) time.textContent = timeText(new Date(time.dateTime));
  for (const element of root.querySelectorAll('[data-zone]')) element.textContent = zone;
  for (const field of root.querySelectorAll('[data-zone-field]')) {
    // What was typed in another zone is not read in this one.
    const typed = field.parentElement.querySelector('input[type="datetime-local"]');
    if (typed?.value) field.parentElement.querySelector('[data-zone]').textContent = field.value;
    else field.value = zone;
  }
  for (const button of root.querySelectorAll('button[data-copy]')) button.hidden = !navigator.clipboard;
}

const isJapanese = document.documentElement.lang === 'ja';
const units = isJapanese ? ['時間', '分', '秒'] : [' h', ' min', ' s'];

/** The same words stand in `words/spans.ts`: two units, and seconds only while they matter. */
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

/** Whether somebody is in the middle of something that a fresh page would take away. */
function isBusy(main) {
  return main.contains(document.activeElement) && document.activeElement.matches('input, select, textarea');
}

async function refresh() {
  const main = document.querySelector('main[data-refresh]');
  const note = document.querySelector('[data-stale-note]');
  if (!main || document.hidden || isBusy(main)) return;
  try {
    const response = await fetch(location.href, {
      headers: { accept: 'text/html' },
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) throw new Error(String(response.status));
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
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
    // What was waited for has come.
    if (!next.dataset.refresh) main.removeAttribute('data-refresh');
    tick();
    if (place.href && place.id) {
      const link = [...(document.getElementById(place.id)?.querySelectorAll('a') ?? [])];
      link.find((each) => each.getAttribute('href') === place.href)?.focus({ preventScroll: true });
    }
    scrollTo({ top: place.top, behavior: 'instant' });
    note.hidden = true;
  } catch {
    note.textContent = document.body.dataset.stale;
    note.hidden = false;
  }
}

/** What others have recorded since this page was written is said before anybody acts on it. What was typed stays. */
async function lookForNews(note) {
  if (document.hidden) return;
  try {
    const response = await fetch(note.dataset.news, { signal: AbortSignal.timeout(10_000) });
    const text = response.ok ? await response.text() : '';
    if (text === '') return;
    note.querySelector('span').textContent = text;
    note.hidden = false;
  } catch {
    // The form is asked the same as it is sent.
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

readClock(document.body);
localize(document);
tick();
setInterval(tick, 1000);
const main = document.querySelector('main[data-refresh]');
if (main) setInterval(refresh, Number(main.dataset.refresh) * 1000);
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
document.addEventListener('change', (event) => {
  if (event.target.closest('[data-submit-on-change]')) event.target.form.requestSubmit();
  if (event.target.name === 'field') showValueField(event.target.form);
});
for (const part of document.querySelectorAll('[data-for-field="time"]')) showValueField(part.closest('form'));
addEventListener('hashchange', openTarget);
openTarget();
document.querySelector('[data-first]')?.focus({ preventScroll: false });
