/** The board: what is worst first, then by who has to hear from us next. */
import { html } from 'hono/html';
import { readDuty } from '../duty/duty.ts';
import { type OnDuty, onDuty } from '../duty/shift.ts';
import { readAsked, readSameness, type Sameness } from '../find/sameness.ts';
import { readNextDrill } from '../incidents/drills/drill.ts';
import { codeOf } from '../incidents/incident.ts';
import { yesNoUnknown } from '../incidents/signals/signal.ts';
import { heldUpOf } from '../outgoing/tickets/recent-updates.ts';
import { defined } from '../platform/defined.ts';
import { dutyPeople } from '../words/people.ts';
import type { TextKey } from '../words/speech.ts';
import { headings } from '../words/texts/notices.ts';
import { contactText } from '../words/whom.ts';
import { openDrills, staleAlertsLink } from './close.ts';
import { nextLine } from './drills.ts';
import { fieldsOf } from './fields.ts';
import { samenessQuestion } from './find.ts';
import { impactLine, lastTold, missedBadge, shortTitleOf, urgencyBadges } from './incident-head.ts';
import type { FileAnswer, Page, Visit } from './page.ts';
import {
  badge,
  countdown,
  incidentPath,
  lacksText,
  type Markup,
  spanText,
  time,
  timeText,
  type View,
  who,
} from './view.ts';
import {
  type Board,
  type BoardRow,
  type BoardWish,
  boardSince,
  type Cursor,
  incidentsThatAre,
  keepBoard,
  loadBoard,
  loadDrillRows,
  mostCounted,
  mostRows,
  rowsAtOnce,
  stampBoard,
  tierOf,
  tiers,
} from './waiting.ts';

const filters = {
  status: ['open', 'recovered', 'not-occurring', 'linked'],
  urgency: ['', 'high', 'low'],
  ongoing: ['', ...yesNoUnknown],
  who: ['', 'mine', 'nobody'],
  source: ['', 'ticket', 'alert'],
  due: ['', 'overdue'],
} as const;
type Filter = keyof typeof filters;

export async function showBoard({ view, query, seen }: Visit): Promise<Page | FileAnswer> {
  const stamped = await stampBoard(view.now);
  const { stamp } = stamped;
  if (seen === stamp) return { status: 304, body: '', type: 'text/html; charset=utf-8' };
  const chosen = (name: Filter): string => {
    const value = query.get(name) ?? '';
    return (filters[name] as readonly string[]).includes(value) ? value : filters[name][0];
  };
  const isOpen = chosen('status') === 'open';
  const after = isOpen ? readCursor(query.get('after')) : undefined;
  const isFirst = isOpen && !after;
  const isNarrowed = (Object.keys(filters) as Filter[]).some((name) => name !== 'status' && chosen(name) !== '');
  const [wanted, isWhole] = [rowsWanted(query), isFirst && !isNarrowed];
  const readBoard = () => (isOpen ? loadBoard(wishOf(chosen, view), view.now, wanted, after) : loadPast(chosen, view));
  const readBeside = () =>
    Promise.all([
      isOpen ? readNextDrill(view.now, view.policy) : null,
      isOpen ? readDuty() : [],
      isFirst ? loadDrillRows() : [],
      isOpen ? readAsked(mostRows) : ([] as Sameness[]),
    ]);
  type Beside = Awaited<ReturnType<typeof readBeside>>;
  // A page that asks for itself again shows what has changed; one that is opened is read.
  const kept = isWhole && seen ? boardSince<Beside>(wanted, stamped, view.now) : undefined;
  const [board, [drill, calendars, drills, known], same] = await Promise.all([
    kept?.board ?? readBoard(),
    kept?.beside ?? readBeside(),
    kept?.changed ? readSameness(kept.changed) : undefined,
  ]);
  const asked = same ? [...known.filter(({ id }) => id !== same.id), same] : known;
  const beside: Beside = [drill, calendars, drills, asked];
  if (isWhole) keepBoard(wanted, { stamped, board, beside, at: kept?.at ?? view.now });
  const questions = new Map(asked.map((each) => [each.id, each]));
  const { rows, next, count, overdue } = board;
  const heldUp = await heldUpOf(rows, view.now, view.policy);
  return {
    title: view.t('nav.board'),
    section: 'board',
    ...(isOpen ? { refreshSeconds: 15, stamp } : {}),
    body: html`
<p class="lead">${overdue > 0 ? html`<strong class="overdue">${view.t('board.overdue', { n: counted(overdue) })}</strong> · ` : ''}${view.t(isOpen ? 'board.count' : 'board.pastCount', { n: counted(count) })}${drill ? html` · <a href="/console/drills">${nextLine(view, drill.dueAt)}</a>` : ''}</p>
${dutyLine(view, onDuty(calendars, view.now))}
${filterForm(view, chosen)}
${
  rows.length === 0
    ? html`<p class="empty">${view.t(isNarrowed ? 'board.noneMatch' : isOpen ? 'board.none' : 'board.nonePast')}</p>`
    : html`<ol class="board" start="${(after?.shown ?? 0) + 1}">${rows.map((row) => card(view, row, questions.get(row.id), heldUp.has(row.id)))}</ol>`
}${pager(view, query, after, next)}${staleAlertsLink(view, rows)}${openDrills(view, drills)}`,
  };
}

