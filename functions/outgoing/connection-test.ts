/** A test notice, which takes the same way as all others, to one channel or to all. */
import { publishNotice } from '../platform/publish-notice.ts';
import { headings } from '../words/texts/notices.ts';

/** @param id sent twice, it comes once @param channel by its name; every channel where it is undefined */
export async function sendTestNotice(
  id: string,
  channel: string | undefined,
  by: { actor: string; now: Date; consoleUrl: string | undefined },
): Promise<void> {
  const subject = headings['connection-test'];
  await publishNotice({
    id,
    kind: 'connection-test',
    subject,
    text: {
      ja: `${subject.ja}\nMetronomeからの通知がここに届くことの確認です。対応は不要です。(送信: ${by.actor})`,
      en: `${subject.en}\nThis shows that Metronome’s notices arrive here. Nothing is to be done. (Sent by ${by.actor})`,
    },
    url: by.consoleUrl && `${by.consoleUrl}/connections`,
    createdAt: by.now.toISOString(),
    onlyChannels: channel ? [channel] : undefined,
  });
}
