/**
 * The entries of the policy that are the practice's own, by their dotted names; a name covers all beneath it. All others
 * are Metronome's defaults, which carry a † here and in the comments of `policy.ts`: a test holds the two together.
 */
const ofThePractice = [
  'zone',
  'customerLabel',
  'routing.trouble',
  'routing.question',
  'routing.outside',
  'routing.anomalyPhrases',
  'routing.sameQuestionCustomers',
  'routing.sameQuestionWindow',
  'routing.openAlertWindow',
  'urgency.highUpTo',
  'cadence.countedChannels',
  'review.release',
  'evidence.seriesBefore',
  'underReporting.weeksAfter',
  'underReporting.trendWeeks',
  'intake.maxBodyBytes',
  'intake.storeWithin',
  'intake.quarantineKeptFor',
  'intake.replayWindow',
];

export const isOurs = (path: string): boolean =>
  !ofThePractice.some((name) => path === name || path.startsWith(`${name}.`));
