/** Routing, table A of the design: what a ticket is, and why. Pure. */
import type { Policy } from '../policy.ts';
import { milliseconds } from '../policy.ts';
import type { Category, Signal } from './signal.ts';

export type RoutingRule =
  | 'alert-opened'
  | 'category-stated'
  | 'form-or-tag-mapped'
  | 'form-unknown'
  | 'nothing-stated'
  | 'question-differs-from-expected'
  | 'question-anomaly-phrase'
  | 'question-third-customer'
  | 'question-open-alert'
  | 'question';

export interface RoutingDecision {
  kind: 'incident' | 'question' | 'outside';
  rule: RoutingRule;
  why: string;
  /** What was looked at, in order. */
  considered: { rule: RoutingRule; held: boolean; why: string }[];
  /** The form is not in the policy: someone should map it. */
  isFormUnknown: boolean;
}

/** What only the store knows, asked for questions alone. */
export interface QuestionFacts {
  /** Earlier questions of other named customers with the same form and area within the window: incident id and customer. */
  sameQuestions: { incidentId: string; customerId: string }[];
  /** An alert of the ticket's service that opened within the window. */
  openAlertIncidentId?: string;
}

const noFacts: QuestionFacts = { sameQuestions: [] };

interface Reading {
  category: Category;
  rule: 'category-stated' | 'form-or-tag-mapped' | 'form-unknown' | 'nothing-stated';
  why: string;
  isFormUnknown: boolean;
}

/**
 * What kind of ticket it says it is: an explicit category wins over form and tags; among those trouble, then question,
 * then outside; with none of them, trouble.
 */
export function readCategory(signal: Signal, policy: Policy): Reading {
  const form = signal.form ? fold(signal.form) : undefined;
  const maps: [Category, Set<string>][] = (['trouble', 'question', 'outside'] as const).map((category) => [
    category,
    new Set(policy.routing[category].map(fold)),
  ]);
  const isFormUnknown = form !== undefined && !maps.some(([, names]) => names.has(form));
  if (signal.category) {
    return {
      category: signal.category,
      rule: 'category-stated',
      why: `The ticket's category is ${signal.category}.`,
      isFormUnknown,
    };
  }
  for (const [category, names] of maps) {
    const name = [...(form ? [form] : []), ...signal.tags.map(fold)].find((each) => names.has(each));
    if (name !== undefined) {
      return { category, rule: 'form-or-tag-mapped', why: `The policy maps “${name}” to ${category}.`, isFormUnknown };
    }
  }
  if (isFormUnknown) {
    return {
      category: 'trouble',
      rule: 'form-unknown',
      why: `The policy does not know the form “${signal.form}”: when unsure, it is an incident.`,
      isFormUnknown,
    };
  }
  return {
    category: 'trouble',
    rule: 'nothing-stated',
    why: 'Neither category, form nor tag says what it is: it is trouble.',
    isFormUnknown,
  };
}

/** Whether deciding about this ticket needs {@link QuestionFacts}: two queries that trouble never pays. */
export function needsQuestionFacts(signal: Signal, policy: Policy): boolean {
  return routeSignal(signal, policy).kind === 'question';
}

/** Decides what a signal is filed as. */
export function routeSignal(signal: Signal, policy: Policy, facts: QuestionFacts = noFacts): RoutingDecision {
  if (signal.source === 'alert') {
    const why = 'An alert opened.';
    return {
      kind: 'incident',
      rule: 'alert-opened',
      why,
      considered: [{ rule: 'alert-opened', held: true, why }],
      isFormUnknown: false,
    };
  }
  const reading = readCategory(signal, policy);
  const considered: RoutingDecision['considered'] = [{ rule: reading.rule, held: true, why: reading.why }];
  const decide = (kind: RoutingDecision['kind'], rule: RoutingRule, why: string): RoutingDecision => ({
    kind,
    rule,
    why,
    considered,
    isFormUnknown: reading.isFormUnknown,
  });
  if (reading.category === 'trouble') return decide('incident', reading.rule, reading.why);
  if (reading.category === 'outside') return decide('outside', reading.rule, reading.why);

  const phrase = findAnomalyPhrase(signal, policy);
  const others = new Set(facts.sameQuestions.map((each) => each.customerId));
  const minutes = milliseconds(policy.routing.sameQuestionWindow) / 60_000;
  const triggers: RoutingDecision['considered'] = [
    {
      rule: 'question-differs-from-expected',
      held: signal.differsFromExpected !== 'no',
      why:
        signal.differsFromExpected === 'no'
          ? 'The customer says that it does not differ from what was expected.'
          : `Whether it differs from what was expected is ${signal.differsFromExpected}: when unsure, it is an incident.`,
    },
    {
      rule: 'question-anomaly-phrase',
      held: phrase !== undefined,
      why: phrase === undefined ? 'Its text has none of the anomaly phrases.' : `Its text says “${phrase}”.`,
    },
    {
      rule: 'question-third-customer',
      held: others.size + 1 >= policy.routing.sameQuestionCustomers,
      why: `${others.size} other customers asked with the same form and area within ${minutes} min.`,
    },
    {
      rule: 'question-open-alert',
      held: facts.openAlertIncidentId !== undefined,
      why:
        facts.openAlertIncidentId === undefined
          ? 'No alert of the same service opened lately.'
          : `An alert of the same service opened lately (${facts.openAlertIncidentId}).`,
    },
  ];
  considered.push(...triggers);
  const trigger = triggers.find((each) => each.held);
  if (trigger) return decide('incident', trigger.rule, trigger.why);
  return decide('question', 'question', 'It asks how something is meant to work.');
}

/** The first of the policy's anomaly phrases in a ticket's subject or description. */
export function findAnomalyPhrase(signal: Signal, policy: Policy): string | undefined {
  const text = fold(`${signal.title ?? ''}\n${signal.description ?? ''}`);
  return policy.routing.anomalyPhrases.find((phrase) => containsPhrase(text, fold(phrase)));
}

/** Latin phrases match whole words only (“down” is not in “download”); Japanese has no word boundaries. */
function containsPhrase(text: string, phrase: string): boolean {
  const isLatin = /^[\w' ]+$/.test(phrase);
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    if (!isLatin) return true;
    if (!/[a-z0-9]/.test(text[at - 1] ?? ' ') && !/[a-z0-9]/.test(text[at + phrase.length] ?? ' ')) return true;
  }
  return false;
}

/** One spelling for what people write in many: width, case, apostrophes, blanks. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('’', "'").replace(/\s+/g, ' ').trim();
}