const counted = (n: number): string => (n === mostCounted ? `${n.toLocaleString('en')}+` : String(n));

function wishOf(chosen: (name: Filter) => string, view: View): BoardWish {
  const [level, ongoing, source, who] = (['urgency', 'ongoing', 'source', 'who'] as const).map(
    (name) => chosen(name) || undefined,
  );
  const assignee = who && (who === 'mine' ? view.actor : null);
  return { ...defined({ level, ongoing, source, assignee }), isOverdue: chosen('due') !== '' };
}

const mostPast = 100;

/** What is over is few enough to be chosen from once it is read. */
async function loadPast(chosen: (name: Filter) => string, view: View): Promise<Board> {
  const { isOverdue, ...wished } = wishOf(chosen, view);
  const past = await incidentsThatAre(chosen('status'), mostPast);
  const rows = past.filter(({ urgency: { level }, ongoing, source, assignee = null }) => {
    const own = { level, ongoing, source, assignee };
    return !isOverdue && Object.entries(wished).every(([name, value]) => own[name as keyof typeof own] === value);
  });
  return { rows: rows.map((each) => ({ ...each, board: null })), next: undefined, count: rows.length, overdue: 0 };
}

/** As many as a page that asks for itself again shows. */
const rowsWanted = (query: URLSearchParams): number =>
  Math.min(mostRows, Math.max(rowsAtOnce, Math.floor(Number(query.get('rows')) || 0)));

const writeCursor = ({ shown, tier, at, id }: Cursor): string => `${shown}.${tier}.${at.getTime()}.${id}`;

function readCursor(text: string | null): Cursor | undefined {
  const [, shown, named, at, id] = /^(\d{1,7})\.(\w{1,20})\.(\d{1,14})\.(inc_\w{1,40})$/.exec(text ?? '') ?? [];
  const tier = tiers.find((each) => each === named);
  return id === undefined || !tier ? undefined : { shown: Number(shown), tier, at: new Date(Number(at)), id };
}

function dutyLine(view: View, duty: readonly OnDuty[]): Markup | '' {
  if (duty.length === 0) return '';
  const items = duty.map((each) => {
    const who = dutyPeople(each, view.language, (at) => timeText(view, at));
    const area = each.area === '*' ? (duty.length > 1 ? view.t('duty.others') : '') : each.area;
    return html`<li>${area ? html`<strong>${area}</strong> ` : ''}${who}</li>`;
  });
  return html`<div class="duty"><span class="muted">${view.t('duty.title')}</span><ul class="plain">${items}</ul></div>`;
}

/** Further rows come a page at a time; with script, as one scrolls. */
function pager(view: View, query: URLSearchParams, after?: Cursor, next?: Cursor): Markup | '' {
  if (!after && !next) return '';
  const to = (cursor?: Cursor): string => {
    const wanted = new URLSearchParams(query);
    for (const name of ['after', 'rows']) wanted.delete(name);
    if (cursor) wanted.set('after', writeCursor(cursor));
    return wanted.size > 0 ? `/console?${wanted}` : '/console';
  };
  return html`<nav class="taps" data-more="${mostRows}" aria-label="${view.t('board.pages')}">${after ? html`<a class="tab" rel="first" href="${to()}">${view.t('board.first')}</a>` : ''}${next ? html`<a class="tab" rel="next" href="${to(next)}">${view.t('board.after')} →</a>` : ''}</nav>`;
}

