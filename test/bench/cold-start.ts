/** From the start of the process to the first stored ticket: our bundle, and a bare one with one Firestore create. */
import { asFigure, inPairs, measure, median, ratioOf, together } from './measure.ts';
import { processorMillis, sendOnceUp, startCloudProcess, startFunction } from './processes.ts';
import { nextTicketId, ticketBody, ticketHeaders } from './ticket.ts';

await measure(async (isQuick) => {
  const cloud = await startCloudProcess();
  const processor = { ours: [] as number[], baseline: [] as number[] };
  const start = (target: string, source: string, took: number[]) => async (): Promise<number> => {
    const startedAt = performance.now();
    const started = await startFunction(target, source, cloud);
    const body = JSON.stringify(ticketBody(nextTicketId()));
    const { status } = await sendOnceUp(started, 'POST', '/', body, ticketHeaders);
    const tookMs = performance.now() - startedAt;
    took.push(processorMillis(started));
    await started.stop();
    if (status !== 201) throw new Error(`${target} answered ${status}.`);
    return tookMs;
  };
  const ours = start('tickets', 'tickets', processor.ours);
  const bare = start('create', 'bare-create', processor.baseline);
  // The first reads of a bundle come from the disk.
  await ours();
  await bare();
  for (const each of Object.values(processor)) each.length = 0;
  const taken = await inPairs(isQuick ? 5 : 15, ours, bare);
  const ms = (values: number[]): string => `${Math.round(median(values))} ms`;
  const against = ({ ours: own, baseline }: typeof processor): string => `${ms(own)} against ${ms(baseline)}`;
  return together(
    asFigure('coldStart.ratio', ratioOf(taken), against(taken)),
    asFigure('coldStart.processor', ratioOf(processor), `${against(processor)} of a processor`),
  );
});
