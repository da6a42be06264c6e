/** What an act means, as door and worker both read it. Pure. */
import { type CardAction, cardActions } from '../outgoing/slack/card.ts';
import { defined } from '../platform/defined.ts';
import type { Act } from './act.ts';
import { type Frame, type Remembered, readRemembered } from './form.ts';
import { isForm } from './forms.ts';

export function commandIn(text: string): { kind: 'report' | 'mine' | 'help' } | { kind: 'find'; text: string } {
  const word = text.trim().toLowerCase();
  if (word === '' || word === 'report' || word === '報告') return { kind: 'report' };
  if (['mine', 'list', '自分', '担当'].includes(word)) return { kind: 'mine' };
  if (word === 'help' || word === 'ヘルプ') return { kind: 'help' };
  return { kind: 'find', text: text.trim().replace(/^(?:find|検索)\s+/i, '') };
}

/** Pressed in answers: all of several customers have recovered, or the last statement was a mistake. */
const inAnswers = ['recover-all', 'take-back', 'unmerge'] as const;
export type PressAction = CardAction | (typeof inAnswers)[number];

/** A link is pressed as well, and asks for nothing. */
export const isPressed = (action: string): action is PressAction =>
  [...inAnswers, ...cardActions].some((each) => each === action);

/** The form that an act opens; a button has the name of its form. */
function callbackOf(act: Act): string | undefined {
  if (act.kind === 'press') return act.action === 'update' || isForm(act.action) ? act.action : undefined;
  if (act.kind === 'shortcut') return 'report';
  return act.kind === 'command' && commandIn(act.text).kind === 'report' ? 'report' : undefined;
}

/** The modal that an act opens, if any; under its id it is filled by who has not opened it. */
export function frameOf(act: Act): Frame | undefined {
  const callback = callbackOf(act);
  return callback ? { callback, externalId: `metronome-${act.key}`, remembered: rememberedOf(act) } : undefined;
}

export function rememberedOf(act: Act): Remembered {
  const { channel, responseUrl } = act;
  if (act.kind === 'submission') return readRemembered(act.metadata);
  const incidentId = act.kind === 'press' ? act.value.slice(0, 100) : undefined;
  return defined({ incidentId, channel, responseUrl });
}
