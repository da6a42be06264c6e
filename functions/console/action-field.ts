/** A field of a next action, wherever it is changed. */
import { textField, type Values } from './fields.ts';
import type { Markup, View } from './view.ts';

type ActionField = 'owner' | 'ticketUrl' | 'doneWhen' | 'evidenceUrl' | 'droppedReason';

/** @param typed what a form that comes back was sent with */
export const actionField =
  (view: View, action: { id: string } & Partial<Record<ActionField, string | undefined>>, typed: Values) =>
  (name: ActionField, isLink = false): Markup =>
    textField({
      form: action.id,
      name,
      label: view.t(`field.${name}`),
      value: typed ? (typed.get(name) ?? '') : action[name],
      ...(isLink ? { type: 'url', placeholder: 'https://' } : {}),
    });
