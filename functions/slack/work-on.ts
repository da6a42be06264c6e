/** Each kind of act, and who works on it. */
import type { IdentifiedAct } from './identified-act.ts';

export async function workOn(identified: IdentifiedAct): Promise<void> {
  const { act } = identified;
  switch (act.kind) {
    case 'press':
      return act.action === 'update'
        ? (await import('./fill-update.ts')).fillUpdate(identified, act)
        : (await import('./record-press.ts')).recordPress(identified, act);
    case 'command':
      return (await import('./work-on-command.ts')).workOnCommand(identified, act);
    case 'shortcut':
      return (await import('./fill-report.ts')).fillReport(identified, act.text);
    case 'submission':
      return act.callback === 'report'
        ? (await import('./submit-report.ts')).submitReport(identified, act)
        : (await import('./submit-update.ts')).submitUpdate(identified, act);
  }
}
