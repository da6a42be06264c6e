/**
 * Every number and table that decides something, by default; a team changes them in its `policy.json`. Durations are ISO 8601.
 * Entries marked † are Metronome's own defaults; the others are the practice's. Decisions record the policy's version, so that
 * each can be explained, and taken again, years later. Pure.
 */
import { customerPages, publicStatus } from './policy/customer-pages.ts';
import { type PartOf, withOwn } from './policy/own.ts';
import * as words from './policy/word-lists.ts';

export { milliseconds } from './policy/duration.ts';
export { policyVersion } from './policy/version.ts';

/** In ISO 8601 order: Monday first. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

export const defaults = {
  /** Weeks, the fixed times of day, and times given without a zone are read here. */
  zone: 'Asia/Tokyo',

  /** The language of notices, and of the console for browsers that ask for neither. `sender.language` is what customers read. */
  language: 'ja' as 'ja' | 'en', // †

  /** What a customer is called in the product. */
  customerLabel: { ja: '店舗', en: 'customer' },

  /** The owner of a product area and its runbook, shown on the card, the page and in notices. */
  areas: [] as { area: string; owner?: string; runbook?: string }[], // †

  /** What messages to customers say about us; a line without its value is left out. */
  sender: {
    language: 'ja' as 'ja' | 'en', // †
    company: { ja: '', en: '' }, // †
    telephone: '', // †
    /** What a customer should check for gaps and duplicates after a recovery; blank for nothing. */
    records: { ja: '注文・会計', en: 'order or payment' }, // †
    mentionsCause: true, // † that it is looked for, from when somebody takes the incident until a cause is recorded
    /** By a ticket's product area, what customers call it: `{ area: 'pos', ja: '会計機能', en: 'checkout' }`. */
    functions: [] as { area: string; ja: string; en: string }[], // †
  },

  /** A team's own wording of parts of `words/texts/drafts.ts`, checked by `npm test`: `{ regards: { ja: '…' } }`. */
  drafts: {} as Readonly<Record<string, { ja?: string; en?: string }>>, // †

  /** Table A: what a ticket is. */
  routing: {
    /** Forms, tags and categories of the ticket tools, compared without regard to case. */
    trouble: ['trouble', 'incident', 'problem', 'bug', 'pos-trouble', 'トラブル', '障害', '不具合'],
    question: ['question', 'how-to', 'howto', 'spec-question', '質問', '仕様質問', '問い合わせ'],
    outside: ['billing', 'sales', 'outside', 'spam', '請求', '営業', '契約'],
    /** A question that says one of these is treated as trouble: people understate. */
    anomalyPhrases: words.anomalyPhrases,
    /** So many customers with the same form and product area within the window are trouble. */
    sameQuestionCustomers: 3,
    sameQuestionWindow: 'PT1H',
    openAlertWindow: 'PT1H',
    unansweredQuestionAfter: 'P3D', // †
    newGenerationAfter: 'P14D', // †
    /** An alert group: alerts of one policy and project are one incident while it is open, or this long after its recovery… */
    stormAfterRecovery: 'PT60M', // †
    /** …and while the last of them is at most this old. */
    stormLastSignal: 'PT60M', // †
    /** The key document of an alert group is rewritten at most this often. */
    stormKeyRewrite: 'PT5M', // †
    /** So many further resources of an alert group are named on its timeline. */
    mostAlertResources: 50, // †
    /** What an alert's severity or priority says of the impact: `{ critical: 'stopped', p2: 'degraded' }`, in lower case. */
    severities: {} as Readonly<Record<string, 'stopped' | 'degraded' | 'inconvenient' | 'none'>>, // †
    /** The product area of a service that alerts name, in lower case; one that is not listed is an area by itself. */
    services: {} as Readonly<Record<string, string>>, // †
    /** Identical content within this time is the same report sent again, if the tool sends neither an ID nor a time. */
    resendWindow: 'PT10M', // †
  },

  /** Table B. */
  urgency: {
    highUpTo: 'PT60M',
    clockErrorUpTo: 'PT5M', // †
  },

  /** Table C, per contact. */
  cadence: {
    urgent: { first: 'PT15M', every: 'PT30M', laterAfter: 'PT2H', laterEvery: 'PT60M' }, // †
    calm: { first: 'PT60M' }, // †
    fixedTimesAfter: 'PT12H', // †
    /** In order, and not at a restaurant's peaks: around 12:00 and 20:00 nobody there can read. */
    fixedTimes: ['10:00', '15:00', '17:00', '22:00'], // †
    /** Other times on days of the week, instead of those: `{ sunday: ['10:00', '17:00'] }`; an empty list is a day without. */
    fixedTimesOn: {} as Partial<Record<Weekday, readonly string[]>>, // †
    fixedTimeAfterUpdate: 'PT60M', // †
    remindAhead: 'PT5M', // †
    remindAheadOfFixedTimes: { from: 'PT5M', to: 'PT15M' }, // †
    noticeCoversNext: 'PT10M', // †
    metUpTo: 'PT5M', // †
    escalateAfterMissed: 2, // †
    escalateEvery: 'P1D', // †
    /** An alert whose scope nobody has known for this long is offered to be closed with others. */
    staleAlertAfter: 'P1D', // †
    /** While no customer is known, the question who is affected can be snoozed for this long. */
    snoozeFor: 'PT4H', // †
    /** Updates in these channels count as sent to the customer. */
    countedChannels: ['ticket', 'phone', 'mail', 'chat', 'in-person', 'status-page'],
  },

  /** Table K: what makes an incident an emergency, and how it then goes. */
  emergency: {
    /** Customers whose business has stopped. */
    customersFrom: 10, // †
    /** Customers who report within the window that one product area has stopped. */
    sameArea: { customers: 3, within: 'PT15M' }, // †
    /** Product areas where any outage is an emergency. */
    areas: [] as string[], // †
    /** The interval between updates, and for how long; then table C applies. */
    rhythm: { every: 'PT15M', lasts: 'PT2H' }, // †
    /** How often, and how many times, Metronome asks again for a role that nobody has taken. */
    askRolesEvery: 'PT10M', // †
    askRolesTimes: 3, // †
  },

  /** Emergencies are practised. */
  drills: {
    every: 'P30D', // † from the last drill, or else from the first incident
    overdueEvery: 'P7D', // † between two notices that one is overdue
  },

  /** How notices travel. */
  notices: {
    /** Timer lease duration. */
    leaseFor: 'PT2M', // †
    /** A timer whose processing fails again and again is tried this often. */
    backOffUpTo: 'PT5M', // †
    channelTimeout: 'PT10S', // †
    /** A channel that does not answer is tried this long; then people see the failure. */
    giveUpAfter: 'P1D', // †
    /** Notices that Slack has not accepted by then, and urgent ones of any channel, go to the other channels too. */
    fallBackAfter: 'PT1M', // †
    /** A channel's `Retry-After` is honoured this long at most: for pages, emergencies and escalations, and for the rest. */
    holdUpTo: { urgent: 'PT1M', rest: 'PT10M' }, // †
    /** An urgent notice whose address or secret is refused is tried this long: a deployment or a rotation passes. */
    refusedTriedFor: 'PT10M', // †
    keptFor: 'P90D', // †
  },

  /** Who is on call, from calendars. */
  duty: {
    readEvery: 'PT5M', // †
    /** Shifts kept around now: a bundle that is assembled weeks late still has its week. */
    keptBefore: 'P63D', // †
    keptAfter: 'P14D', // †
    feedTimeout: 'PT5S', // †
    feedBytes: 10_000_000, // †
    /** A calendar that takes longer to understand is hostile, or broken. */
    readingTimeout: 'PT3S', // †
    /** All calendars together: meanwhile the minute tick does nothing else. */
    readingTimeoutOfAll: 'PT10S', // †
    /** The load of nights is shown apart. */
    night: { from: '22:00', until: '07:00' }, // †
  },

  /** Updates that are sent to customers' tickets. */
  outgoing: {
    /** An update that the tool has not taken this long after the tap has failed, and needs a new tap. */
    giveUpAfter: 'PT15M', // †
    toolTimeout: 'PT10S', // †
    /** The same text to the same customer within this time is a second tap, not a second update. */
    sameTextWithin: 'PT5M', // †
    /** After a lost answer, the ticket is read this much later: a slow tool may still be working. */
    lookAfter: 'PT1M', // †
    mostMessageCharacters: 5_000, // †
    /** Internal notes on the reporter's ticket. */
    notes: { filed: true, reclassified: true, recovered: true, notOccurring: true }, // †
    /** Updates to customers take precedence over notes within a tool's rate limit. */
    notesAMinute: 30, // †
    /** Notion takes three requests a second, and so many relations in one write. */
    notion: {
      perMinute: 180,
      between: 'PT0.34S',
      mostRelations: 100,
      runFor: 'PT40S',
      overlap: 'PT2M',
      /** If Notion fails, the next try waits as long as the failure has lasted, within these limits. */
      askAgain: { soonest: 'PT50S', latest: 'PT10M' },
    }, // †
    keptFor: 'P400D', // †
  },

  /** Who responders are, as Slack knows them. */
  people: {
    /** Domains of their e-mail addresses; empty allows every member of the workspace. */
    domains: [] as string[], // †
    /** What people are called, by their e-mail address: shown in place of it. */
    names: {} as Record<string, string>, // †
    /** A profile is read again after this. */
    profileKeptFor: 'PT10M', // †
    /** The same confirmation by the same person within this time is a second press. */
    samePressWithin: 'PT2M', // †
  },

  /** Table D. */
  score: {
    weights: { stopped: 4, degraded: 2, inconvenient: 1, none: 0 }, // †
    brackets: [
      { from: 100, value: 4 },
      { from: 10, value: 3 },
      { from: 2, value: 2 },
      { from: 1, value: 1 },
      { from: 0, value: 0 },
    ], // †
  },

  /** Tables E and F. */
  review: {
    /** The number of the first postmortem that is stored here: a team that has held 200 before begins with 201. */
    firstNumber: 1, // †
    holdWithin: 'P7D', // †
    /** How often the notice about a bundle that is not held is repeated. */
    notHeldEvery: 'P7D', // †
    /** When, on the working day before the meeting's Monday, missing data is asked for. */
    askMissingAt: '10:00', // †
    firstResponse: { urgent: 'PT5M', calm: 'PT30M' }, // †
    release: { triggers: ['*'], branches: ['main', 'master'], testStep: 'test' },
    releaseLookback: 'PT24H', // †
    medianFrom: 5, // † with fewer values, a median would show what one or two people did
    percentileFrom: 10, // † with fewer values, a 90th percentile would just be the slowest one
  },

  /** Cards quote the first sentence of the reporter's description, at most 80 characters. */
  slack: { quote: true }, // †

  /** What is kept beside what people state. */
  evidence: {
    releasesKeptFor: 'P400D', // †
    /** Deployments to these environments of GitHub and GitLab are releases; `production/eu` is one of the first. */
    environments: ['production', 'prod', 'live'], // †
    /** Workflows of GitHub whose runs tell of a release: `['Deploy', 'Test']`. */
    workflows: [] as string[], // †
    /** The same commit told by several tools within this is one release. */
    sameReleaseWithin: 'PT1H', // †
    /** The series behind an alert: from so long before it began, and never longer than the second. */
    seriesBefore: 'PT1H',
    seriesAtMost: 'P1D', // †
    seriesWithin: 'PT8S', // †
    mostSeries: 6, // †
    mostPoints: 240, // †
  },

  /** Table G. */
  actions: {
    highScoreFrom: 8,
    dueHigh: 'P15D',
    due: 'P30D',
    remindAhead: 'P3D',
    overdueEvery: 'P7D',
    choiceAfterCarried: 3,
    /** An incident of the same area and cause so soon after an action was done returns it to the agenda. */
    heldFor: 'P90D',
    ticketCheckedEvery: 'PT1H',
  }, // †

  /** Table H. */
  underReporting: {
    /** The last so many complete weeks are compared with up to so many before them, of which so many have to be known. */
    weeksAfter: 4,
    weeksBefore: 26, // †
    leastWeeksBefore: 13, // †
    /** A change that chance explains with less than this probability asks for an answer. */
    alarmBelow: 0.001, // †
    /** Counts are shown against the range in which chance keeps this share of the weeks. */
    usual: 0.95, // †
    /** The sample to read again: if this share of questions are really incidents, it contains one with this probability. */
    sample: { share: 0.1, found: 0.9 }, // †
    trendWeeks: 26,
  },

  merge: { most: 200, atOnce: 20 }, // † so many at once, and so many of them before the answer

  /** How incidents are found, and which may be the same trouble. */
  find: {
    mostGrams: 300, // †
    /** A search reads so many incidents, and says when that was not all. */
    mostReads: 300, // †
    pageSize: 100, // †
    mostFound: 50, // †
    /** How often to check whether the team's list of customers was loaded again. */
    customersReadEvery: 'PT1M', // †
    /** The number of newest comments that are also searched. */
    mostComments: 200, // †
    /** So many grams are counted to find the rarest, and each so far. */
    mostWeighed: 12, // †
    mostCounted: 2_000, // †
    mostCharacters: 200, // †
    candidates: {
      /** What was filed so long before and after is looked at: time bounds, and is no reason. */
      within: 'P7D', // †
      mostReads: 300, // †
      most: 10, // †
      weights: { words: 100, area: 35, form: 10, alert: 45 }, // †
      /** A ticket and an alert so close to each other may be the same trouble, whatever they are called. */
      alertWithin: 'PT10M', // †
      /** As a report is announced it is looked for less far: so many incidents, by so many grams. */
      asked: { reads: 40, grams: 4 }, // †
      enough: 45, // †
      besides: 'PT30M', // † before and after: where no words match, open incidents of so long are offered
      /** Words that titles share without being about the same. */
      commonWords: words.commonWords, // †
      /** Words of one list mean the same in titles. */
      synonyms: words.synonyms, // †
    },
    /** What helped in incidents like it: so far back, of so many reads at most, where their reasons weigh so much. */
    helped: { within: 'P365D', mostReads: 60, enough: 35 }, // †
  },

  customerPages, // †
  publicStatus, // †

  /** What the doors take and what is kept. */
  intake: {
    maxBodyBytes: 768 * 1024,
    maxAlertBodyBytes: 8 * 1024 * 1024, // †
    maxDescriptionBytes: 32 * 1024, // †
    maxNamedCustomers: 500, // †
    maxNamedBytes: 200_000, // †
    maxTitleCharacters: 500, // †
    storeWithin: 'PT2.5S',
    signalsKeptFor: 'P400D', // †
    quarantineKeptFor: 'P90D',
    /** No verified sender is refused below this; the bill is made by hours, so a burst may spend several minutes' worth. */
    requestsPerMinute: 3_000, // †
    burstMinutes: 5, // †
    /** Requests of one address that fail verification; past it they are refused before their body is read. */
    unverifiedPerMinute: 600, // †
    /** Bodies of one address that are read at once before their sender is verified; three times as many where one was lately. */
    unverifiedAtOnce: 10, // †
    /** An address that was verified so lately is not refused for what others send from it. */
    addressTrustedFor: 'PT1H', // †
    replayWindow: 'PT5M',
  },
};

export type Policy = typeof defaults;
/** What a team's `policy.json` holds. */
export type OwnPolicy = PartOf<Policy>;

/** As JSON. A bundle holds what `policy.json` said when it was built; a command that reads the file sets it before it loads this module. */
declare const METRONOME_OWN_POLICY: string | undefined;

export const policy = withOwn(
  defaults,
  typeof METRONOME_OWN_POLICY === 'undefined' ? {} : (JSON.parse(METRONOME_OWN_POLICY) as OwnPolicy),
);
