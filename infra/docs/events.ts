/** Which types of events are facts, and which are conclusions. */
import { conclusionTypes, factTypes } from '../../functions/incidents/facts/events.ts';
import { table } from './table.ts';

const all = (types: readonly string[]): string => types.map((each) => `\`${each}\``).join(', ');

export function eventTable(): string {
  const both = factTypes.filter((each) => (conclusionTypes as string[]).includes(each));
  const alone = (types: readonly string[]): string => all(types.filter((each) => !(both as string[]).includes(each)));
  return table(
    ['', 'Types of events'],
    [
      ['Facts', alone(factTypes)],
      ['Conclusions', alone(conclusionTypes)],
      ['Both: a fact as somebody states it, a conclusion as rules draw it from other facts', all(both)],
    ],
  );
}
