/**
 * Those who live in Slack: they press the buttons of cards, twice, late and out of order, fill modals in, and type
 * `/metronome`. Each of them does one thing, so that whatever they are told is the answer to that.
 */
import { minuteMs } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act, SlackMessage, SlackModal } from '../stage.ts';
import { sending } from './sending.ts';
import { commandBody, pressBody, slackCall, submissionBody } from './slack-calls.ts';

const pollEveryMs = 2 * minuteMs;
const secondMs = 1_000;

/** What people do in Slack from one end of the world to the other. */
export function slackPeople(seed: string, start: number, end: number): Act[] {
  const known = new Set<string>();
  const look = (at: number): Act => ({
    at,
    name: 'people look at the channel',
    run(stage) {
      const cards = stage.remote().slack?.messages().flatMap(cardIn) ?? [];
      const fresh = cards.filter(({ incidentId }) => !known.has(incidentId));
      for (const { incidentId } of fresh) known.add(incidentId);
      const acts = fresh.flatMap((each) => pressesOn(new Random(`${seed}/slack/${each.incidentId}`), each, at));
      return Promise.resolve(at + pollEveryMs < end ? [...acts, look(at + pollEveryMs)] : acts);
    },
  });
  const random = new Random(`${seed}/slack`);
  const reports = Array.from({ length: random.between(2, 4) }, (_, number) =>
    reporting(random, start + random.between(5, (end - start) / minuteMs - 30) * minuteMs, `UR${number}`),
  );
  return [look(start + pollEveryMs), ...reports];
}

interface Card {
  incidentId: string;
  ts: string;
  text: string;
}

function cardIn({ metadata, ts, text }: SlackMessage): Card[] {
  const { event_type: type, event_payload: payload } = (metadata ?? {}) as {
    event_type?: string;
    event_payload?: { id?: string };
  };
  return type === 'metronome_card' && payload?.id ? [{ incidentId: payload.id, ts, text }] : [];
}

function pressesOn(random: Random, card: Card, from: number): Act[] {
  const acts: Act[] = [];
  const name = card.incidentId.slice('inc_'.length, 'inc_'.length + 10).toUpperCase();
  const after = (least: number, most: number): number =>
    from + random.between(least * 60, most * 60) * secondMs + random.between(0, 999);
  let people = 0;
  const press = (at: number, action: string, isGuest = false): string => {
    people += 1;
    const user = `U${isGuest ? 'G' : ''}${name}${people}`;
    const own = new Random(`${card.incidentId} ${user}`);
    acts.push(pressing(own, at, { user, card, action, isGuest }));
    // With both hands, and while it takes long.
    if (own.chance(0.3))
      acts.push(pressing(own, at + own.pick([0, 300, 4_000, 31_000]), { user, card, action, isGuest }));
    return user;
  };
  if (random.chance(0.7)) press(after(0, 12), 'take');
  if (random.chance(0.2)) press(after(0, 12), 'take');
  if (random.chance(0.1)) press(after(10, 60), 'take-over');
  if (random.chance(0.5)) press(after(1, 30), 'happens');
  if (random.chance(0.6)) press(after(2, 40), 'update');
  const recoversAt = after(10, 150);
  if (random.chance(0.4)) press(recoversAt, 'recover');
  // On a card that says by now that it is over.
  if (random.chance(0.3))
    press(recoversAt + random.between(0, 20) * minuteMs, random.pick(['recover', 'happens', 'take', 'update']));
  if (random.chance(0.15)) press(recoversAt + random.between(1, 60) * minuteMs, 'happens-again');
  if (random.chance(0.1)) press(after(1, 60), random.pick(['take', 'recover', 'update']), true);
  const code = /M-[0-9A-Z]{6}/.exec(card.text)?.[0];
  if (code && random.chance(0.3)) acts.push(commanding(after(1, 90), `UF${name}`, code));
  return acts;
}

interface Pressing {
  user: string;
  card: Card;
  action: string;
  isGuest: boolean;
}

/** What was not acknowledged Slack sends again as it was, or who pressed presses again. */
function pressing(random: Random, at: number, { user, card, action, isGuest }: Pressing): Act {
  const isRepeated = random.chance(0.3);
  const name = `${user} presses ${action} on ${card.incidentId}`;
  return {
    at,
    name,
    run(stage) {
      const { slack } = stage.remote();
      if (!slack) return Promise.resolve([]);
      if (isGuest) slack.introduce({ id: user, is_restricted: true });
      const make = (now: number): string => pressBody({ user, slack, at: now }, card.ts, action, card.incidentId);
      const again = resending(make, isRepeated);
      const act = sending(at, name, again, (_, now) =>
        action === 'update' ? [submitting(random, now + random.between(8, 90) * secondMs, user, card.incidentId)] : [],
      );
      return act.run(stage);
    },
  };
}

