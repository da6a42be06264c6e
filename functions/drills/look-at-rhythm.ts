/** Checks whether the drill that is due was held, and announces a missed one. */
import { readNextDrill } from '../incidents/drills/drill.ts';
import { claim, type DueTimer, free } from '../incidents/record/timers.ts';
import { readConfig } from '../platform/config.ts';
import { timerRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { publishNotice } from '../platform/publish-notice.ts';
import { milliseconds, policy } from '../policy.ts';
import { clock } from '../words/clock.ts';
import { type Both, both } from '../words/language.ts';
import { headings } from '../words/texts/notices.ts';
import { reviewTexts } from '../words/texts/review-pages.ts';

export async function lookAtDrillRhythm(due: DueTimer, now: Date): Promise<void> {
  const version = await claim(due, now);
  if (!version) return;
  const ref = timerRef(due.timer.id);
  const next = await readNextDrill(now, policy);
  // The next weekly tick asks again.
  if (!next) return void (await ref.delete({ lastUpdateTime: version }));
  const isOverdue = next.dueAt <= now;
  const every = milliseconds(policy.drills.overdueEvery);
  const times = isOverdue ? Math.floor((now.getTime() - next.dueAt.getTime()) / every) : 0;
  if (isOverdue) await tell(next.dueAt, times, now);
  const wakeAt = isOverdue ? new Date(next.dueAt.getTime() + (times + 1) * every) : next.dueAt;
  await ref.update({ wakeAt, ...free }, { lastUpdateTime: version });
}

/** Sends the notice once for each repetition, even after a crash. */
async function tell(dueAt: Date, times: number, now: Date): Promise<void> {
  const { CONSOLE_URL: consoleUrl } = readConfig();
  const heading = headings['drill-overdue'];
  const at = both((language) => clock(dueAt, language, policy, now));
  const subject: Both = { ja: `${heading.ja}(期限 ${at.ja})`, en: `${heading.en} (due ${at.en})` };
  await publishNotice({
    id: stableId('ntc', 'drill-overdue', dueAt.toISOString(), times),
    kind: 'drill-overdue',
    subject,
    text: both((language) => `${subject[language]}\n${reviewTexts['drills.how'][language]}`),
    url: consoleUrl && `${consoleUrl}/drills`,
    createdAt: now.toISOString(),
  });
}
