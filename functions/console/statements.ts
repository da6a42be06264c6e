/** Turns a form into the statement that the API takes: one schema checks both. */
import { Temporal } from 'temporal-polyfill';
import { readCustomers } from '../find/find-customers.ts';
import { correctionChoices } from '../incidents/statements/corrections.ts';
import { type Statement, statementSchema } from '../incidents/statements/statement-schemas.ts';
import { defined } from '../platform/defined.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { parsed } from '../words/refusals/wrong-input.ts';

/** The fields of each type's form. */
const fieldsOf = new Map<string, string[]>(
  statementSchema.options.map(({ shape }) => [shape.type.value, Object.keys(shape)]),
);
/** Fields that are read by their own functions; all others are text. */
const readApart = /^(?:type|occurredAt|customers|affectedCustomers|affectedCustomerCount|recovery|value)$/;

const numberFields = new Set(['impact.affectedCustomerCount']);
const timeFields = new Set(['occurredAt', 'firstResponseAt', 'verifiedAt', 'scopedAt', 'mitigatedAt', 'recoveredAt']);

/** @throws Problem 422 naming the fields */
export function readStatement(type: string, form: URLSearchParams): Statement {
  const errors: FieldError[] = [];
  const names = (fieldsOf.get(type) ?? []).filter((name) => !readApart.test(name));
  const stated: Record<string, unknown> = { type, ...textsOf(form, names) };
  const at = readFormTime(form, 'occurredAt', errors);
  if (at) stated.occurredAt = at;
  if (type === 'scoped') {
    const count = readCount(form, 'affectedCustomerCount', errors);
    if (count !== undefined) stated.affectedCustomerCount = count;
    const customers = customersIn(form);
    if (customers.length > 0) stated.affectedCustomers = customers;
  }
  if (type === 'customer-updated' || type === 'recovered') stated.customers = readWhom(form);
  if (type === 'customer-updated' && form.get('recovery') === 'yes') stated.recovery = true;
  if (type === 'corrected') stated.value = readCorrectedValue(form, errors);
  return parsed(statementSchema, stated, refuse('statement-not-understood'), errors);
}

/** The ticked customers and the typed ones, one a line. */
export const customersIn = (form: URLSearchParams): ReturnType<typeof readCustomers> =>
  readCustomers([...form.getAll('pick'), textOf(form, 'affectedCustomers') ?? ''].join('\n'));

export function textOf(form: URLSearchParams, name: string): string | undefined {
  // Browsers send line ends as CR LF.
  const text = form.get(name)?.replaceAll('\r\n', '\n').trim();
  return text ? text : undefined;
}

/** The given fields that are not blank. */
export const textsOf = (form: URLSearchParams, names: readonly string[]): Record<string, string | undefined> =>
  defined(Object.fromEntries(names.map((name) => [name, textOf(form, name)])));

/** @throws Problem 422 if it is blank */
export function neededText(form: URLSearchParams, name: string, most: number): string {
  const text = textOf(form, name)?.slice(0, most);
  if (!text) throw blank(name);
  return text;
}

export const blank = (name: string): Problem =>
  new Problem(422, refuse('not-understood'), { errors: [wrongField(name, 'blank')] });

/** A local time in its zone, as an instant. An unknown zone is refused rather than guessed. */
export function readFormTime(form: URLSearchParams, name: string, errors: FieldError[]): string | undefined {
  const text = textOf(form, name);
  if (text === undefined) return undefined;
  try {
    const zone = form.get('zone') ?? '';
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant().toString();
  } catch {
    errors.push(wrongField(name, 'not-a-time'));
    return undefined;
  }
}

export function readCount(form: URLSearchParams, name: string, errors: FieldError[]): number | undefined {
  const text = textOf(form, name)?.normalize('NFKC').replaceAll(',', '');
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  errors.push(wrongField(name, 'not-a-whole-number'));
  return undefined;
}

/** The ticked customers; without a tick, those that the form is for. */
export function readWhom(form: URLSearchParams): 'all' | string[] {
  const ticked = form.getAll('customer');
  if (ticked.length > 0) return ticked;
  return form.get('whom') === 'all' ? 'all' : form.getAll('of');
}

function readCorrectedValue(form: URLSearchParams, errors: FieldError[]): unknown {
  const field = form.get('field') ?? '';
  if (Object.hasOwn(correctionChoices, field)) {
    const chosen = textOf(form, 'choiceValue');
    // The list offers values of all correctable fields; only values of the corrected field are accepted.
    return chosen?.startsWith(`${field}=`) ? chosen.slice(field.length + 1) : (textOf(form, 'value') ?? '');
  }
  if (numberFields.has(field)) return readCount(form, 'value', errors);
  if (timeFields.has(field)) return readFormTime(form, 'timeValue', errors);
  if (field === 'ticketUrls') return (textOf(form, 'value') ?? '').split(/\s+/).filter((each) => each !== '');
  return textOf(form, 'value') ?? '';
}
