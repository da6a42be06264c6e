/**
 * The generic fields where an admin's template, or a tool's custom fields, carry them. The customer's answers come as a
 * form shows them, in Japanese or English, so each value has several spellings. What is wrong is said and left out.
 */
import type { BusinessImpact, Category, Customer, Signal, YesNoUnknown } from '../../incidents/signals/signal.ts';
import { readableText } from '../../incidents/signals/signal.ts';
import { isPlausibleTime, readTime, type StatedTime } from '../../incidents/signals/times.ts';
import { defined } from '../../platform/defined.ts';
import { type Body, field, isObject } from '../../platform/loose.ts';
import { nameLine } from '../../platform/one-line.ts';
import type { FieldError } from '../../platform/problem.ts';
import type { Policy } from '../../policy.ts';
import { customerIdText, readNamed } from './fields.ts';
import type { SourceContext } from './source.ts';

/** The names that a field may have; the first is the generic ticket's own. */
const names = {
  occurredAt: ['occurredAt', 'occurred_at', '発生日時', '発生時刻', '発生日'],
  ongoing: ['ongoing', '継続中', '継続', '現在も継続中'],
  businessImpact: ['businessImpact', 'business_impact', '業務影響', '業務影響度', '業務への影響'],
  affectedCustomers: ['affectedCustomers', 'affected_customers', '対象', '対象店舗', '影響店舗'],
  affectedCustomerCount: ['affectedCustomerCount', 'affected_customer_count', '影響店舗数', '対象店舗数', '対象数'],
  category: ['category', 'カテゴリ', '分類', '種別'],
  form: ['form', 'フォーム'],
  area: ['area', '機能', '製品領域', '対象機能'],
  channel: ['channel', 'チャネル'],
  differsFromExpected: ['differsFromExpected', 'differs_from_expected', '期待と異なる', '期待との相違', '想定と異なる'],
  reporterAffected: ['reporterAffected', 'reporter_affected', '報告者も影響'],
  customer: ['customer', '顧客', '店舗'],
} as const;

const spelled = (words: string): string[] => words.split(',');

const yesNo: Record<YesNoUnknown, string[]> = {
  yes: spelled('yes,y,true,1,on,はい,有,あり,ある,継続中,継続,発生中,続いている,異なる,違う,ongoing'),
  no: spelled('no,n,false,0,off,いいえ,無,無し,なし,ない,終了,解消,解消済み,収束,同じ,異ならない'),
  unknown: spelled('unknown,不明,未確認,わからない,分からない,わかりません,分かりません,unsure,not sure'),
};
const impacts: Record<BusinessImpact, string[]> = {
  stopped: ['stopped', '停止', '業務停止', '停止している', '完全停止', '止まっている', '業務が止まっている'],
  degraded: ['degraded', '低下', '一部停止', '一部支障', '支障あり', '回避策あり', '代替手段あり'],
  inconvenient: ['inconvenient', '不便', '軽微', '軽微な支障'],
  none: ['none', 'なし', '無し', '無', '影響なし', '影響無し'],
};
const categories: Record<Category, string[]> = {
  trouble: ['trouble', 'トラブル', '障害', '不具合', '故障'],
  question: ['question', '質問', '仕様質問', '問い合わせ', 'お問い合わせ'],
  outside: ['outside', '対象外'],
};

