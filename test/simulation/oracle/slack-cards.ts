/**
 * The channel's content: of an incident one card, which says once all is quiet what the record says; and each notice,
 * or word in the other channel that Slack did not take it.
 */
import type { SlackMessage, Stage } from '../stage.ts';
import { type Doc, date, type Records } from './records.ts';

const zone = 'Asia/Tokyo';

export function checkSlackCards(records: Records, stage: Stage): string[] {
  const { slack } = stage.remote();
  if (!slack) return [];
  const messages = slack.messages();
  const cards = Map.groupBy(messages, (each) => markOf(each, 'metronome_card') ?? '');
  cards.delete('');
  const found: string[] = [];
  for (const [id, all] of cards) {
    if (all.length > 1) found.push(`${id} has ${all.length} cards in Slack: ${all.map(({ ts }) => ts).join(', ')}.`);
    const incident = records.incidents.get(id);
    const [card] = all;
    if (!incident || !card) found.push(`Slack has a card of ${id}, which is not there.`);
    else found.push(...checkCard(id, card, incident, records.contacts.get(id) ?? []));
  }
  return [...found, ...checkDelivered(messages, cards, stage)];
}

function markOf({ metadata }: SlackMessage, type: string): string | undefined {
  const mark = metadata as { event_type?: string; event_payload?: { id?: string } } | undefined;
  return mark?.event_type === type ? mark.event_payload?.id : undefined;
}

/** What is in a row of a message: those that are pressed have a name. */
interface Button {
  action_id?: string;
  value?: string;
  options?: { value: string }[];
}

function checkCard(id: string, { blocks }: SlackMessage, incident: Doc, contacts: readonly Doc[]): string[] {
  const text = JSON.stringify(blocks);
  const buttons = (blocks as { elements?: Button[]; accessory?: Button }[])
    .flatMap(({ elements = [], accessory }) => [...elements, ...(accessory ? [accessory] : [])])
    .filter((each) => each.action_id !== undefined);
  const has = (action: string): boolean => buttons.some((each) => each.action_id === action);
  const { status, assignee, kind } = incident;
  const isSpokenOf = kind === 'incident' && status !== 'linked';
  const isOpen = isSpokenOf && status === 'open';
  const isConfirmed = incident.verifiedAt !== undefined && incident.ongoing === 'yes';
  const waiting = contacts.filter((each) => !each.stoppedAt && each.nextUpdateDueAt);
  const due = Math.min(...waiting.map((each) => each.nextUpdateDueAt));
  const isSo: [what: string, says: boolean, should: boolean][] = [
    ['offer to take it', has('take'), isOpen && !assignee],
    ['offer to take it over', has('take-over'), isOpen && Boolean(assignee)],
    ['ask whether it happens', has('happens'), isOpen && !isConfirmed],
    ['ask whether it happens again', has('happens-again'), isSpokenOf && !isOpen],
    ['offer to end its merge', has('unlink'), kind === 'incident' && status === 'linked'],
    ['offer its recovery', has('recover'), isOpen],
    ['offer an update', has('update'), isSpokenOf && (isOpen || waiting.length > 0)],
  ];
  const found = isSo
    .filter(([, says, should]) => says !== should)
    .map(([what, says]) => `The card of ${id}, which is ${status}, should ${says ? 'not ' : ''}${what}.`);
  const isOf = ({ action_id: action, value, options }: Button): boolean =>
    action === 'open' || (options ? options.every((each) => each.value.split(' ')[1] === id) : value === id);
  if (!buttons.every(isOf)) {
    found.push(`A button of the card of ${id} is about another.`);
  }
  const [title = ''] = String(incident.title ?? '')
    .trim()
    .split(/\s+/);
  if (!text.includes(JSON.stringify(title).slice(1, -1))) found.push(`The card of ${id} does not say “${title}”.`);
  if (status === 'linked') return found;
  // Slack calls people by the part before the @ of their addresses.
  if (assignee && !text.includes(String(assignee).split('@')[0] ?? ''))
    found.push(`The card of ${id} does not say that ${assignee} has it.`);
  if (Number.isFinite(due) && !text.includes(clockOf(due))) {
    found.push(`The card of ${id} does not say that somebody is due at ${date(due)}.`);
  }
  return found;
}

const clockOf = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(at);

const isFailed: ReadonlySet<unknown> = new Set(['rejected', 'given-up', 'unknown']);

/** A notice that the channel took is there; of one that it did not take, the other channel was told. */
function checkDelivered(
  messages: readonly SlackMessage[],
  cards: ReadonlyMap<string, readonly SlackMessage[]>,
  stage: Stage,
): string[] {
  const said = new Set(messages.flatMap((each) => markOf(each, 'metronome_notice') ?? []));
  const posted = new Map([...stage.documents()].filter(([path]) => path.startsWith('cards/')));
  const opening = new Set([...posted.values()].map((each) => each.postedFor));
  const kept = [...stage.documents()].filter(
    ([path, doc]) => path.startsWith('notices/') && doc.channelKind === 'slack-app',
  );
  const inSlack = new Map(kept.map(([, doc]) => [String(doc.noticeId), doc]));
  const found: string[] = [];
  for (const [id, { state, kind, incidentId, createdAt }] of inSlack) {
    const name = `The notice ${id} (${kind}) of ${incidentId}, begun ${date(Number(createdAt))},`;
    const isThere = said.has(id) || (opening.has(id) && cards.has(String(incidentId)));
    if (state === 'delivered' && !isThere) found.push(`${name} is said to be in Slack, and is not.`);
    if (state === 'waiting') found.push(`${name} is still on its way to Slack.`);
    const isTold = stage.delivered().some((each) => each.kind === 'delivery-failed' && each.incidentId === incidentId);
    if (isFailed.has(state) && kind !== 'delivery-failed' && !isTold) {
      found.push(`${name} was not taken by Slack, and the other channel was not told.`);
    }
  }
  // Whatever the inbox got was meant for Slack as well.
  for (const { id, kind, incidentId, text } of stage.delivered()) {
    // Nobody is told in Slack that Slack does not take something.
    if (inSlack.has(id) || kind === 'delivery-failed' || text.includes('【訓練】')) continue;
    found.push(`The notice ${id} (${kind}) of ${incidentId} reached the inbox, and Slack never.`);
  }
  return found;
}
