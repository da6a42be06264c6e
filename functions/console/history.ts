/** The timeline of an incident, the reports that came in, and its links. */
import { html } from 'hono/html';
import { mostEvents } from '../find/read-incident.ts';
import { type EmergencyInputs, emergencyFill } from '../incidents/emergency/emergency.ts';
import type { EventOf, TimelineEvent } from '../incidents/facts/events.ts';
import { isOfSignal } from '../incidents/facts/timeline.ts';
import { whyNotRetracted } from '../incidents/fold/decide-retraction.ts';
import { codeOf, type Incident } from '../incidents/incident.ts';
import { isEmail } from '../platform/email.ts';
import { milliseconds } from '../policy.ts';
import { sayRecorded } from '../words/say-recorded.ts';
import { unnamedText, withMore } from '../words/whom.ts';
import { button, fieldsOf } from './fields.ts';
import { contactName, incidentForm } from './incident-head.ts';
import { type Loaded, mostSignals } from './incident-load.ts';
import { badge, incidentPath, type Markup, outLink, spanText, time, typedIn, type View, who } from './view.ts';

const shownAtOnce = 25;
const mostNamed = 20;

type Retraction = TimelineEvent & EventOf<'retracted'>;
type Names = ReadonlyMap<string, string>;

export function timelineSection(view: View, { incident, events, contacts, named }: Loaded): Markup {
  const names = new Map([
    ...contacts.map((each): [string, string] => [each.id, contactName(view, each)]),
    ...contacts.flatMap((each) => each.customers.map(({ id, name }): [string, string] => [id, name ?? id])),
    ['others', unnamedText(view)],
    ...named,
  ]);
  const retracted = events.filter((each) => each.type === 'retracted');
  const retractions = new Map(retracted.map((each) => [each.detail.eventId, each]));
  const typed = typedIn(view, 'retracted');
  const isTyped = ({ id }: TimelineEvent): boolean => typed?.get('eventId') === id;
  const item = (event: TimelineEvent): Markup => {
    const retraction = retractions.get(event.id);
    const isOffered = !retraction && whyNotRetracted(event) === undefined;
    const offer = isOffered ? retractionForm(view, incident, event, isTyped(event) ? typed : undefined) : '';
    return eventItem(view, event, names, offer, retraction);
  };
  const shown = newest(events);
  const groups = groupEvents(shown.filter((each) => !isVoid(each)));
  const items = groups.map((group) => groupItem(view, group, item, group.some(isTyped)));
  const [first, rest] = [items.slice(0, shownAtOnce), items.slice(shownAtOnce)];
  return html`<section aria-labelledby="timeline"><h2 id="timeline">${view.t('section.timeline')}</h2>
${timelineFilter(view)}
<ol class="timeline">${first}</ol>
${rest.length > 0 ? html`<details${groups.slice(shownAtOnce).flat().some(isTyped) ? html` open` : ''}><summary>${view.t('timeline.earlier', { n: rest.length })}</summary><ol class="timeline">${rest}</ol></details>` : ''}
${events.length >= mostEvents || shown.length < events.length ? html`<p class="muted">${view.t('timeline.cut', { n: shown.length })}</p>` : ''}</section>`;
}

/** Of long texts fewer: no telephone opens a page of megabytes. */
const mostCharacters = 500_000;

function newest(events: readonly TimelineEvent[]): TimelineEvent[] {
  let characters = 0;
  return events.filter(({ detail }) => {
    for (const each of Object.values(detail)) characters += typeof each === 'string' ? each.length : 0;
    return characters <= mostCharacters;
  });
}

/** A CSS rule does it, without a request or a script. */
function timelineFilter(view: View): Markup {
  const shown = ['all', 'people', 'updates', 'signals'] as const;
  return html`<fieldset class="choices"><legend>${view.t('timeline.show')}</legend>${shown.map(
    (each, index) =>
      html`<label><input type="radio" name="timeline-show" value="${each}"${index === 0 ? html` checked` : ''}> <span>${view.name('timelineShow', each)}</span></label>`,
  )}</fieldset>`;
}

function groupItem(view: View, group: TimelineEvent[], item: (event: TimelineEvent) => Markup, isOpen: boolean) {
  const [first] = group;
  if (!first || group.length === 1) return first ? item(first) : html``;
  const counts = [...Map.groupBy(group, ({ type }) => type)].map(
    ([type, all]) => `${view.name('event', type)} ${view.t('timeline.times', { n: all.length })}`,
  );
  return html`<li class="of-updates"><details${isOpen ? html` open` : ''}><summary>${time(view, first.occurredAt)} <strong>${view.row(counts)}</strong></summary><ol class="timeline">${group.map(item)}</ol></details></li>`;
}

