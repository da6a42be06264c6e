/** What somebody does in Slack, once it is known who they are. */
import type { Language } from '../words/language.ts';
import type { Act } from './act.ts';
import type { To } from './answer.ts';

/** An act with who did it, and when it came in. */
export interface IdentifiedAct {
  act: Act;
  actor: string;
  language: Language;
  receivedAt: Date;
  /** Whether the modal that it opens is there. */
  opened: 'yes' | 'maybe' | 'no' | undefined;
  to: To;
}
