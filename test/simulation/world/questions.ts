/** Questions: answered in one way or another, left unanswered, or asked by three customers within the hour. */
import { hourMs, minuteMs } from '../calendar.ts';
import { Random } from '../random.ts';
import type { Act } from '../stage.ts';
import { evidenceOf, stating } from './responders.ts';
import { post, sending, webhook } from './sending.ts';

const answers = ['explained', 'works-as-designed', 'explained', 'setting-changed', 'data-repaired', 'code-ticket'];

function ask(at: number, id: string, fields: Record<string, unknown>, then: (questionId: string) => Act[]): Act {
  const text = JSON.stringify({
    id,
    subject: '締め時間の変え方',
    category: 'question',
    differsFromExpected: 'no',
    ...fields,
  });
  return sending(
    at,
    `question ${id}`,
    (now) => webhook('generic', text, now),
    (answer) => (answer.status === 201 && answer.body.question ? then(answer.body.question.id) : []),
  );
}

export function question(random: Random, at: number, number: number): Act[] {
  const id = `Q-${number}`;
  const lot = random.next();
  const fields = {
    customer: { id: `asker-${number}` },
    area: 'closing',
    // Some say that it differs, or describe trouble, or do not say: those are filed as incidents.
    ...(lot < 0.1 ? { differsFromExpected: 'yes' } : {}),
    ...(lot >= 0.1 && lot < 0.2 ? { description: '急にエラーになりました' } : {}),
    ...(lot >= 0.2 && lot < 0.25 ? { differsFromExpected: 'unknown' } : {}),
    ...(number % 6 === 1 ? { differsFromExpected: undefined } : {}),
    // Some say since when.
    ...(number % 3 === 0 ? { occurredAt: new Date(at - 20 * minuteMs).toISOString() } : {}),
    // The service of an alert that may have opened within the hour.
    ...(lot >= 0.25 && lot < 0.4 ? { area: random.pick(['Order', 'payment']) } : {}),
  };
  const kind = random.chance(0.6) ? random.pick(answers) : undefined;
  const answeredAt = at + random.between(2, 30) * hourMs;
  // Some are taken up before they are answered.
  const takenUp = new Random(`question ${number} is taken up`);
  const takeUp = (questionId: string): Act[] =>
    takenUp.chance(0.4)
      ? [
          stating(
            at + takenUp.between(5, 100) * minuteMs,
            `question ${id} is taken up`,
            `/api/incidents/${questionId}/events`,
            `taken-up-${id}`,
            { type: 'responded', evidenceUrl: evidenceOf(`taken-up-${id}`) },
          ),
        ]
      : [];
  const answer = (questionId: string): Act[] =>
    kind === undefined
      ? []
      : [
          sending(answeredAt, `question ${id} is answered: ${kind}`, () =>
            post(`/api/questions/${questionId}/answer`, { kind }, `answer-${id}`),
          ),
        ];
  return [ask(at, id, fields, (questionId) => [...takeUp(questionId), ...answer(questionId)])];
}

/** The first two are reclassified with the third, unless one customer has asked twice. */
export function sameQuestion(random: Random, at: number, number: number): Act[] {
  const fields = { form: 'how-to', area: `menu-${number}` };
  const askers = new Random(`same question ${number}`).chance(0.3) ? [0, 1, 0] : [0, 1, 2];
  return [0, 1, 2].map((each) =>
    ask(
      at + each * random.between(3, 25) * minuteMs,
      `Q-${number}-${each}`,
      { ...fields, customer: { id: `asker-${number}-${askers[each]}` } },
      () => [],
    ),
  );
}
