/** An incident at a glance: how long, how bad, for how many. 「9分超過・業務停止・6店舗」 Pure. */
import { type Both, fillIn, type Language, nameOf } from './language.ts';
import { overdueText } from './spans.ts';
import { glanceTexts as texts } from './texts/notices.ts';

export interface GlanceFacts {
  businessImpact?: string | undefined;
  /** Counted and named, as the record has it. */
  affectedCustomerCount?: number | undefined;
  dueAt?: Date | null | undefined;
}

/** @param customer what a customer is called in that language */
export function glanceText(facts: GlanceFacts, language: Language, customer: string, now: Date): string {
  const { businessImpact, affectedCustomerCount: n, dueAt } = facts;
  const say = (of: Both, given: Record<string, string | number> = {}): string =>
    fillIn(of[language], { customer, ...given });
  const over = dueAt ? overText(dueAt, language, now) : undefined;
  const parts = [
    ...(over ? [over] : []),
    businessImpact ? nameOf('impact', businessImpact, language, customer) : say(texts.noImpact),
    n === undefined ? say(texts.noCount) : say(texts.count, { n }),
  ];
  return parts.join(language === 'ja' ? '・' : ' · ');
}

/** `9分超過`; undefined while there is time. */
export function overText(dueAt: Date, language: Language, now: Date): string | undefined {
  const overMs = now.getTime() - dueAt.getTime();
  return overMs > 0 ? fillIn(texts.over[language], { span: overdueText(overMs, language) }) : undefined;
}
