/** Who acted, as people read it. Pure. */
import { policy } from '../policy.ts';
import type { Language, Texts } from './language.ts';
import { valueTexts } from './texts/values.ts';

const texts: Texts = valueTexts;

/**
 * `actorText('zendesk:8', '鈴木', 'ja')` is `鈴木(Zendesk)`: an account's own name is never shown without its tool, so that it
 * passes for nobody's e-mail. `rule`, `local` and tools have names of ours; an e-mail has the name that the policy gives it,
 * or is itself.
 */
export function actorText(actor: string, actorName: string | undefined, language: Language): string {
  const { names } = policy.people;
  if (Object.hasOwn(names, actor)) return names[actor] ?? actor;
  const named = (key: string): string | undefined => texts[key]?.[language];
  const [, tool = actor, account] = /^([a-z]+):(.+)$/s.exec(actor) ?? [];
  const source = named(`tool.${tool}`);
  const shown = actorName ?? account;
  if (source === undefined || shown === undefined) return named(`actor.${actor}`) ?? source ?? actor;
  return language === 'ja' ? `${shown}(${source})` : `${shown} (${source})`;
}
