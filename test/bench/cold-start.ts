/** From the start of the process to the first stored ticket: our bundle, and a bare one with one Firestore create. */
import { describeRatio, inPairs, measure, median, ratioOf } from './measure.ts';
import { sendOnceUp, startCloudProcess, startFunction } from './processes.ts';
import { nextTicketId, ticketBody, ticketHeaders } from './ticket.ts';

await measure(async (isQuick) => {
  const cloud = await startCloudProcess();
  const start = (target: string, source: string) => async (): Promise<number> => {
    const startedAt = performance.now();
    const started = await startFunction(target, source, cloud);
    const body = JSON.stringify(ticketBody(nextTicketId()));
    const { status } = await sendOnceUp(started, 'POST', '/', body, ticketHeaders);
    const tookMs = performance.now() - startedAt;
    await started.stop();
    if (status !== 201) throw new Error(`${target} answered ${status}.`);
    return tookMs;
  };
  const ours = start('tickets', 'tickets');
  const bare = start('create', 'bare-create');
  // The first reads of a bundle come from the disk.
  await ours();
  await bare();
  const taken = await inPairs(isQuick ? 5 : 21, ours, bare);
  const ratio = ratioOf(taken);
  const ms = (values: number[]): string => `${Math.round(median(values))} ms`;
  return {
    figures: { 'coldStart.ratio': ratio.median },
    notes: { 'coldStart.ratio': describeRatio(ratio, `${ms(taken.ours)} against ${ms(taken.baseline)}`) },
  };
});
