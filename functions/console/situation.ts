/** The situation of an incident: a page for the wall and for the phone, which refreshes itself, and where roles are taken. */
import { html } from 'hono/html';
import { type IncidentRecord, readRecord } from '../find/read-incident.ts';
import { emergencyFill } from '../incidents/emergency/emergency.ts';
import type { KnownFrom } from '../incidents/links/brought.ts';
import { scopeSlot } from '../incidents/rhythm/cadence.ts';
import { composeSituation, type Situation, type SituationCustomer } from '../situation/compose-situation.ts';
import { customerName, said } from '../situation/situation-markdown.ts';
import { countText, isOver } from '../words/glance.ts';
import { type Both, say } from '../words/language.ts';
import { fieldTexts } from '../words/texts/fields.ts';
import { headings, labels } from '../words/texts/notices.ts';
import { situationWords as words } from '../words/texts/situation.ts';
import { cardWords } from '../words/texts/slack.ts';
import { button, fieldsOf } from './fields.ts';
import { mergeReceipt, reportsToMerge } from './find.ts';
import { icon } from './icons.ts';
import { fromMember, impactLine, shortTitleOf, titleOf } from './incident-head.ts';
import { form, type Page, type Visit } from './page.ts';
import {
  ago,
  badge,
  countdown,
  factList,
  incidentPath,
  type Markup,
  shortTime,
  spanText,
  time,
  type View,
  who,
} from './view.ts';

const mostCustomers = 12;

export async function showSituation({ view, query }: Visit, id = ''): Promise<Page> {
  const record = await readRecord(id);
  const { incident } = record;
  const situation = composeSituation(record, view.now);
  const others = situation.candidates.map(({ incidentId }) => incidentId);
  const reports = await reportsToMerge(view, incident, others);
  return {
    title: titleOf(view, incident),
    tab: `${words.heading[view.language]}: ${situation.code} ${shortTitleOf(view, incident)}`,
    section: 'board',
    isWide: true,
    isInTeamZone: true,
    refreshSeconds: 15,
    body: html`
${emergencyLine(view, situation)}${mergeReceipt(view, incident, query.get('merge'))}
<p class="badges"><strong class="code">${situation.code}</strong> ${badge(view.name('status', situation.status), situation.status === 'open' ? 'warn' : 'good')} <a href="${incidentPath(id)}">${say(view, words.toIncident)}</a></p>
${figures(view, record, situation)}
<div class="situation">
${roles(view, situation)}
${known(view, situation)}
${tried(view, situation)}
${customers(view, situation)}
${checklist(view, situation)}
${latest(view, situation)}${reports ? part(view, 'candidates', words.candidates)`${reports}` : ''}
</div>`,
  };
}

const part =
  (view: View, id: string, of: Both): typeof html =>
  (...content) =>
    html`<section class="part" aria-labelledby="${id}"><h2 id="${id}">${say(view, of)}</h2>${html(...content)}</section>`;

/** The rule that made it an emergency, and how long ago. */
export function emergencyLine(view: View, { emergency }: Pick<Situation, 'emergency'>): Markup | '' {
  if (!emergency) return '';
  const why = view.maybe(`emergencyRule.${emergency.rule}`, emergencyFill(emergency, view.policy)) ?? emergency.rule;
  if (emergency.endedAt) {
    const [before = '', after = ''] = say(view, words.emergencyOver, { why }).split('{ended}');
    return html`<p class="band is-over">${before}${time(view, emergency.endedAt)}${after}</p>`;
  }
  return html`<p class="band"><strong>${icon('emergency')} ${say(view, headings['emergency-begun'])}</strong> ${why} <small>${ago(view, emergency.since)}</small></p>`;
}

