/**
 * Which channels receive a notice, and why: the table of channels, read row by row. Pure.
 *
 * | The channel says          | It receives                                                              |
 * | ------------------------- | ------------------------------------------------------------------------ |
 * | nothing                   | everything but drills; the local inbox, everything                       |
 * | `for`                     | what matches every condition; drills only where `for.drill` says so      |
 * | `"escalation": true`      | escalations and emergencies only, and of these what its `for` fits       |
 *
 * A test goes to each channel that it names, and what tells of a channel's failure to the others.
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
  if (channel.kind === 'pagerduty') return notTold('pages-only');
  const kinds = [notice.kind, ...(notice.kinds ?? [])];
  if (channel.escalation && !kinds.some(isEscalating)) return notTold('escalations-only');
  const fits = channel.for ?? (channel.kind === 'inbox' ? { drill: 'also' as const } : {});
  if (notice.isDrill ? !fits.drill : fits.drill === true) return notTold('drill');
  if (fits.kinds && !kinds.some((each) => fits.kinds?.includes(each))) return notTold('kind');
  if (fits.urgency && !(notice.urgency && fits.urgency.includes(notice.urgency))) return notTold('urgency');
  if (fits.area && !isOfArea(notice.area, fits.area)) return notTold('area');
  return told(channel.escalation ? 'escalation' : channel.for ? 'fits' : 'everything');
}

/** Whether a step of a page goes there. The end of one that may be on does, whatever the urgency is by then. */
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

/** Areas are compared without regard to case; what has none belongs to nobody's. */
function isOfArea(area: string | undefined, areas: readonly string[]): boolean {
  if (area === undefined) return false;
  return areas.some((each) => each === '*' || each.toLowerCase() === area.toLowerCase());
}

export const receiversOf = <C extends Channel>(notice: JudgedNotice, channels: readonly C[]) =>
  channels.flatMap((channel) => {
    const verdict = judgeChannel(notice, channel);
    return verdict.isTold ? [{ channel, why: verdict.why }] : [];
  });

/** A notice that somebody would miss: of this kind, and of an incident of this urgency. */
export interface Unreached {
  kind: NoticeKind;
  urgency?: 'high' | 'low';
}

/** What would reach nobody in an area that no channel names, since every channel may be for something else. */
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
  return receiversOf(notice, channels).length > 0 || (!notice.isDrill && channels.some(isPaged));
}

/** Whether it is an alarm that something reaches nobody: there is nobody left to notice it. */
export const isEscalation = ({ kind, kinds }: Pick<JudgedNotice, 'kind' | 'kinds'>): boolean =>
  [kind, ...(kinds ?? [])].some(isEscalating);
