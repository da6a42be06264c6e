/**
 * Every number and table that decides something: the one place to change a rule. Durations are ISO 8601. Entries marked † are
 * Metronome's own defaults; the others are the practice's. Decisions record the policy's version, so that each can be explained,
 * and taken again, years later. Pure.
 */
import { createHash } from 'node:crypto';
import * as words from './policy/word-lists.ts';

export { milliseconds } from './policy/duration.ts';

/** In the order of ISO 8601: Monday is the first. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

export const policy = {
  /** Weeks, the fixed times of day, and times given without a zone are read here. */
  zone: 'Asia/Tokyo',

  /** What a customer is called in the product. */
  customerLabel: { ja: '店舗', en: 'customer' },

  /** Customers by name, with what else they are called: a ticket's organisation, an older name. Each has one id. */
  customers: [] as { id: string; name: string; aliases: string[] }[], // †

  /** The owner of a product area and its runbook, shown on the card, the page and in notices. */
  areas: [] as { area: string; owner?: string; runbook?: string }[], // †

  /** What messages to customers say of us; a line without its value is left out. */
  sender: {
    /** Of the drafts. */
    language: 'ja' as 'ja' | 'en', // †
    company: { ja: '', en: '' }, // †
    telephone: '', // †
    /** What a customer should check for gaps and duplicates after a recovery; blank for nothing. */
    records: { ja: '注文・会計', en: 'order or payment' }, // †
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
    /** The same content within this long is the same report sent again, where the tool tells neither an id nor a time. */
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
    /** While no customer is known, the question who is affected can be put off by this much. */
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
    /** From the last drill, or else from the first incident. */
    every: 'P30D', // †
    /** How often the overdue notice is repeated. */
    overdueEvery: 'P7D', // †
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
    /** What Slack has not taken by then goes to the other channels as well. */
    fallBackAfter: 'PT1M', // †
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
    /** The same words to the same customer again so soon are a second tap, and not a second update. */
    sameTextWithin: 'PT5M', // †
    /** After an answer that was lost, the ticket is read so much later: a slow tool may still be at it. */
    lookAfter: 'PT1M', // †
    mostMessageCharacters: 5_000, // †
    /** Internal notes on the reporter's ticket. */
    notes: { filed: true, reclassified: true, recovered: true, notOccurring: true }, // †
    /** Of what a tool takes in a minute, customers come first: when many reports come at once, notes wait. */
    notesAMinute: 30, // †
    /** Notion takes three requests a second, and so many relations in one write. */
    notion: {
      perMinute: 180,
      between: 'PT0.34S',
      mostRelations: 100,
      runFor: 'PT40S',
      overlap: 'PT2M',
      /** Where Notion takes nothing it is asked again after as long as that has lasted, but not sooner nor later than this. */
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
    /** The same person's same confirmation again so soon is a second press, and nothing new. */
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
    /** A median of fewer would say what one or two did. */
    medianFrom: 5, // †
    /** A 90th percentile of fewer would be the slowest one by another name. */
    percentileFrom: 10, // †
  },

  /** What is kept beside what people state. */
  evidence: {
    releasesKeptFor: 'P400D', // †
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
    /** Counts are shown against those between which chance keeps that share of the weeks. */
    usual: 0.95, // †
    /** The sample to read again: where that share are really incidents, one is in it with that probability. */
    sample: { share: 0.1, found: 0.9 }, // †
    trendWeeks: 26,
  },

  /** How incidents are found, and which may be the same trouble. */
  find: {
    mostGrams: 300, // †
    /** A search reads so many incidents, and says when that was not all. */
    mostReads: 300, // †
    pageSize: 100, // †
    mostFound: 50, // †
    /** The newest comments are looked through as well. */
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
      /** Words that titles share without being about the same. */
      commonWords: words.commonWords, // †
      /** Words of one list mean the same in titles. */
      synonyms: words.synonyms, // †
    },
    /** What helped in incidents like it: so far back, of so many reads at most, where their reasons weigh so much. */
    helped: { within: 'P365D', mostReads: 60, enough: 35 }, // †
  },

  /** What the doors take and what is kept. */
  intake: {
    maxBodyBytes: 768 * 1024,
    maxDescriptionBytes: 32 * 1024, // †
    maxNamedCustomers: 500, // †
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

export type Policy = typeof policy;

const versions = new WeakMap<Policy, string>();

/** The policy's content hash: `pol_` and 12 hex digits. */
export function policyVersion(of: Policy): string {
  let version = versions.get(of);
  if (!version) {
    version = `pol_${createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 12)}`;
    versions.set(of, version);
  }
  return version;
}
