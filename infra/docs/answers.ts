/** What a channel's answer means, how long a notice is tried again, and when the other channels are told. */
import { answerTables, type Meaning } from '../../functions/outgoing/channels/answers.ts';
import { milliseconds, policy } from '../../functions/policy.ts';
import { lengthText } from '../../functions/words/spans.ts';
import { table } from './table.ts';

const { giveUpAfter, fallBackAfter, holdUpTo, refusedTriedFor } = policy.notices;
const span = (duration: string): string => lengthText(milliseconds(duration), 'en');
const waits = (longest: string): string =>
  `tried for ${span(giveUpAfter)}, at most ${span(longest)} apart whatever \`Retry-After\` says`;
const late = `after ${span(fallBackAfter)}`;

const meanings: Record<Meaning, [what: string, urgent: string, rest: string, others: string]> = {
  taken: ['delivered', '–', '–', '–'],
  later: [
    'not taken',
    waits(holdUpTo.urgent),
    waits(holdUpTo.rest),
    `${late}; of other notices after ${span(holdUpTo.rest)}`,
  ],
  sought: ['not known: it is looked for before it is sent again', waits(holdUpTo.urgent), waits(holdUpTo.rest), late],
  perhaps: [
    'address or secret refused',
    `tried for ${span(refusedTriedFor)}: a deployment or a rotation passes`,
    'not tried again',
    `${late}; of other notices at once`,
  ],
  never: ['refused for good', 'not tried again', 'not tried again', 'at once'],
};

export const answerTable = (): string =>
  table(
    ['Channel', 'Answer', 'Means'],
    Object.entries(answerTables).flatMap(([by, rows]) =>
      rows.map(([answer, , meaning], index) => [index === 0 ? by : '', answer, meanings[meaning][0]]),
    ),
  );

export const meaningTable = (): string =>
  table(
    ['Means', 'Pages, emergencies, escalations', 'Other notices', 'Other channels are told'],
    Object.values(meanings),
  );