/** @param isRepeated the same body again, as Slack sends it; otherwise it is a new act */
function resending(
  make: (now: number) => string,
  isRepeated: boolean,
  door: 'interactions' | 'commands' = 'interactions',
) {
  let first: string | undefined;
  return (now: number, attempt: number) => {
    first ??= make(now);
    return slackCall(door, isRepeated || attempt === 1 ? first : make(now), now, isRepeated ? attempt - 1 : 0);
  };
}

const confirmed = (user: string, incidentId: string): string =>
  `第S${user}報 ${incidentId}\n<確認中> & *続報* します。`;

/** Fills the modal in that has been opened, once it has come; what never comes is closed. */
function submitting(random: Random, at: number, user: string, incidentId: string, looks = 4): Act {
  const values = (): Record<string, object> => ({
    message: { type: 'plain_text_input', value: confirmed(user, incidentId) },
    recovery: { type: 'checkboxes', selected_options: random.chance(0.15) ? [{ value: 'yes' }] : [] },
  });
  return filling({ at, user, values, looks, isDoubled: random.chance(0.3) });
}

/** A form's recipients, untouched. */
function chosenIn({ view }: SlackModal): Record<string, object> {
  const blocks = (view.blocks ?? []) as { block_id?: string; element?: { type: string; initial_options?: object[] } }[];
  const whom = blocks.find((each) => each.block_id === 'whom')?.element;
  return whom ? { whom: { type: whom.type, selected_options: whom.initial_options ?? [] } } : {};
}

interface Filling {
  at: number;
  user: string;
  values(): Record<string, object>;
  looks: number;
  isDoubled: boolean;
}

function filling({ at, user, values, looks, isDoubled }: Filling): Act {
  const name = `${user} looks at the modal`;
  return {
    at,
    name,
    async run(stage) {
      const { slack } = stage.remote();
      const modal = slack?.modals().find((each) => each.user === user && each.isOpen);
      if (!slack || !modal) return [];
      if (!modal.view.submit) {
        if (looks > 1) return [filling({ at: stage.now() + 20 * secondMs, user, values, looks: looks - 1, isDoubled })];
        slack.close(modal.id);
        return [];
      }
      const body = submissionBody({ user, slack, at: stage.now() }, modal, { ...chosenIn(modal), ...values() });
      // A form that was not taken stays open, and the same is submitted again.
      const submitted = sending(
        at,
        `${user} submits`,
        (now, attempt) => slackCall('interactions', body, now, attempt - 1),
        () => {
          slack.close(modal.id);
          return [];
        },
      );
      const once = submitted.run(stage);
      return isDoubled ? [...(await once), { ...submitted, at: stage.now() + secondMs }] : once;
    },
  };
}

/** `/metronome` alone opens the form of a report. */
function reporting(random: Random, at: number, user: string): Act {
  const subject = `Slack からの報告 ${user} ${random.between(1, 9_999)}`;
  const values = (): Record<string, object> => ({
    subject: { type: 'plain_text_input', value: subject },
    ongoing: { type: 'radio_buttons', selected_option: { value: 'yes' } },
    occurred: { type: 'plain_text_input', value: '5' },
    customer: { type: 'plain_text_input', value: 'store-7 渋谷店' },
    description: { type: 'plain_text_input', value: null },
    drill: { type: 'checkboxes', selected_options: [] },
  });
  const isDoubled = random.chance(0.4);
  const form = (now: number): Act => filling({ at: now + 20 * secondMs, user, values, looks: 4, isDoubled });
  return commanding(at, user, '', (now) => [form(now)]);
}

function commanding(at: number, user: string, text: string, then: (now: number) => Act[] = () => []): Act {
  const name = `${user} types /metronome ${text}`;
  return {
    at,
    name,
    run(stage) {
      const { slack } = stage.remote();
      if (!slack) return Promise.resolve([]);
      const make = (now: number): string => commandBody({ user, slack, at: now }, text);
      return sending(at, name, resending(make, false, 'commands'), (_, now) => then(now)).run(stage);
    },
  };
}
