/** The table of forms with which responders state facts from a card: their fields, and the resulting statements. Pure. */
import { type EmergencyRole, emergencyRoles } from '../incidents/emergency/emergency.ts';
import type { TimelineEvent } from '../incidents/facts/events.ts';
import { type Incident, mitigationKinds, recurrenceRisks } from '../incidents/incident.ts';
import { correctionChoices } from '../incidents/statements/corrections.ts';
import { whoIs } from '../outgoing/slack/card.ts';
import type { Policy } from '../policy.ts';
import { clock } from '../words/clock.ts';
import { type Language, nameFor, say } from '../words/language.ts';
import { incidentTexts } from '../words/texts/incident-page.ts';
import { modalWords } from '../words/texts/slack.ts';
import type { Choice, Field } from './form.ts';

export interface Filling {
  incident: Incident;
  language: Language;
  policy: Policy;
  names: ReadonlyMap<string, string>;
  /** Statements that can be retracted, the newest first. */
  events: readonly TimelineEvent[];
  /** Customers who may be affected too, and customers who wait for an update. */
  customers: readonly Choice[];
  waiting: readonly Choice[];
  /** Incidents that may be the same trouble. */
  like: readonly Choice[];
  /** The text of the message that is being reported. */
  text: string;
}

/** For a form whose fields alone are needed, or that is not about an incident yet. */
export const blank = {
  incident: { impact: {}, affectedCustomers: [] as Incident['affectedCustomers'] } as Incident,
  names: new Map<string, string>(),
  events: [],
  customers: [],
  waiting: [],
  like: [],
  text: '',
};

/** By field ID: texts, numbers, lists of choices, `true` for a tick. Blank fields are absent. */
type Given = Record<string, unknown>;

export interface Form {
  fields: readonly ((of: Filling) => Field)[];
  /** The type of statement that has the form's fields. */
  type?: string;
  /** The resulting statements, if they differ from the form's type. @param touched fields whose values were changed */
  states?(given: Given, touched: ReadonlySet<string>, incident: Incident): object[];
  /** The incidents that are merged with this one, by their ids. */
  merges?(given: Given): string[];
  /** The form shows what it overwrites, so it is refused if somebody has stated something since. */
  replaces?: true;
}

type More = Partial<Field> | ((of: Filling) => Partial<Field>);

/** The field's label: its own, otherwise the record's. A `?` after the ID marks it as optional. */
function field(kind: Field['kind'], called: string, more: More = {}): (of: Filling) => Field {
  const id = called.replace('?', '');
  const words = Object.hasOwn(modalWords, id) ? modalWords[id as keyof typeof modalWords] : undefined;
  return (of) => ({
    id,
    kind,
    label: words ? say(of, words) : nameFor(of, 'field', id),
    ...(called.endsWith('?') ? { isOptional: true } : {}),
    ...(typeof more === 'function' ? more(of) : more),
  });
}

/** @param kind the catalogue of names that the values are in */
const pick = (called: string, kind: string, values: readonly string[], initial?: (of: Filling) => string | undefined) =>
  field('one', called, (of) => ({
    choices: values.map((each) => [each, nameFor(of, kind, each)]),
    initial: initial?.(of),
  }));
const tick = (called: string, words: keyof typeof modalWords) =>
  field('tick', called, (of) => ({ choices: [['yes', say(of, modalWords[words])]] }));

function undoable(of: Filling): Choice[] {
  const at = ({ occurredAt }: TimelineEvent) => clock(occurredAt, of.language, of.policy, of.incident.filedAt);
  return of.events.map((each) => [each.id, `${at(each)} ${nameFor(of, 'event', each.type)} ${whoIs(each.actor, of)}`]);
}

/** Untouched fields are stated only when the person confirms the scope. */
function scopeOf({ impact, customers, confirmed, affectedCustomers, ...given }: Given, touched: ReadonlySet<string>) {
  const named = [customers, affectedCustomers].flatMap((each) => (Array.isArray(each) ? each : []));
  const isConfirmed = confirmed !== undefined || named.length > 0;
  const scoped = Object.fromEntries(Object.entries(given).filter(([id]) => isConfirmed || touched.has(id)));
  const affected = named.map((each) => (typeof each === 'string' ? { id: each } : each));
  const all = { ...scoped, ...(named.length > 0 ? { affectedCustomers: affected } : {}) };
  return [
    ...(touched.has('impact') ? [{ type: 'corrected', field: 'businessImpact', value: impact }] : []),
    ...(isConfirmed || Object.keys(all).length > 0 ? [{ type: 'scoped', ...all }] : []),
  ];
}