/** Each entry can be retracted in place, with a reason. */
function retractionForm(view: View, incident: Incident, event: TimelineEvent, typed?: URLSearchParams): Markup {
  const { t } = view;
  return html`<details class="take-back"${typed ? html` open` : ''}><summary>${t('retract')}</summary>${incidentForm(view, incident, 'events/retracted')`<p class="muted">${t(event.type === 'recovered' ? 'hint.retractRecovery' : 'hint.retract')}</p><input type="hidden" name="eventId" value="${event.id}">${fieldsOf(view, `retract-${event.id}`, typed).text('why', { isRequired: true })}<p>${button(t('submit.retract'), 'plain')}</p>`}</details>`;
}

function eventItem(view: View, event: TimelineEvent, names: Names, offer: Markup | '', retraction?: Retraction) {
  const isLate = Math.abs(event.recordedAt.getTime() - event.occurredAt.getTime()) > 60_000;
  const isSignal = isOfSignal(event);
  const signalId = event.detail.signalId;
  return html`<li class="${kindOf(event)}${isSignal ? ' is-signal' : retraction ? ' is-retracted' : ''}"><p class="when">${time(view, event.occurredAt)} <strong>${view.name('event', event.type)}</strong> <span class="actor">${who(view, event.actor, event.actorName)}</span>${
    isLate ? html` <small>${view.t('timeline.recorded')} ${time(view, event.recordedAt)}</small>` : ''
  }</p>${retraction ? html`<p class="taken-back">${badge(view.t('retracted'), 'warn')} ${view.t('retracted.by', { who: who(view, retraction.actor, retraction.actorName), why: retraction.detail.why })} ${time(view, retraction.recordedAt)}</p>` : ''}${detailLines(view, event, names)}${event.evidenceUrl ? html`<p>${outLink(event.evidenceUrl, view.t('evidence'))}</p>` : ''}${isSignal && typeof signalId === 'string' && /^sig_[\da-f]{24}$/.test(signalId) && html`<p><a href="/console/signals/${signalId}">${view.t('signal.open')}</a></p>`}${offer}</li>`;
}

/** For the filter of the timeline. */
function kindOf(event: TimelineEvent): string {
  const { type, actor } = event;
  if (isOfSignal(event)) return 'of-signals';
  if (isOfUpdates(type)) return 'of-updates';
  return isEmail(actor) || actor === 'local' ? 'of-people' : '';
}

/** The catalogue for a detail's values, if it is not named after the detail; `type.key` is for one event type. */
export const kinds: Record<string, string> = {
  happened: 'happened',
  ongoing: 'ongoing',
  kind: 'mitigation',
  channel: 'channel',
  category: 'cause',
  recurrenceRisk: 'risk',
  outcome: 'slot',
  action: 'pageAction',
  businessImpact: 'impact',
  roles: 'role',
  'answered.kind': 'answer',
  'emergency-ended.rule': 'emergencyEnd',
  'reclassified.to': 'kind',
  'retracted.type': 'event',
  'withdrawn.type': 'event',
  'reported.kind': 'signalKind',
  'signal-received.kind': 'signalKind',
  'urgency-changed.old': 'urgency',
  'urgency-changed.new': 'urgency',
};

/** Details whose names are field names. */
const isField =
  /^(?:assignee|businessImpact|channel|customers|field|kind|happened|lighterWayTried|message|note|ongoing|permanentFix|reportDiffers|role|summary|text|why)$/;

/** Types for which a person gives a reason. */
const inOwnWords = new Set<string>(['customer-removed', 'names-removed', 'retracted', 'withdrawn']);

/** Details with a name in the catalogue, in the catalogue's words; others stay in the record. */
function detailLines(view: View, event: TimelineEvent, names: Names): Markup {
  const lines = Object.entries(event.detail).flatMap(([key, value]) => {
    const label =
      view.maybe(`detail.${event.type}.${key}`) ??
      view.maybe(`detail.${key}`) ??
      (isField.test(key) ? view.maybe(`field.${key}`) : undefined);
    if (label === undefined || value === null || value === undefined || value === '') return [];
    if (Array.isArray(value) && value.length === 0) return [];
    if (key === 'missedInARow' && value === 0) return [];
    // The incident no longer knows the name of a customer who left with their report.
    if (key === 'contactId' && !names.has(textOf(value))) return [];
    // A review records its whole state before and after, for the record only.
    if (event.type === 'reviewed' && (key === 'old' || key === 'new')) return [];
    // Metronome's reasons are recorded in English; where the rule or the outcome is named in the reader's language, it says the same.
    const isReason = (key === 'why' || key === 'reason') && !inOwnWords.has(event.type);
    if (isReason && view.language !== 'en' && sayRecorded(textOf(value), view) === undefined) return [];
    return [html`<div><dt>${label}</dt><dd>${detailValue(view, event, key, value, names)}</dd></div>`];
  });
  return lines.length > 0 ? html`<dl class="detail">${lines}</dl>` : html``;
}