/** Readable from across the room, in three lines: what and for how many, the next update, and the roles. */
function figures(view: View, { incident, total }: IncidentRecord, situation: Situation) {
  const {
    nextUpdate: next,
    known: { occurredAt },
    roles: all,
  } = situation;
  const { status, reportedAt } = incident;
  const since = view.now.getTime() - (occurredAt ?? reportedAt).getTime();
  // While no customer is known, the page cannot say that nobody waits.
  const scope = scopeSlot(incident, total, null, view.policy);
  const update = next
    ? html`${countdown(view, next.dueAt)} <small>${whom(view, next.customers)}</small>`
    : scope
      ? html`${countdown(view, scope.dueAt)} <small>${view.t('board.scopeDue')}</small>`
      : html`<small>${say(view, words.noUpdate)}</small>`;
  const lasts = isOver(status) ? '' : html` <small>${say(view, words.lasts)} ${spanText(view, since)}</small>`;
  return html`<dl class="wall"><div><dt>${view.name('field', 'impact.businessImpact')}</dt><dd>${impactLine(view, incident)}${lasts}</dd></div>
<div><dt>${say(view, words.nextUpdate)}</dt><dd>${update}</dd></div>
<div><dt>${say(view, words.roles)}</dt><dd class="names">${all.map(({ role, who: holder }) => html`<span>${view.name('role', role)} ${holderOf(view, holder)}</span> `)}</dd></div></dl>`;
}

const holderOf = (view: View, holder: string | null): Markup =>
  holder ? html`<strong>${who(view, holder)}</strong>` : html`<strong class="overdue">${view.t('nobody')}</strong>`;

function whom(view: View, all: readonly SituationCustomer[]): string {
  const names = view.row(all.slice(0, 5).map((each) => customerName(each, view)));
  return all.length > 5 ? `${names} ${say(view, words.moreCustomers, { n: all.length - 5 })}` : names;
}

/** One tap takes a role. It asks for no version: what others record meanwhile is no reason to wait. */
function roles(view: View, { incidentId, roles: all, status }: Situation): Markup {
  const isOpen = status === 'open' || status === 'recovered';
  const tap = (type: string, role: string, content: Markup): Markup => {
    const inForm = form(view, `${incidentPath(incidentId)}/events/${type}`, html`class="tap"`);
    return inForm`<input type="hidden" name="role" value="${role}"><input type="hidden" name="back" value="situation">${content}`;
  };
  const rows = all.map(({ role, who: holder, at }) => {
    const held = html`${holderOf(view, holder)} ${at ? html`<small>${ago(view, at)}</small>` : ''}`;
    const taps = !isOpen
      ? ''
      : holder === null
        ? tap('role-taken', role, button(say(view, words.take), 'plain'))
        : holder === view.actor
          ? html`<details id="hand-over-${role}"><summary>${say(view, words.handOver)}</summary>${tap(
              'role-handed-over',
              role,
              html`${fieldsOf(view, `hand-${role}`).text('to', { type: 'email', label: say(view, words.handOverTo), isRequired: true })}<p>${button(say(view, words.handOver), 'plain')}</p>`,
            )}</details>`
          : tap('role-handed-over', role, button(say(view, words.takeOver), 'plain'));
    return html`<div><dt>${view.name('role', role)}</dt><dd>${held}${taps}</dd></div>`;
  });
  return part(view, 'roles', words.roles)`<dl class="facts">${rows}</dl>`;
}

