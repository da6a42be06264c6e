/** Why a checkpoint was judged so, and what a changed count asks, as sentences in both languages. Pure. */
import { fillIn, say as sayIn } from '../../words/language.ts';
import type { Speech } from '../../words/speech.ts';
import { checkpointTexts, findingTexts } from '../../words/texts/postmortem.ts';
import type { Finding } from '../changed-counts.ts';
import type { Checkpoint } from '../checkpoints.ts';
import { ofEach } from '../statistics.ts';
import { span } from './format.ts';

export function sayReason({ reason, facts }: Checkpoint, speech: Speech): string {
  const key =
    reason === 'slots-met' && Number(facts.late) > 0
      ? 'slots-met-late'
      : reason === 'not-reminded' && facts.notReminded === 1
        ? 'not-reminded-once'
        : reason;
  const said = Object.entries(facts).map(([name, value]) => [name, factText(name, value, speech)]);
  return sayIn(speech, checkpointTexts[key], Object.fromEntries(said));
}

function factText(name: string, value: Checkpoint['facts'][string], speech: Speech): string {
  if (Array.isArray(value)) return speech.row(value.map((each) => nameOf(name, each, speech))) || speech.t('none');
  if (value === null) return speech.t('none');
  if (name === 'minutes') return span(Number(value), speech.language);
  if (name === 'status') return speech.name('build', String(value));
  // A limit that is Metronome's own default carries a †.
  return name === 'limitMinutes' ? `${span(Number(value), speech.language)}†` : String(value);
}

function nameOf(list: string, each: string, { name, t }: Speech): string {
  // What of a release was not as the standard flow has it.
  if (list === 'wrong') return name('flowPart', each);
  if (list === 'lacks') return name('field', each);
  // Bundles of earlier versions lack the name of unidentified customers.
  return list.endsWith('For') && (each === '' || each === 'others') ? t('others') : each;
}

/** `5.0`, `0.25`: two digits that count. */
const twoDigits = (value: number): string => (value >= 1 ? value.toFixed(1) : String(Number(value.toPrecision(2))));

/** Below a thousandth of a percent, a number would only look exact. */
export function chanceText(p: number, { language }: Speech): string {
  const isTiny = p < 0.000_01;
  const percent = isTiny ? '0.001' : twoDigits(p * 100);
  return fillIn(findingTexts[isTiny ? 'tinyChance' : 'chance'][language], { percent });
}

/** Never a congratulation: what changed, how little chance explains it, and what rose meanwhile. */
export function sayFinding(finding: Finding, speech: Speech): string[] {
  const { week, kind, weeksBefore, p } = finding;
  const say = (key: keyof typeof findingTexts, given: Record<string, string | number> = {}): string =>
    fillIn(findingTexts[key][speech.language], given);
  const rates = (of: { before: number; after: number }) => ofEach(['before', 'after'], (when) => twoDigits(of[when]));
  const changed = say(kind, { week, weeksBefore, chance: chanceText(p, speech), ...rates(finding) });
  if (kind === 'rise') return [changed];
  const most = finding.doors.slice(0, 3);
  const rose = most.map((each) => say('door', { name: speech.name('door', each.door), ...rates(each) }));
  return [changed, rose.length > 0 ? say('doorsRose', { doors: speech.row(rose) }) : say('noDoorRose')];
}
