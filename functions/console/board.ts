/** The board: what is open, by who has to hear from us next. */
import { html } from 'hono/html';
import { readDuty } from '../duty/duty.ts';
import { type OnDuty, onDuty } from '../duty/shift.ts';
import { codeOf } from '../incidents/code.ts';
import { readNextDrill } from '../incidents/drills/read-next-drill.ts';
import { dutyPeople } from '../words/duty.ts';
import { situationWords } from '../words/situation.ts';
import { nextLine } from './drills.ts';
import { select } from './fields.ts';
import { glance, shortTitleOf, urgencyBadges } from './incident-head.ts';
import type { TextKey } from './language.ts';
import type { Page } from './page.ts';
import { badge, countdown, incidentPath, joined, type Markup, spanText, time, timeText, type View } from './view.ts';
import type { FileAnswer, Visit } from './visit.ts';
import {
  type BoardRow,
  type BoardWish,
  boardStamp,
  contactName,
  incidentsThatAre,
  loadBoard,
  withContacts,
} from './waiting.ts';
import { lastTold, missedBadge } from './waiting-words.ts';

const filters = {
  status: ['open', 'recovered', 'not-occurring', 'linked'],
  urgency: ['', 'high', 'low'],
  ongoing: ['', 'yes', 'no', 'unknown'],
  who: ['', 'mine', 'nobody'],
  source: ['', 'ticket', 'alert'],
  due: ['', 'overdue'],
} as const;
type Filter = keyof typeof filters;

export async function showBoard({ view, query }: Visit): Promise<Page | FileAnswer> {
  const stamp = await boardStamp(view.now);
  const seen = query.get('seen');
  query.delete('seen');
  if (seen === stamp) return { status: 200, body: '', type: 'text/plain; charset=utf-8' };
  const chosen = (name: Filter): string => {
    const value = query.get(name) ?? '';
    return (filters[name] as readonly string[]).includes(value) ? value : filters[name][0];
  };
  const status = chosen('status');
  const isOpen = status === 'open';
  const wish = { level: chosen('urgency'), ongoing: chosen('ongoing'), source: chosen('source'), assignee: '' };
  if (chosen('who') === 'mine') wish.assignee = view.actor;
  const wanted = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== '')) as BoardWish;
  const board = isOpen
    ? await loadBoard(view.policy, view.now, wanted)
    : { rows: await loadPast(status), isCut: false };
  const drill = isOpen ? await readNextDrill(view.now, view.policy) : null;
  const rows = board.rows.filter((row) => isWanted(row, chosen, view));
  // What is wished for is asked of the store already: that nothing came does not say that nothing is there.
  const isNarrowed = board.rows.length > 0 || Object.keys(wanted).length > 0;
  const overdue = rows.filter((row) => isOverdue(row, view)).length;
  const pages = Math.max(1, Math.ceil(rows.length / rowsAtOnce));
  const page = Math.min(pages, Math.max(1, Math.floor(Number(query.get('page')) || 1)));
  const shown = rows.slice((page - 1) * rowsAtOnce, page * rowsAtOnce);
  const duty = isOpen ? onDuty(await readDuty(), view.now) : [];
  const cards = isOpen ? await withContacts(shown, view.policy) : shown;
  return {
    title: view.t('nav.board'),
    section: 'board',
    ...(isOpen ? { refreshSeconds: 15, stamp } : {}),
    body: html`
<p class="lead">${overdue > 0 ? html`<strong class="overdue">${view.t('board.overdue', { n: overdue })}</strong> · ` : ''}${view.t(isOpen ? 'board.count' : 'board.pastCount', { n: rows.length })}${board.isCut ? ` ${view.t('board.cut')}` : ''}${drill ? html` · <a href="/console/drills">${nextLine(view, drill.dueAt)}</a>` : ''}</p>
${dutyLine(view, duty)}
${filterForm(view, chosen)}
${
  rows.length === 0
    ? html`<p class="empty">${view.t(isNarrowed ? 'board.noneMatch' : isOpen ? 'board.none' : 'board.nonePast')}</p>`
    : html`<ol class="board" start="${(page - 1) * rowsAtOnce + 1}">${cards.map((row) => card(view, row))}</ol>${pager(view, query, page, pages)}`
}`,
  };
}

/** Who is on duty for what, where calendars say so. */
function dutyLine(view: View, duty: readonly OnDuty[]): Markup | '' {
  if (duty.length === 0) return '';
  const items = duty.map((each) => {
    const who = dutyPeople(each, view.language, (at) => timeText(view, at));
    const area = each.area === '*' ? (duty.length > 1 ? view.t('duty.others') : '') : each.area;
    return html`<li>${area ? html`<strong>${area}</strong> ` : ''}${who}</li>`;
  });
  return html`<div class="duty"><span class="muted">${view.t('duty.title')}</span><ul class="plain">${items}</ul></div>`;
}

const rowsAtOnce = 50;

