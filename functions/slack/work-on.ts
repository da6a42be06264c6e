/** Each kind of act, and who works on it. */
import type { IdentifiedAct } from './identified-act.ts';
import { callbackOf } from './meaning.ts';

export async function workOn(identified: IdentifiedAct): Promise<void> {
  const { act } = identified;
  if (act.kind !== 'submission' && callbackOf(act)) return (await import('./fill-form.ts')).fillForm(identified);
  switch (act.kind) {
    case 'press':
      return (await import('./record-press.ts')).recordPress(identified, act);
    case 'command':
      return (await import('./work-on-command.ts')).workOnCommand(identified, act);
    case 'submission':
      if (act.callback === 'report') return (await import('./report.ts')).submitReport(identified, act);
      if (act.callback === 'update') return (await import('./update.ts')).submitUpdate(identified, act);
      return (await import('./submit-form.ts')).submitForm(identified, act);
    case 'shortcut':
  }
}
