/** Each kind of act, and who works on it. */
import type { Doing } from './doing.ts';

export async function workOn(doing: Doing): Promise<void> {
  const { act } = doing;
  switch (act.kind) {
    case 'press':
      return act.action === 'update'
        ? (await import('./fill-update.ts')).fillUpdate(doing, act)
        : (await import('./record-press.ts')).recordPress(doing, act);
    case 'command':
      return (await import('./work-on-command.ts')).workOnCommand(doing, act);
    case 'shortcut':
      return (await import('./fill-report.ts')).fillReport(doing, act.text);
    case 'submission':
      return act.callback === 'report'
        ? (await import('./submit-report.ts')).submitReport(doing, act)
        : (await import('./submit-update.ts')).submitUpdate(doing, act);
  }
}
