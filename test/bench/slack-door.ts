/**
 * Slack waits three seconds for its answer, also where the press starts the process: from that start to the answer, on a
 * machine that is busy with something else, against a bare function that publishes the same.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { PubSub } from '@google-cloud/pubsub';
import { asFigure, inPairs, measure, median, ratioOf, round, together } from './measure.ts';
import { environmentOf, sendOnceUp, startCloudProcess, startFunction } from './processes.ts';

const secret = 'the secret of the bench';
const slackWaitsMs = 3_000;
let presses = 0;
let refused = 0;

await measure(async (isQuick) => {
  const cloud = await startCloudProcess();
  Object.assign(process.env, environmentOf(cloud));
  const pubsub = new PubSub();
  await pubsub.createTopic('slack-actions');
  await pubsub.close();
  const start = (target: string, source: string, path: string) => async (): Promise<number> => {
    const startedAt = performance.now();
    const started = await startFunction(target, source, cloud, { environment: { SLACK_SIGNING_SECRET: secret } });
    const body = press();
    const { status } = await sendOnceUp(started, 'POST', path, body, signed(body));
    const tookMs = performance.now() - startedAt;
    await started.stop();
    // On a machine that is too busy to have it published in time the door says so.
    if (status === 503) refused += 1;
    else if (status !== 200) throw new Error(`${target} answered ${status}.`);
    return tookMs;
  };
  const ours = start('slack', 'slack', '/slack/interactions');
  const bare = start('publish', 'bare-publish', '/');
  // The first reads of a bundle come from the disk.
  await ours();
  await bare();
  const busy = Array.from({ length: availableParallelism() }, keepBusy);
  const taken = await inPairs(isQuick ? 7 : 15, ours, bare);
  for (const each of busy) each.kill('SIGKILL');
  const slowest = Math.max(...taken.ours);
  const ms = (value: number): string => `${Math.round(value)} ms`;
  return together(
    asFigure('slackDoor.ratio', ratioOf(taken), `${ms(median(taken.ours))} against ${ms(median(taken.baseline))}`),
    {
      figures: { 'slackDoor.slowestOfThreeSeconds': round(slowest / slackWaitsMs) },
      notes: {
        'slackDoor.slowestOfThreeSeconds': `${ms(slowest)}, with one other process a processor; ${refused} were asked to press again`,
      },
    },
  );
});

/** Another process that takes what a processor has. */
function keepBusy(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'for (;;) Math.random();'], { stdio: 'ignore' });
  process.on('exit', () => child.kill('SIGKILL'));
  return child;
}

function press(): string {
  presses += 1;
  const payload = {
    type: 'block_actions',
    team: { id: 'T1' },
    user: { id: 'U1', team_id: 'T1' },
    channel: { id: 'C1' },
    container: { type: 'message', message_ts: '1764000000.000100', channel_id: 'C1' },
    response_url: 'https://hooks.slack.com/actions/T1/1/1',
    actions: [{ action_id: 'take', value: 'inc_0123456789abcdef', action_ts: `1764000000.${presses}` }],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

function signed(body: string): Record<string, string> {
  const at = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': at,
    'x-slack-signature': `v0=${signature}`,
  };
}