function known(view: View, { known: facts, description }: Situation): Markup {
  const unknown = view.t('unknown');
  const at = (of: Date | null) => (of ? html`${shortTime(view, of)} <small>${ago(view, of)}</small>` : unknown);
  const from = (of: keyof KnownFrom) => fromMember(view, facts.from[of]);
  const { businessImpact: impact, affectedCustomerCount: count, happened, cause, recoveredAt } = facts;
  const rows: [string, Markup | string | null][] = [
    ['businessImpact', html`${impact ? view.name('impact', impact) : unknown}${from('businessImpact')}`],
    ['affectedCustomerCount', count === null ? unknown : countText(count, view)],
    ['ongoing', view.name('ongoing', facts.ongoing)],
    ['happened', happened ? view.name('happened', happened) : unknown],
    ['occurredAt', html`${at(facts.occurredAt)}${from('occurredAt')}`],
    ['area', facts.area],
    ['scopeMethod', facts.scopeMethod],
    ['cause', cause && [view.name('cause', cause.category), cause.summary].filter(Boolean).join(': ')],
    ['recoveredAt', recoveredAt && at(recoveredAt)],
  ];
  const missing = view.row(facts.missing.map((field) => view.name('field', field)));
  return part(view, 'known', words.known)`${description ? html`<p class="words">${description}</p>` : ''}
${factList(rows.map(([field, value]) => [view.name('field', field), value]))}
${missing ? html`<p class="missing"><strong>${say(view, words.missing)}</strong> ${missing}</p>` : ''}`;
}

function tried(view: View, { tried: all }: Situation): Markup {
  const items = all.map(
    (each) =>
      html`<li>${shortTime(view, each.at)} <strong>${view.name('mitigation', each.kind)}</strong>${each.note ? ` ${each.note}` : ''}${
        each.lighterWayTried ? html`<br><small>${say(view, words.lighter, { text: each.lighterWayTried })}</small>` : ''
      }</li>`,
  );
  const list = items.length > 0 ? html`<ul class="plain">${items}</ul>` : html`<p>${say(view, words.nothingTried)}</p>`;
  return part(view, 'tried', words.tried)`${list}`;
}

function customers(view: View, { customers: all, moreCustomers }: Situation): Markup {
  const items = all.slice(0, mostCustomers).map((each) => {
    const told = each.lastUpdateAt
      ? filled(view, labels.lastTold, shortTime(view, each.lastUpdateAt))
      : say(view, labels.neverTold);
    const next = each.nextUpdateDueAt ? html` · ${countdown(view, each.nextUpdateDueAt)}` : '';
    const works = each.recoveredAt
      ? html` · ${filled(view, cardWords.recovered, shortTime(view, each.recoveredAt))}`
      : '';
    return html`<li><strong>${customerName(each, view)}</strong> ${told}${next}${works}${each.lastMessage ? html`<br><small>${say(view, labels.quoted, { text: each.lastMessage })}</small>` : ''}</li>`;
  });
  const more = all.length - items.length + moreCustomers;
  return part(view, 'customers-told', fieldTexts['field.affectedCustomers'])`${
    items.length === 0
      ? html`<p>${say(view, words.noCustomers)}</p>`
      : html`<ul class="plain">${items}</ul>${more > 0 ? html`<p class="muted">${say(view, words.moreCustomers, { n: more })}</p>` : ''}`
  }`;
}

/** A text with a time in it that stays a time. */
function filled(view: View, of: Both, at: Markup): Markup {
  const [before = '', after = ''] = say(view, of).split('{at}');
  return html`${before}${at}${after}`;
}

const checklist = (view: View, { checklist: items }: Situation): Markup =>
  part(view, 'checklist', words.checklist)`<ul class="checklist">${items.map(
    ({ item, isDone, at }) =>
      html`<li class="${isDone ? 'is-done' : ''}"><span aria-hidden="true">${isDone ? '☑' : '☐'}</span> ${view.name('checklist', item)} <small>${
        isDone && at ? filled(view, words.done, shortTime(view, at)) : view.t('progress.open')
      }</small></li>`,
  )}</ul>`;

function latest(view: View, { latest: items }: Situation): Markup {
  const list = items.map(
    (each) =>
      html`<li>${shortTime(view, each.at)} <strong>${view.name('event', each.type)}</strong> ${each.text ? said(each, view.name) : ''} <span class="actor">— ${who(view, each.who, each.whoName)}</span></li>`,
  );
  return part(
    view,
    'latest',
    words.latest,
  )`${list.length > 0 ? html`<ul class="plain">${list}</ul>` : html`<p>${say(view, words.nothingTried)}</p>`}`;
}
