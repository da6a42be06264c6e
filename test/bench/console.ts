/** The first byte of the board with 1,000 open incidents, against a bare page that lists them. */
import { asFigure, inPairs, measure, median, ratioOf, together } from './measure.ts';
import { type FunctionProcess, processorMillis, sendOnceUp, startCloudProcess, startFunction } from './processes.ts';
import { clientOf, quietSeeds, write } from './seed.ts';

/** Pages in a row whose processor time is one measurement. */
const atOnce = 10;

await measure(async (isQuick) => {
  const cloud = await startCloudProcess();
  await write(clientOf(cloud), quietSeeds(1_000, new Date()));
  const board = await startFunction('console', 'console', cloud);
  const bare = await startFunction('page', 'bare-page', cloud);
  const firstByteOf = (page: FunctionProcess) => async (): Promise<number> => {
    const { status, firstByteMs } = await sendOnceUp(page, 'GET', '/');
    if (status !== 200) throw new Error(`A page answered ${status}.`);
    return firstByteMs;
  };
  const [ours, baseline] = [firstByteOf(board), firstByteOf(bare)];
  // As many pages come before what takes a processor in either form: the first hundred cost more.
  const [warm, pairs] = isQuick ? [36, 15] : [20, 31];
  for (let round = 0; round < warm; round += 1) {
    await ours();
    await baseline();
  }
  // The processor's ticks are longer than a page takes: of several in a row.
  const processorOf = (page: FunctionProcess) => async (): Promise<number> => {
    const before = processorMillis(page);
    for (let each = 0; each < atOnce; each += 1) await firstByteOf(page)();
    return (processorMillis(page) - before) / atOnce;
  };
  const taken = await inPairs(pairs, ours, baseline);
  const processor = await inPairs(isQuick ? 7 : 11, processorOf(board), processorOf(bare));
  const ms = (values: number[]): string => `${Math.round(median(values))} ms`;
  const against = ({ ours: own, baseline: other }: typeof taken): string => `${ms(own)} against ${ms(other)}`;
  return together(
    asFigure('console.ttfbRatio', ratioOf(taken), against(taken)),
    asFigure('console.processor', ratioOf(processor), `${against(processor)} of a processor`),
  );
});