/** Further rows come a page at a time, whoever has waited longest on the first. */
function pager(view: View, query: URLSearchParams, page: number, pages: number): Markup | '' {
  if (pages === 1) return '';
  const to = (wanted: number): string => {
    const next = new URLSearchParams(query);
    next.set('page', String(wanted));
    return `/console?${next}`;
  };
  return html`<nav class="taps" aria-label="${view.t('board.pages')}">${page > 1 ? html`<a class="tab" rel="prev" href="${to(page - 1)}">← ${view.t('board.before')}</a>` : ''}<span>${view.t('board.page', { page, pages })}</span>${page < pages ? html`<a class="tab" rel="next" href="${to(page + 1)}">${view.t('board.after')} →</a>` : ''}</nav>`;
}

function isOverdue({ dueAt }: BoardRow, view: View): boolean {
  return dueAt !== undefined && dueAt < view.now;
}

function isWanted(row: BoardRow, chosen: (name: Filter) => string, view: View): boolean {
  const { incident } = row;
  const who = chosen('who');
  const isSame = (name: Filter, value: string): boolean => chosen(name) === '' || chosen(name) === value;
  return (
    isSame('urgency', incident.urgency.level) &&
    isSame('ongoing', incident.ongoing) &&
    isSame('source', incident.source) &&
    (who === '' || (who === 'nobody' ? !incident.assignee : incident.assignee === view.actor)) &&
    (chosen('due') === '' || isOverdue(row, view))
  );
}

async function loadPast(status: string): Promise<BoardRow[]> {
  const past = await incidentsThatAre(status, 100);
  return past.map((incident) => ({ incident, next: undefined, waitingCount: 0, dueAt: undefined }));
}

function filterForm(view: View, chosen: (name: Filter) => string): Markup {
  const label = (name: Filter, value: string): string => {
    if (name === 'who' || name === 'due' || value === '') return view.t(`board.${name}.${value || 'any'}` as TextKey);
    return view.name(name === 'source' ? 'source' : name, value);
  };
  const isFiltered = (Object.keys(filters) as Filter[]).some((name) => chosen(name) !== filters[name][0]);
  return html`<details class="filters"${isFiltered ? html` open` : ''} id="filters"><summary>${view.t('board.filters')}</summary>
<form method="get" action="/console" data-submit-on-change>${(Object.keys(filters) as Filter[]).map((name) =>
    select({
      form: 'filter',
      name,
      label: view.t(`board.${name}`),
      value: chosen(name),
      choices: filters[name].map((value) => [value, label(name, value)] as const),
    }),
  )}<p class="field"><button type="submit" class="plain">${view.t('board.apply')}</button> ${isFiltered ? html`<a href="/console">${view.t('board.clear')}</a>` : ''}</p></form></details>`;
}

function card(view: View, row: BoardRow): Markup {
  const { incident, next, waitingCount, dueAt } = row;
  // Everybody who is affected, as the head of the incident and its notices count them.
  const others = (incident.impact.affectedCustomerCount ?? waitingCount) - 1;
  const asked = incident.missing.filter(({ field }) => isAskedNow(field));
  return html`<li id="${incident.id}" class="${isOverdue(row, view) ? 'is-overdue' : ''}">
<div class="due">${
    dueAt && next
      ? html`${countdown(view, dueAt)}<span class="who">${contactName(view, next)}${others > 0 ? ` ${view.t('board.more', { n: others })}` : ''}</span>${
          isOverdue(row, view) ? html`<small>${lastTold(view, next)}</small>` : ''
        }${next.endsWith ? badge(view.name('endsWith', next.endsWith), 'good') : ''}${missedBadge(view, next)}`
      : dueAt
        ? html`${countdown(view, dueAt)}<span class="who">${view.t('board.scopeDue')}</span>`
        : html`<span class="who">${view.t(incident.status === 'open' ? 'board.nobodyWaits' : 'board.over')}</span>`
  }</div>
<div class="what"><h2><a href="${incidentPath(incident.id)}">${shortTitleOf(view, incident)}</a></h2>
<p class="glance">${glance(view, incident, dueAt)}</p>
<p class="badges">${incident.emergency?.endedAt === null ? html`<a class="badge bad" href="${incidentPath(incident.id)}/situation">${situationWords.emergency[view.language]}</a> ` : ''}<span class="code">${codeOf(incident.id)}</span> ${urgencyBadges(view, incident)} ${badge(view.name('source', incident.source))}${incident.status === 'open' ? '' : html` ${badge(view.name('status', incident.status), 'good')}`}${(incident.failedUpdates ?? 0) > 0 ? html` ${badge(view.t('board.failedUpdates'), 'bad')}` : ''}</p>
<p class="facts"><span>${view.t('board.filed')} ${time(view, incident.filedAt)} (${view.t('ago', { span: spanText(view, view.now.getTime() - incident.filedAt.getTime()) })})</span>
<span>${incident.assignee ? view.t('board.assignee', { who: incident.assignee }) : html`<strong>${view.t('board.noAssignee')}</strong>`}</span>${
    asked.length > 0
      ? html` <span>${view.t('board.missing', {
          fields: joined(
            view,
            asked.map(({ field }) => view.name('field', field)),
          ),
        })}</span>`
      : ''
  }</p></div></li>`;
}

/** The review needs more; on the board stands what helps the customer now. */
function isAskedNow(field: string): boolean {
  return ![
    'cause',
    'permanentFix',
    'prevention',
    'recoveredAt',
    'impact.scopeMethod',
    'impact.scopeEvidenceUrl',
  ].includes(field);
}
