/** The board: the worst incidents first, then by whose update is due next. */
import { html } from 'hono/html';
import { readDuty } from '../duty/duty.ts';
import { type OnDuty, onDuty } from '../duty/shift.ts';
import { requireIncident } from '../find/read-incident.ts';
import { readAsked, readSameness, type Sameness } from '../find/sameness.ts';
import { readNextDrill } from '../incidents/drills/drill.ts';
import { emergencyRoles, openRoles, shownImpact } from '../incidents/emergency/emergency.ts';
import { codeOf } from '../incidents/incident.ts';
import { yesNoUnknown } from '../incidents/signals/signal.ts';
import { heldUpOf } from '../outgoing/tickets/recent-updates.ts';
import { defined } from '../platform/defined.ts';
import { firstSentence } from '../words/clock.ts';
import { countText } from '../words/glance.ts';
import { say } from '../words/language.ts';
import { dutyPeople } from '../words/people.ts';
import type { TextKey } from '../words/speech.ts';
import { headings } from '../words/texts/notices.ts';
import { situationWords } from '../words/texts/situation.ts';
import { contactText } from '../words/whom.ts';
import { openDrills, staleAlertsLink } from './close.ts';
import { nextLine } from './drills.ts';
import { fieldsOf } from './fields.ts';
import { mergeReceipt, samenessQuestion } from './find.ts';
import { icon } from './icons.ts';
import { andOthers, impactLine, lastTold, missedBadge, shortTitleOf, urgencyBadges } from './incident-head.ts';
import type { FileAnswer, Page, Visit } from './page.ts';
import { badge, countdown, incidentPath, type Markup, spanText, time, timeText, type View, who } from './view.ts';
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
  // A page that refreshes itself marks what has changed; a page that is opened marks nothing.
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
<p class="lead">${overdue > 0 ? html`<strong class="overdue">${view.t('board.overdue', { n: counted(overdue) })}</strong> · ` : ''}${view.t(isOpen ? 'board.count' : 'board.pastCount', { n: counted(count), most: mostPast })}${drill ? html` · <a href="/console/drills">${nextLine(view, drill.dueAt)}</a>` : ''}</p>
${rows.filter((each) => tierOf(each, view.now) === 'emergency').map((each) => emergencyBand(view, each))}${dutyLine(view, onDuty(calendars, view.now))}
${filterForm(view, chosen)}${await boardReceipt(view, query)}
${
  rows.length === 0
    ? html`<p class="empty">${view.t(isNarrowed ? 'board.noneMatch' : isOpen ? 'board.none' : 'board.nonePast')}</p>`
    : html`<ol class="board" start="${(after?.shown ?? 0) + 1}">${rows.map((row) => card(view, row, questions.get(row.id), heldUp.has(row.id)))}</ol>`
}${pager(view, query, after, next)}${staleAlertsLink(view, rows)}${openDrills(view, drills)}`,
  };
}

/** The merge that was just made with one tap, with a button that undoes it. */
async function boardReceipt(view: View, query: URLSearchParams): Promise<Markup | ''> {
  const into = query.get('into');
  return into ? mergeReceipt(view, await requireIncident(into), query.get('merge')) : '';
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

/** Finished incidents are few, so they are filtered after reading. */
async function loadPast(chosen: (name: Filter) => string, view: View): Promise<Board> {
  const { isOverdue, ...wished } = wishOf(chosen, view);
  const past = await incidentsThatAre(chosen('status'), mostPast);
  const rows = past.filter(({ urgency: { level }, ongoing, source, assignee = null }) => {
    const own = { level, ongoing, source, assignee };
    return !isOverdue && Object.entries(wished).every(([name, value]) => own[name as keyof typeof own] === value);
  });
  return { rows: rows.map((each) => ({ ...each, board: null })), next: undefined, count: rows.length, overdue: 0 };
}

/** The number of rows that a refreshing page shows. */
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

/** The running emergency, with its roles and links for those who take part. */
function emergencyBand(view: View, row: BoardRow): Markup {
  const path = incidentPath(row.id);
  const taken = emergencyRoles.length - openRoles(row.roles).length;
  return html`<section class="band" aria-label="${headings['emergency-begun'][view.language]}"><strong>${icon('emergency')} ${headings['emergency-begun'][view.language]}</strong>
