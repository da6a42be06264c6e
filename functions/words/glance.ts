/** An incident at a glance: how bad, for how many. 「業務停止・6店舗」 Pure. */
import { fillIn, type Language, nameFor, type Reader, say } from './language.ts';
import { overdueText } from './spans.ts';
import { glanceTexts as texts } from './texts/notices.ts';

export interface GlanceFacts {
  businessImpact?: string | undefined;
  /** Counted and named, as the record has it. */
  affectedCustomerCount?: number | undefined;
  /** What is over is no longer stopped: its status is named first. */
  status?: string | undefined;
}

export function glanceText(facts: GlanceFacts, by: Reader): string {
  const { businessImpact, affectedCustomerCount, status = 'open' } = facts;
  const parts = [impactText(businessImpact, by), countText(affectedCustomerCount, by)];
  const impact = parts.join(by.language === 'ja' ? '・' : ' · ');
  if (!isOver(status)) return impact;
  return say(by, texts.wasOver, { status: nameFor(by, 'status', status), impact });
}

/** The source of a value from a linked incident, with a blank before it: ` (M-7K2QXB より)`; otherwise empty. */
export const fromText = (from: { code: string } | undefined, language: Language): string =>
  from ? ` ${fillIn(texts.knownFrom[language], from)}` : '';

export const isOver = (status: string): boolean => status === 'recovered' || status === 'not-occurring';

export const impactText = (impact: string | undefined, by: Reader): string =>
  impact ? nameFor(by, 'impact', impact) : say(by, texts.noImpact);

/** `6店舗` */
export const countText = (n: number | undefined, by: Reader): string =>
  n === undefined ? say(by, texts.noCount) : say(by, texts.count, { n });

/** `9分超過`; undefined while there is time. */
export function overText(dueAt: Date, language: Language, now: Date): string | undefined {
  const overMs = now.getTime() - dueAt.getTime();
  return overMs > 0 ? fillIn(texts.over[language], { span: overdueText(overMs, language) }) : undefined;
}
