/** What a ticket is, and why (`docs/reference/rules/a-routing.md`). Pure. */
import { milliseconds, type Policy } from '../../policy.ts';
import { type Category, categories, type Signal } from './signal.ts';

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
  /** The rules that were considered, in order. */
  considered: { rule: RoutingRule; held: boolean; why: string }[];
  /** The form is not in the policy: someone should map it. */
  isFormUnknown: boolean;
  /** The questions that made this the third of its kind: they become one incident with it. */
  sameQuestions?: string[];
  /** The incident that these questions have become: this one joins it. */
  joins?: string;
}

/** What only the store knows, asked for questions alone. */
export interface QuestionFacts {
  /** Earlier questions of other named customers with the same form and area within the window: incident id and customer. */
  sameQuestions: { incidentId: string; customerId: string; isIncident?: boolean }[];
  /** An alert of the ticket's service that opened within the window. */
  openAlertIncidentId?: string;
}

type Considered = RoutingDecision['considered'];

/** An explicit category wins over form and tags; among those trouble, then question, then outside; else trouble. */
function readCategory(signal: Signal, policy: Policy) {
  const form = signal.form ? fold(signal.form) : undefined;
  const maps = foldedMaps(policy);
  const names = [...(form ? [form] : []), ...signal.tags.map(fold)];
  const isFormUnknown = form !== undefined && !maps.some(([, known]) => known.has(form));
  const considered: Considered = [];
  const hold = (category: Category, rule: RoutingRule, why: string) => {
    considered.push({ rule, held: true, why });
    return { category, rule, why, considered, isFormUnknown };
  };

  if (signal.category) return hold(signal.category, 'category-stated', `The ticket's category is ${signal.category}.`);
  considered.push({ rule: 'category-stated', held: false, why: 'The ticket states no category.' });
  for (const [category, known] of maps) {
    const name = names.find((each) => known.has(each));
    if (name !== undefined) return hold(category, 'form-or-tag-mapped', `The policy maps “${name}” to ${category}.`);
  }
  considered.push({
    rule: 'form-or-tag-mapped',
    held: false,
    why: names.length > 0 ? 'The policy maps neither its form nor its tags.' : 'It has neither form nor tags.',
  });
  if (isFormUnknown) {
    const why = `The policy does not know the form “${signal.form}”: when unsure, it is an incident.`;
    return hold('trouble', 'form-unknown', why);
  }
  considered.push({ rule: 'form-unknown', held: false, why: 'It has no form.' });
  return hold('trouble', 'nothing-stated', 'No category, form or tag says what it is: filed as an incident.');
}

const folded = new WeakMap<Policy, [Category, Set<string>][]>();

/** The policy's forms and tags as they are compared: every ticket asks, and a policy never changes. */
function foldedMaps(policy: Policy): [Category, Set<string>][] {
  const known = folded.get(policy);
  if (known) return known;
  const setOf = (category: Category) => new Set(policy.routing[category].map(fold));
  const maps = categories.map((category): [Category, Set<string>] => [category, setOf(category)]);
  folded.set(policy, maps);
  return maps;
}

/** Whether deciding about this ticket needs {@link QuestionFacts}: two queries that trouble never pays. */
export const needsQuestionFacts = (signal: Signal, policy: Policy): boolean =>
  routeSignal(signal, policy).kind === 'question';

export function routeSignal(
  signal: Signal,
  policy: Policy,
  facts: QuestionFacts = { sameQuestions: [] },
): RoutingDecision {
  if (signal.source === 'alert') {
    const opened = { rule: 'alert-opened', why: 'An alert opened.' } as const;
    return { kind: 'incident', ...opened, considered: [{ ...opened, held: true }], isFormUnknown: false };
  }
  const { category, ...reading } = readCategory(signal, policy);
  if (category === 'trouble') return { kind: 'incident', ...reading };
  if (category === 'outside') return { kind: 'outside', ...reading };

  const phrase = findAnomalyPhrase(signal, policy);
  const others = new Set(facts.sameQuestions.map((each) => each.customerId));
  others.delete(signal.customer?.id ?? '');
  // A blank form or area matches nothing, and customers have to be named.
  const isComparable = Boolean(signal.form && signal.area && signal.customer);
  const minutes = milliseconds(policy.routing.sameQuestionWindow) / 60_000;
  const triggers: Considered = [
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
      held: isComparable && others.size + 1 >= policy.routing.sameQuestionCustomers,
      why: isComparable
        ? `${others.size} other customers asked with the same form and area within ${minutes} min.`
        : 'Without a form, an area and a named customer there is nothing to compare.',
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
  reading.considered.push(...triggers);
  const trigger = triggers.find((each) => each.held);
  if (!trigger)
    return { ...reading, kind: 'question', rule: 'question', why: 'It asks how something is meant to work.' };
  const { rule, why } = trigger;
  const decided = { ...reading, kind: 'incident', rule, why } as const;
  if (rule !== 'question-third-customer') return decided;
  const joins = facts.sameQuestions.find((each) => each.isIncident)?.incidentId;
  const sameQuestions = facts.sameQuestions.filter((each) => !each.isIncident).map((each) => each.incidentId);
  return { ...decided, sameQuestions, ...(joins ? { joins } : {}) };
}

/**
 * Why a follow-up to a question, or to an outside ticket, is outright trouble; undefined if it is not. What is
 * merely unknown decides at filing alone: else every change of such a ticket would make it an incident.
 */
export function readsAsTrouble(signal: Signal, policy: Policy): string | undefined {
  if (signal.kind !== 'stated' && signal.kind !== 'customer-wrote') return undefined;
  if (signal.category === 'trouble') return 'The ticket’s category is trouble now.';
  if (signal.differsFromExpected === 'yes' && signal.category !== 'outside') {
    return 'The customer says now that it differs from what was expected.';
  }
  const phrase =
    signal.kind === 'customer-wrote'
      ? findAnomalyPhrase({ ...signal, description: signal.message ?? '' }, policy)
      : undefined;
  return phrase === undefined ? undefined : `The customer wrote “${phrase}”.`;
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

/** One spelling for what people write in many: width, case, apostrophes, blanks, 出来ない for できない. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll('出来', 'でき')
    .replaceAll('無い', 'ない')
    .replace(/\s+/g, ' ')
    .trim();
}