/** @param from where the fields may be, in order of preference */
export function readStatedFields(
  from: readonly Body[],
  { policy, receivedAt }: SourceContext,
  problems: FieldError[],
): Partial<Signal> {
  const raw = (name: keyof typeof names): unknown => findNamed(from, names[name]);
  const text = (name: keyof typeof names, maxBytes: number): string | undefined => {
    const value = raw(name);
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    return readableText(nameLine(String(value)), maxBytes) || undefined;
  };
  const refuse = (path: string, value: unknown, message: string): undefined => {
    problems.push({ path, message: `“${readableText(shown(value), 100)}” was left out: ${message}.` });
  };
  const choice = <T extends string>(name: keyof typeof names, spellings: Record<T, string[]>): T | undefined => {
    const value = raw(name);
    if (value === undefined) return undefined;
    const found = findChoice(shown(value), spellings);
    return found ?? refuse(name, value, `it has to be one of ${Object.keys(spellings).join(', ')}`);
  };
  const isUnknown = (name: keyof typeof names): boolean => findChoice(shown(raw(name)), onlyUnknown) !== undefined;
  const time = (): Signal['occurredAt'] | undefined => {
    const value = raw('occurredAt');
    if (value === undefined || isUnknown('occurredAt')) return undefined;
    const read = readToolTime(value, policy.zone, receivedAt);
    return read ?? refuse('occurredAt', value, 'it has to be a time such as 2026-11-24T09:50:00+09:00');
  };
  const count = (): number | undefined => {
    const value = raw('affectedCustomerCount');
    if (value === undefined) return undefined;
    const digits = /^\D{0,10}(\d{1,9})\D{0,10}$/.exec(shown(value).normalize('NFKC').trim())?.[1];
    const number = typeof value === 'number' ? value : Number(digits ?? Number.NaN);
    if (Number.isSafeInteger(number) && number >= 0 && number <= 100_000_000) return number;
    return refuse('affectedCustomerCount', value, 'it has to be a whole number');
  };
  const isAffected = (said: YesNoUnknown | undefined): boolean | undefined => said && said !== 'no';
  const category = text('category', 200);
  const known = category === undefined ? undefined : findChoice(category, categories);
  // Left-out fields are reported in this order.
  return defined({
    occurredAt: time(),
    ongoing: choice('ongoing', yesNo),
    differsFromExpected: choice('differsFromExpected', yesNo),
    businessImpact: isUnknown('businessImpact') ? undefined : choice('businessImpact', impacts),
    isReporterAffected: isAffected(choice('reporterAffected', yesNo)),
    form: text('form', 200),
    area: text('area', 200),
    channel: text('channel', 200),
    category: known,
    // The policy maps the tools' own categories too, beside forms and tags.
    tags: category !== undefined && known === undefined ? [category] : undefined,
    affectedCustomerCount: count(),
    customer: readCustomer(raw('customer'), 'customer', problems),
    affectedCustomers: readAffected(raw('affectedCustomers'), policy, problems),
  });
}

const onlyUnknown = { unknown: yesNo.unknown };

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** A value as text; an object's own text is not asked for, since bodies may bring their own `toString`. */
function shown(value: unknown): string {
  if (isScalar(value)) return String(value).toWellFormed();
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** Blank values, dashes and unfilled placeholders count as absent. */
function isStated(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'string') return true;
  const text = value.trim();
  return text !== '' && !/^[-–—]$/.test(text) && !/^\{\{[^{}]{0,200}\}\}$/.test(text);
}

const findNamed = (from: readonly Body[], spellings: readonly string[]): unknown =>
  from.flatMap((body) => spellings.map((name) => field(body, name))).find(isStated);

