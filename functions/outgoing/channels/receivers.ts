/**
 * Which channels receive a notice, and why: the table of channels, read row by row. Pure.
 *
 * | The channel says          | It receives                                                              |
 * | ------------------------- | ------------------------------------------------------------------------ |
 * | nothing                   | everything but drills; the local inbox, everything                       |
 * | `for`                     | what matches every condition; drills only if `for.drill` says so      |
 * | `"escalation": true`      | escalations and emergencies only, and of these what its `for` fits       |
 *
 * A test goes to each channel that it names. The failure of a channel goes to every other, whatever its `for`; to a channel
 * that pages only if the failed notice is urgent.
 */
import type { Notice, NoticeKind, PagerStep } from '../../platform/notice-schemas.ts';
import { escalationKinds, houseNoticeKinds, incidentNoticeKinds } from '../../platform/notice-schemas.ts';
import type { ChannelConfig } from './channel.ts';

export type Channel = Pick<ChannelConfig, 'name' | 'kind' | 'for' | 'escalation'>;

export type JudgedNotice = Pick<Notice, 'kind'> &
  Partial<Pick<Notice, 'kinds' | 'urgency' | 'area' | 'isDrill' | 'onlyChannels' | 'exceptChannels'>>;

export const receiverReasons = ['tested', 'escalation', 'fits', 'everything'] as const;
export type ReceiverReason = (typeof receiverReasons)[number];

export type Verdict = ReturnType<typeof judgeChannel>;

const told = (why: ReceiverReason) => ({ isTold: true as const, why });
const notTold = <Why extends string>(why: Why) => ({ isTold: false as const, why });

export function judgeChannel(notice: JudgedNotice, channel: Channel) {
  if (notice.exceptChannels?.includes(channel.name)) return notTold('it-failed');
  if (notice.onlyChannels) return notice.onlyChannels.includes(channel.name) ? told('tested') : notTold('not-tested');
  if (notice.kind === 'connection-test') return told('tested');
  const kinds = [notice.kind, ...(notice.kinds ?? [])];
  if (notice.kind === 'delivery-failed' && !notice.isDrill) {
    const isForPager = kinds.some(isEscalating);
    return channel.kind === 'pagerduty' && !isForPager ? notTold('pages-only') : told('everything');
  }
  if (channel.kind === 'pagerduty') return notTold('pages-only');
  if (channel.escalation && !kinds.some(isEscalating)) return notTold('escalations-only');
  const fits = channel.for ?? (channel.kind === 'inbox' ? { drill: 'also' as const } : {});
  if (notice.isDrill ? !fits.drill : fits.drill === true) return notTold('drill');
  if (fits.kinds && !kinds.some((each) => fits.kinds?.includes(each))) return notTold('kind');
  if (fits.urgency && !(notice.urgency && fits.urgency.includes(notice.urgency))) return notTold('urgency');
  if (fits.area && !isOfArea(notice.area, fits.area)) return notTold('area');
  return told(channel.escalation ? 'escalation' : channel.for ? 'fits' : 'everything');
}

/** Whether a step of a page goes to the channel. The end of a page that may be ringing does at any urgency. */
export function judgePage(page: Pick<PagerStep, 'action' | 'why' | 'urgency' | 'area'>, channel: Channel): Verdict {
  const { for: fits = {}, escalation } = channel;
  if (fits.drill === true) return notTold('drill');
  if (fits.area && !isOfArea(page.area, fits.area)) return notTold('area');
  if (page.action !== 'trigger') return told('fits');
  if (escalation && !page.why.some(isEscalating)) return notTold('escalations-only');
  if (fits.kinds && !page.why.some((each) => fits.kinds?.some((kind) => kind === each))) return notTold('kind');
  if (fits.urgency && !fits.urgency.includes(page.urgency)) return notTold('urgency');
  return told(escalation ? 'escalation' : 'fits');
}

const isEscalating = (kind: string): boolean => escalationKinds.some((each) => each === kind);

/** Areas are compared without regard to case; an incident without an area belongs to no area's channel. */
function isOfArea(area: string | undefined, areas: readonly string[]): boolean {
  if (area === undefined) return false;
  return areas.some((each) => each === '*' || each.toLowerCase() === area.toLowerCase());
}

export const receiversOf = <C extends Channel>(notice: JudgedNotice, channels: readonly C[]) =>
  channels.flatMap((channel) => {
    const verdict = judgeChannel(notice, channel);
    return verdict.isTold ? [{ channel, why: verdict.why }] : [];
  });

/** A notice of this kind, about an incident of this urgency, that no channel would receive. */
export interface Unreached {
  kind: NoticeKind;
  urgency?: 'high' | 'low';
}

/** The kinds that nobody would receive for an area that no channel names, because every channel may have a filter. */
export function unreachedBy(channels: readonly Channel[]): Unreached[] {
  const urgencies = ['high', 'low'] as const;
  const ofIncidents = incidentNoticeKinds.flatMap((kind) => urgencies.map((urgency) => ({ kind, urgency })));
  const possible: Unreached[] = [...ofIncidents, ...houseNoticeKinds.map((kind) => ({ kind }))];
  return possible.filter((notice) => !isReached(notice, channels));
}

/** Whether it notifies or pages anybody. */
export function isReached(notice: JudgedNotice, channels: readonly Channel[]): boolean {
  const { kind, kinds = [], urgency = 'low', area } = notice;
  const why = [kind, ...kinds].filter(isEscalating);
  const page = { action: 'trigger' as const, why, urgency, area: area || undefined };
  const isPaged = (channel: Channel): boolean => channel.kind === 'pagerduty' && judgePage(page, channel).isTold;
  const mayPage = !notice.isDrill && kind !== 'delivery-failed';
  return receiversOf(notice, channels).length > 0 || (mayPage && channels.some(isPaged));
}

/** Whether the log line is an alarm: nobody received the notice, so nobody else can raise it. */
export const isEscalation = ({ kind, kinds }: Pick<JudgedNotice, 'kind' | 'kinds'>): boolean =>
  [kind, ...(kinds ?? [])].some(isEscalating);