function detailValue(view: View, event: TimelineEvent, key: string, value: unknown, names: Names): Markup | string {
  if (value instanceof Date) return time(view, value);
  const { type, detail } = event;
  const text = textOf(value);
  const kind = kinds[`${type}.${key}`];
  if (kind) return view.name(kind, text);
  if (key === 'contactId') return names.get(text) ?? '';
  if (key === 'customers' && value === 'all') return view.t('all');
  if (/^inc_[\da-f]{24}$/.test(text)) return incidentLink(text, names);
  if (key === 'assignee') return who(view, text);
  if (key === 'customer') return textOf(detail.name ?? names.get(text) ?? value);
  if (key === 'old' || key === 'new') {
    const [field = ''] = textOf(detail.field).split('.').slice(-1);
    return view.name(kinds[field] ?? field, text);
  }
  if (type === 'emergency-begun' && key === 'rule') return emergencyText(view, detail);
  if (key === 'rule') return view.maybe(`urgencyRule.${text}`) ?? view.name('routing', text);
  if (typeof value === 'boolean') return view.t(value ? 'yes' : 'no');
  if (type === 'slot-closed' && key === 'outcome') return outcomeText(view, detail);
  if (Array.isArray(value)) {
    const called = key === 'customers' ? names.get.bind(names) : undefined;
    const first = value.slice(0, mostNamed);
    const named = first.map((each) => called?.(textOf(each)) ?? view.name(kinds[key] ?? key, nameOf(each)));
    // The first few of hundreds of customers, and how many more there are.
    return withMore(view.row(named), value.length - mostNamed, view);
  }
  if (key === 'why' || key === 'reason') return sayRecorded(text, view) ?? text;
  return view.name(kinds[key] ?? key, text);
}

/** The outcome of a deadline; if an update came later and counts as met, also why. */
function outcomeText(view: View, { outcome, dueAt, updatedAt }: Record<string, unknown>): string {
  const lateMs = updatedAt instanceof Date && dueAt instanceof Date ? updatedAt.getTime() - dueAt.getTime() : 0;
  const said = view.name('slot', textOf(outcome));
  if (outcome !== 'met' || lateMs <= 0) return said;
  const grace = spanText(view, milliseconds(view.policy.cadence.metUpTo));
  return `${said} ${view.t('timeline.grace', { late: spanText(view, lateMs), grace })}`;
}

function emergencyText(view: View, { rule, inputs }: EventOf<'emergency-begun'>['detail']): string {
  const fill = emergencyFill({ inputs: inputs as unknown as EmergencyInputs }, view.policy);
  return view.maybe(`emergencyRule.${rule}`, fill) ?? rule;
}

function nameOf(value: unknown): string {
  const { name, id } = (value ?? {}) as { name?: unknown; id?: unknown };
  return typeof value === 'object' ? textOf(name ?? id ?? value) : textOf(value);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

export const incidentLink = (id: string, named: Names): Markup =>
  html`<a href="${incidentPath(id)}">${named.get(id) ?? codeOf(id)}</a>`;

export const signalsSection = (view: View, { incident, signals, named }: Loaded): Markup =>
  html`<section aria-labelledby="signals"><h2 id="signals">${view.t('section.signals', { n: signals.length >= mostSignals ? `${mostSignals}+` : signals.length })}</h2><ul class="plain">${signals.map(
    (signal) =>
      html`<li>${time(view, signal.receivedAt)} ${badge(view.name('tool', signal.tool))} ${view.name('signalKind', signal.kind)} <a href="/console/signals/${signal.id}">${signal.sourceId}</a>${signal.incidentId !== incident.id && html` <small>${view.t('signal.from')} ${incidentLink(signal.incidentId, named)}</small>`}</li>`,
  )}</ul></section>`;

export function linksSection(view: View, { incident, named }: Loaded): Markup | '' {
  const links = incident.links ?? [];
  if (!incident.linkedTo && links.length === 0) return '';
  return html`<section aria-labelledby="links"><h2 id="links">${view.t('section.links')}</h2>${
    incident.linkedTo ? html`<p>${view.t('links.to')} ${incidentLink(incident.linkedTo, named)}</p>` : ''
  }<ul class="plain">${links.map((each) => html`<li>${time(view, each.at)} ${incidentLink(each.incidentId, named)}</li>`)}</ul></section>`;
}

/** A deadline that was void shows nothing. */
const isVoid = ({ type, detail }: TimelineEvent): boolean => type === 'slot-closed' && detail.outcome === 'void';

const ofUpdates = new Set(['customer-updated', 'slot-closed', 'reminded', 'update-requested', 'update-failed']);
/** Entries about one update that were recorded within this time belong together. */
const withinMs = 120_000;

export const isOfUpdates = (type: string): boolean => ofUpdates.has(type);

/** Shows one update to many customers as one entry: neighbours about updates that were recorded together. */
export function groupEvents<T extends Pick<TimelineEvent, 'type' | 'recordedAt'>>(events: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const event of events) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    const areOfUpdates = first && [first, event].every(({ type }) => isOfUpdates(type));
    const apartMs = Math.abs(Number(first?.recordedAt) - Number(event.recordedAt));
    if (group && areOfUpdates && apartMs <= withinMs) group.push(event);
    else groups.push([event]);
  }
  return groups;
}