/** Any part of “停止(注文ができない)”, “Stopped / 停止” or the tag impact_stopped may be the spelling. */
function findChoice<T extends string>(value: string, spellings: Record<T, string[]>): T | undefined {
  const text = value.normalize('NFKC').toLowerCase().trim().slice(0, 200);
  const parts = [text, ...text.split(/[/(:、,]/), text.split(/::|_/).at(-1) ?? ''].map((each) => each.trim());
  const choices = Object.entries(spellings) as [T, string[]][];
  return parts.flatMap((part) => choices.filter(([, known]) => known.includes(part)))[0]?.[0];
}

/** An object as in the generic ticket, or an id alone. */
function readCustomer(value: unknown, path: string, problems: FieldError[]): Customer | undefined {
  const stated = isObject(value) ? field(value, 'id') : value;
  if (!isScalar(stated) || !isStated(stated)) return undefined;
  const id = customerIdText.safeParse(stated);
  if (!id.success) {
    problems.push({ path, message: 'It was left out: a customer needs an id of at most 128 characters.' });
    return undefined;
  }
  if (!isObject(value)) return { id: id.data };
  const name = field(value, 'name');
  const contactId = customerIdText.safeParse(field(value, 'contactId') ?? field(value, 'contact_id'));
  return {
    id: id.data,
    ...(typeof name === 'string' && isStated(name) ? { name: readableText(nameLine(name), 500) } : {}),
    ...(contactId.success && isStated(contactId.data) ? { contactId: contactId.data } : {}),
  };
}

/** A list, or names separated by commas or lines; 不明 names nobody. */
function readAffected(value: unknown, policy: Policy, problems: FieldError[]): Customer[] {
  const list: unknown[] = isScalar(value) ? String(value).split(/[,、，;；\n\t]/) : [value ?? []].flat();
  const named = list.filter((each) => isStated(each) && (!isScalar(each) || !findChoice(String(each), onlyUnknown)));
  return readNamed(named, policy, problems, (each, path) => readCustomer(each, path, problems));
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A time as the ticket tools and their templates write it. Beside RFC 3339: epoch seconds and milliseconds, “February
 * 3, 2025 9:05 PM”, “3 Feb 2025”, 2025年2月3日 9時5分, and the full-width digits of Japanese keyboards.
 */
export function readToolTime(stated: unknown, zone: string, receivedAt: Date): StatedTime | undefined {
  if (typeof stated === 'number') return fromEpoch(stated);
  if (typeof stated !== 'string' || stated.length > 100) return undefined;
  const text = stated.normalize('NFKC').trim();
  if (/^\d{10}(?:\.\d{1,6})?$|^\d{13}$/.test(text)) return fromEpoch(Number(text));
  return readTime(plain(text), zone, receivedAt);
}

/** Numbers this large are milliseconds. */
const millisecondsFrom = 100_000_000_000;

function fromEpoch(value: number): StatedTime | undefined {
  const at = new Date(Math.round(value >= millisecondsFrom ? value : value * 1_000));
  return isPlausibleTime(at) ? { at, isApproximate: false } : undefined;
}

function plain(text: string): string {
  const japanese =
    /^(\d{4})年\s?(\d{1,2})月\s?(\d{1,2})日(?:\s?\(.\))?\s?(?:(午前|午後)?\s?(\d{1,2})(?::|時)(?:(\d{1,2})分?)?)?$/.exec(
      text,
    );
  if (japanese) {
    const [, year, month, day, half, hour, minute = '0'] = japanese;
    return joined(year, Number(month), day, hour, minute, half === '午後' ? 'pm' : half === '午前' ? 'am' : undefined);
  }
  const english =
    /^(?:([a-z]{3,9})\.? (\d{1,2})|(\d{1,2}) ([a-z]{3,9})\.?),? (\d{4})(?:,? (?:at )?(\d{1,2}):(\d{2})(?::\d{2})? ?([ap]m)?)?$/i.exec(
      text,
    );
  if (english) {
    const [, name = english[4] ?? '', day = english[3], , , year, hour, minute, half] = english;
    const month = months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
    if (month > 0) return joined(year, month, day, hour, minute, half?.toLowerCase());
  }
  // Many people write the hour with one digit (2025-02-03 9:05); readTime accepts that.
  return text;
}

type Part = string | undefined;

function joined(year: Part, month: number, day: Part, hour: Part, minute: Part, half: Part): string {
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return date;
  const of12 = half ? (Number(hour) % 12) + (half === 'pm' ? 12 : 0) : Number(hour);
  return `${date} ${of12}:${(minute ?? '0').padStart(2, '0')}`;
}