<a href="${path}">${shortTitleOf(view, row)}</a> <span>${countText(shownImpact(row).affectedCustomerCount, view)}</span> <span>${view.t('board.roles', { n: taken, total: emergencyRoles.length })}</span>
<span class="ways"><a href="${path}/situation">${say(view, situationWords.toSituation)}</a> <a href="${path}/candidates">${view.t('candidates.look')}</a></span></section>`;
}

function card(view: View, row: BoardRow, same: Sameness | undefined, isHeldUp: boolean): Markup {
  const asked = row.missing.map(({ field }) => field).filter(isAskedNow);
  const filedAgo = view.t('ago', { span: spanText(view, view.now.getTime() - row.filedAt.getTime()) });
  const wrong = [
    ...((row.failedUpdates ?? 0) > 0 || isHeldUp ? [view.t('board.failedUpdates')] : []),
    ...(row.unanswered ? [view.t('board.unanswered')] : []),
  ];
  return html`<li id="${row.id}" class="tier-${tierOf(row, view.now)}${isOverdue(row, view) ? ' is-overdue' : ''}">
<div class="due">${whoWaits(view, row)}</div>
<div class="what"><h2><a href="${incidentPath(row.id)}">${shortTitleOf(view, row)}</a></h2>
${quoteOf(row.description)}<p class="glance">${impactLine(view, row)} ${row.assignee ? html`<small>${view.t('board.assignee', { who: who(view, row.assignee) })}</small>` : badge(view.t('board.noAssignee'), 'warn')}</p>
${wrong.length > 0 ? html`<p>${wrong.map((each) => html`${badge(each, 'bad')} `)}</p>` : ''}<p class="badges"><span class="code">${codeOf(row.id)}</span> ${urgencyBadges(view, row)} ${badge(view.name('source', row.source))}${row.status === 'linked' ? html` ${badge(view.name('status', row.status), 'good')}` : ''} <span>${view.name('event', 'filed')} ${time(view, row.filedAt)} (${filedAgo})</span>${asked.length > 0 ? html` <span>${view.t('board.lacks', { n: asked.length })}</span>` : ''}</p>${samenessQuestion(view, same, 'board')}</div></li>`;
}

function whoWaits(view: View, row: BoardRow): Markup {
  const { dueAt, next, waiting = 0 } = row.board ?? {};
  if (!dueAt)
    return html`<span class="who">${view.t(row.status === 'open' ? 'board.nobodyWaits' : 'board.over')}</span>`;
  if (!next) return html`${countdown(view, dueAt)}<span class="who">${view.t('board.scopeDue')}</span>`;
  const whom = andOthers(view, contactText(next, view), row.impact.affectedCustomerCount ?? waiting);
  return html`${countdown(view, dueAt)}<span class="who">${whom}</span>${
    isOverdue(row, view) ? html`<small>${lastTold(view, next)}</small>` : ''
  }${next.endsWith ? badge(view.name('endsWith', next.endsWith), 'good') : ''}${missedBadge(view, next)}`;
}

/** The customer's own sentence. */
function quoteOf(description = ''): Markup | '' {
  const sentence = firstSentence(description);
  return sentence ? html`<p class="words">${sentence}</p>` : '';
}

/** The review needs more; the board shows what helps the customer now. */
const isAskedNow = (field: string): boolean =>
  !/^(?:cause|permanentFix|prevention|recoveredAt|impact\.scope(?:Method|EvidenceUrl))$/.test(field);
