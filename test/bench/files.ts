/** The files of the bench, in the order in which they are run: each is a program of its own in this folder. */
export const files = [
  'cold-start',
  'slack-door',
  'intake',
  'operations',
  'acts',
  'growth',
  'tick',
  'bundle',
  'console',
  'house',
  'notion',
  'permissions',
  'jump',
];

/** What is counted, and what of a processor it takes: also a machine that is slow just now says the same of them. */
export const quick = ['cold-start', 'intake', 'operations', 'acts', 'growth', 'console'];
