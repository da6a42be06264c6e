/** An incident at a glance: how bad, for how many. 「業務停止・6店舗」 Pure. */
import { fillIn, type Language, nameOf } from './language.ts';
import { overdueText } from './spans.ts';
import { glanceTexts as texts } from './texts/notices.ts';

export interface GlanceFacts {
  businessImpact?: string | undefined;
  /** Counted and named, as the record has it. */
  affectedCustomerCount?: number | undefined;
  /** What is over is no longer stopped: its status is named first. */
  status?: string | undefined;
}

/** @param customer what a customer is called in that language */
export function glanceText(facts: GlanceFacts, language: Language, customer: string): string {
  const { businessImpact, affectedCustomerCount, status = 'open' } = facts;
  const impact = [
    impactText(businessImpact, language, customer),
    countText(affectedCustomerCount, language, customer),
  ].join(language === 'ja' ? '・' : ' · ');
  if (!isOver(status)) return impact;
  return fillIn(texts.wasOver[language], { status: nameOf('status', status, language, customer), impact });
}

export const isOver = (status: string): boolean => status === 'recovered' || status === 'not-occurring';

export const impactText = (impact: string | undefined, language: Language, customer: string): string =>
  impact ? nameOf('impact', impact, language, customer) : texts.noImpact[language];

/** `6店舗` */
export const countText = (n: number | undefined, language: Language, customer: string): string =>
  n === undefined ? fillIn(texts.noCount[language], { customer }) : fillIn(texts.count[language], { n, customer });

/** `9分超過`; undefined while there is time. */
export function overText(dueAt: Date, language: Language, now: Date): string | undefined {
  const overMs = now.getTime() - dueAt.getTime();
  return overMs > 0 ? fillIn(texts.over[language], { span: overdueText(overMs, language) }) : undefined;
}