/** Taking a role that somebody has takes it over; the holder leaves it, or names somebody. */
function roleOf({ role, to }: Given, _touched: ReadonlySet<string>, { roles }: Incident): object[] {
  const isHeld = roles !== undefined && Object.hasOwn(roles, String(role));
  return [{ type: isHeld || to ? 'role-handed-over' : 'role-taken', role, ...(to ? { to } : {}) }];
}

const impacts = correctionChoices['impact.businessImpact'] ?? [];

export const forms = {
  scope: {
    replaces: true,
    states: scopeOf,
    fields: [
      pick('impact?', 'impact', impacts, ({ incident }) => incident.impact.businessImpact),
      field('some', 'customers?', (of) => ({ label: say(of, modalWords.alsoAffected), choices: of.customers })),
      field('customers', 'affectedCustomers?', (of) => ({ hint: say(of, modalWords.customerHint) })),
      field('number', 'affectedCustomerCount?', (of) => {
        const n = of.incident.affectedCustomers.length;
        const initial = `${of.incident.impact.affectedCustomerCount ?? ''}`;
        return { initial, ...(n > 0 ? { hint: say(of, incidentTexts['scoped.least'], { n }) } : {}) };
      }),
      field('line', 'method?', ({ incident }) => ({ initial: incident.impact.scopeMethod })),
      field('line', 'evidenceUrl?', ({ incident }) => ({ initial: incident.impact.scopeEvidenceUrl })),
      pick('recurrenceRisk?', 'risk', recurrenceRisks, ({ incident }) => incident.impact.recurrenceRisk),
      tick('confirmed?', 'scopeConfirmed'),
    ],
  },
  mitigate: {
    replaces: true,
    type: 'mitigated',
    fields: [
      pick('kind', 'mitigation', mitigationKinds, ({ incident }) => incident.mitigation?.kind),
      field('text', 'note?', (of) => ({ hint: say(of, incidentTexts['hint.mitigationNote']) })),
      field('line', 'lighterWayTried?'),
    ],
  },
  /** Somebody was told by telephone, or by hand. */
  told: {
    type: 'customer-updated',
    fields: [
      field('some', 'customers', ({ waiting }) => ({
        choices: waiting,
        initial: waiting.length === 1 ? waiting[0]?.[0] : undefined,
      })),
      field('one', 'channel', (of) => ({
        choices: of.policy.cadence.countedChannels.map((each) => [each, nameFor(of, 'channel', each)]),
        initial: 'phone',
      })),
      field('text', 'message?'),
      tick('recovery?', 'recoveryYes'),
    ],
  },
  /** Merges the chosen incidents into the first report, or this one into the incident whose code is given. */
  link: {
    merges: ({ like = [], code }) =>
      (like as string[])
        .flatMap((each) => each.split(' '))
        .concat(typeof code === 'string' && (like as string[]).length > 0 ? code : []),
    states: ({ code, basis }) => [{ type: 'linked', to: code ?? '', basis }],
    fields: [
      field('some', 'like?', ({ like }) => ({ choices: like })),
      field('code', 'code?', (of) => ({ hint: say(of, modalWords.codeHint) })),
      field('line', 'basis?'),
    ],
  },
  undo: {
    type: 'retracted',
    fields: [
      field('one', 'eventId', (of) => ({ choices: undoable(of) })),
      field('line', 'why', (of) => ({ initial: say(of, modalWords.byMistake) })),
    ],
  },
  assign: { type: 'assigned', fields: [field('person', 'assignee')] },
  roles: {
    replaces: true,
    states: roleOf,
    fields: [
      field('one', 'role', (of) => {
        const holder = (role: EmergencyRole): string => whoIs(of.incident.roles?.[role]?.who, of);
        return { choices: emergencyRoles.map((role) => [role, `${nameFor(of, 'role', role)}: ${holder(role)}`]) };
      }),
      field('person', 'to?', (of) => ({ hint: say(of, modalWords.handToHint) })),
    ],
  },
  note: { type: 'commented', fields: [field('text', 'text')] },
} as const satisfies Record<string, Form>;

/** Files a report as any other source does. It is no statement about an incident that is filed already. */
export const reportForm = {
  fields: [
    field('line', 'subject'),
    pick('ongoing', 'ongoing', correctionChoices.ongoing ?? [], () => 'unknown'),
    field('number', 'occurred?'),
    pick('impact?', 'impact', impacts),
    field('customers', 'customer?', (of) => ({ hint: say(of, modalWords.customerHint) })),
    field('text', 'description?', ({ text }) => ({ initial: text })),
    tick('drill?', 'drillYes'),
  ],
} as const satisfies Form;

export type FormName = keyof typeof forms;
export const isForm = (called: string): called is FormName => Object.hasOwn(forms, called);
