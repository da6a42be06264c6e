/** A notice that says nothing but that it arrives: it goes the way of every other, to one channel or to all. */
import { randomUUID } from 'node:crypto';
import { publishNotice } from './publish-notice.ts';
import { headings } from './wording.ts';

/**
 * @param channel by its name; every channel where it is undefined
 * @returns the notice's id, under which `notices` says what became of it
 */
export async function sendTestNotice(
  channel: string | undefined,
  by: { actor: string; now: Date; consoleUrl: string | undefined },
): Promise<string> {
  const id = `ntc_test-${randomUUID()}`;
  const subject = headings['connection-test'];
  await publishNotice({
    id,
    kind: 'connection-test',
    incidentId: null,
    customers: [],
    isDrill: false,
    subject,
    text: {
      ja: `${subject.ja}\nMetronomeからの通知がここに届くことの確認です。対応は不要です。(送信: ${by.actor})`,
      en: `${subject.en}\nThis shows that Metronome’s notices arrive here. Nothing is to be done. (Sent by ${by.actor})`,
    },
    ...(by.consoleUrl ? { url: `${by.consoleUrl}/connections` } : {}),
    createdAt: by.now.toISOString(),
    ...(channel ? { onlyChannels: [channel] } : {}),
  });
  return id;
}
