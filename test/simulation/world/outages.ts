/** One thing breaks for many: customers report the same area within minutes, and not all of it turns out to be true. */
import { minuteMs } from '../calendar.ts';
import type { Random } from '../random.ts';
import type { Act } from '../stage.ts';
import { evidenceOf, stating } from './responders.ts';
import { sending, webhook } from './sending.ts';

const areas = ['order', 'reception', 'printing'];

/** Two to five customers, some of them within a quarter of an hour, by tickets that say that business has stopped. */
export function outage(random: Random, at: number, number: number): Act[] {
  const area = random.pick(areas);
  const withinMinutes = random.pick([8, 14, 25]);
  return Array.from({ length: random.between(2, 5) }, (_, index): Act => {
    const sentAt = at + random.between(0, withinMinutes) * minuteMs;
    const report = {
      id: `O-${number}-${index}`,
      subject: '全店で使えない',
      area,
      ongoing: 'yes',
      businessImpact: random.chance(0.9) ? 'stopped' : 'degraded',
      occurredAt: new Date(sentAt - random.between(1, 20) * minuteMs).toISOString(),
      customer: { id: `mall-${number}-${random.chance(0.9) ? index : 0}` },
    };
    const corrections = Array.from({ length: random.chance(0.4) ? random.between(1, 2) : 0 }, () => ({
      after: random.between(2, 90) * minuteMs,
      value: random.pick(['degraded', 'degraded', 'stopped']),
    }));
    return sending(
      sentAt,
      `${report.id} is sent`,
      (now) => webhook('generic', JSON.stringify(report), now),
      ({ body }, now) => {
        // It may only have been promised.
        const id: string | undefined = body?.incident?.id;
        if (id === undefined) return [];
        return corrections.map(({ after, value }, which) => {
          const key = `${id}-impact-${which}`;
          const stated = { type: 'corrected', field: 'businessImpact', value, evidenceUrl: evidenceOf(key) };
          return stating(now + after, `the impact of ${id} is corrected`, `/api/incidents/${id}/events`, key, stated);
        });
      },
    );
  });
}
