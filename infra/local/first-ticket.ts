import type { Language } from '../../functions/words/language.ts';

const subjects: Record<Language, string> = { en: 'Orders fail', ja: '注文が通らない' };

/** The line that `npm start` prints for a first ticket; both READMEs show it. */
export const firstTicket = (base: string, token: string, language: Language): string =>
  `curl -s ${base}/tickets -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' \\
  -d '{"id": "T-1001", "subject": "${subjects[language]}", "ongoing": "yes", "customer": {"id": "store-12"}, "businessImpact": "stopped"}'`;
