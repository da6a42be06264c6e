/** On this machine, console, notices and drafts are in the language of the person who started it. */
import { type OwnPolicy, policy } from '../../functions/policy.ts';
import type { Language } from '../../functions/words/text.ts';
import { ownPolicyInForce } from './policy-file.ts';

/** @param isAsked whether it was typed; the machine's own gives way to what a team's settings say */
export function speakTo(language: Language, isAsked = false): void {
  const own = JSON.parse(ownPolicyInForce()) as OwnPolicy;
  if (isAsked || own.language === undefined) policy.language = language;
  if (isAsked || own.sender?.language === undefined) policy.sender.language = language;
}