const isOverdue = ({ board }: BoardRow, view: View): boolean => (board?.dueAt ?? view.now) < view.now;

function filterForm(view: View, chosen: (name: Filter) => string): Markup {
  const label = (name: Filter, value: string): string => {
    if (value === '' && name !== 'who') return view.t('board.any');
    if (name === 'who' || name === 'due') return view.t(`board.${name}.${value || 'any'}` as TextKey);
    return view.name(name, value);
  };
  const fields = fieldsOf(view, 'filter');
  const isFiltered = (Object.keys(filters) as Filter[]).some((name) => chosen(name) !== filters[name][0]);
  return html`<details class="filters"${isFiltered ? html` open` : ''} id="filters"><summary>${view.t('board.filters')}</summary>
<form method="get" action="/console" data-submit-on-change>${(Object.keys(filters) as Filter[]).map((name) => {
    const choices = filters[name].map((value) => [value, label(name, value)] as const);
    return fields.select(name, choices, { label: view.t(`board.${name}`), was: chosen(name) });
  })}<p class="field"><button type="submit" class="plain">${view.t('board.apply')}</button> ${isFiltered ? html`<a href="/console">${view.t('board.clear')}</a>` : ''}</p></form></details>`;
}

function card(view: View, row: BoardRow, same: Sameness | undefined, isHeldUp: boolean): Markup {
  const { board, ...incident } = row;
  const { dueAt, next, waiting = 0 } = board ?? {};
  // Everybody who is affected, as the head of the incident and its notices count them.
  const others = (incident.impact.affectedCustomerCount ?? waiting) - 1;
  const asked = incident.missing.map(({ field }) => field).filter(isAskedNow);
  const isEmergency = incident.emergency?.endedAt === null;
  return html`<li id="${incident.id}" class="tier-${tierOf(row, view.now)}${isOverdue(row, view) ? ' is-overdue' : ''}">
<div class="due">${
    dueAt && next
      ? html`${countdown(view, dueAt)}<span class="who">${contactText(next, view)}${others > 0 ? ` ${view.t('board.more', { n: others })}` : ''}</span>${
          isOverdue(row, view) ? html`<small>${lastTold(view, next)}</small>` : ''
        }${next.endsWith ? badge(view.name('endsWith', next.endsWith), 'good') : ''}${missedBadge(view, next)}`
      : dueAt
        ? html`${countdown(view, dueAt)}<span class="who">${view.t('board.scopeDue')}</span>`
        : html`<span class="who">${view.t(incident.status === 'open' ? 'board.nobodyWaits' : 'board.over')}</span>`
  }</div>
<div class="what"><h2><a href="${incidentPath(incident.id)}">${shortTitleOf(view, incident)}</a></h2>
<p class="glance">${isEmergency ? html`<a class="severity crisis" href="${incidentPath(incident.id)}/situation">${headings['emergency-begun'][view.language]}</a> ` : ''}${impactLine(view, incident)}</p>
<p class="badges"><span class="code">${codeOf(incident.id)}</span> ${urgencyBadges(view, incident)} ${badge(view.name('source', incident.source))}${incident.status === 'linked' ? html` ${badge(view.name('status', incident.status), 'good')}` : ''}${(incident.failedUpdates ?? 0) > 0 || isHeldUp ? html` ${badge(view.t('board.failedUpdates'), 'bad')}` : ''}${incident.unanswered ? html` ${badge(view.t('board.unanswered'), 'bad')}` : ''}</p>
<p class="facts"><span>${view.name('event', 'filed')} ${time(view, incident.filedAt)} (${view.t('ago', { span: spanText(view, view.now.getTime() - incident.filedAt.getTime()) })})</span>
<span>${incident.assignee ? view.t('board.assignee', { who: who(view, incident.assignee) }) : html`<strong>${view.t('board.noAssignee')}</strong>`}</span>${
    asked.length > 0 ? html` <span>${lacksText(view, asked)}</span>` : ''
  }</p>${samenessQuestion(view, same, 'board')}</div></li>`;
}

/** The review needs more; the board shows what helps the customer now. */
const isAskedNow = (field: string): boolean =>
  !/^(?:cause|permanentFix|prevention|recoveredAt|impact\.scope(?:Method|EvidenceUrl))$/.test(field);
