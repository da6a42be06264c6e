import { afterEach, describe, expect, test, vi } from 'vitest';
import { inRealTime, type Patience, patiently } from '../../infra/provision/patience.ts';
import { applySteps, create } from '../../infra/provision/step.ts';

/** A clock of the test: nothing waits. */
function clock() {
  const said: string[] = [];
  const patience: Patience & { waitedSeconds: number; said: string[] } = {
    waitedSeconds: 0,
    said,
    say: (text) => void said.push(text),
    pause: async (milliseconds) => {
      patience.waitedSeconds += milliseconds / 1_000;
    },
  };
  return patience;
}

const newMetric = 'Cannot find metric(s) that match type = "x". It could take up to 10 minutes to become available.';

describe('what Google is slow to know', () => {
  test('a metric that was just made is waited for, ten minutes and more', async () => {
    const patience = clock();
    const work = async () => {
      if (patience.waitedSeconds < 600) throw new Error(`5 NOT_FOUND: ${newMetric}`);
      return 'made';
    };
    expect(await patiently(work, patience)).toBe('made');
    expect(patience.said).toHaveLength(1);
  });

  test('an agent that has just appeared is waited for', async () => {
    const patience = clock();
    let tries = 0;
    const grant = create('grant', 'x', async () => {
      tries += 1;
      if (tries < 4) throw new Error('Service account service-1@gcp-sa-x.iam.gserviceaccount.com does not exist.');
    });
    await applySteps([grant], true, patience);
    expect(tries).toBe(4);
  });

  test('is not waited for without an end', async () => {
    const patience = clock();
    await expect(patiently(() => Promise.reject(new Error(newMetric)), patience)).rejects.toThrow('Cannot find metric');
    expect(patience.waitedSeconds).toBe(900);
  });

  test('anything else fails at once', async () => {
    const patience = clock();
    await expect(patiently(() => Promise.reject(new Error('PERMISSION_DENIED')), patience)).rejects.toThrow('DENIED');
    expect(patience.waitedSeconds).toBe(0);
  });

  test.each<[string, number]>([
    [newMetric, 900],
    ['Service account service-1@gcp-sa-x.iam.gserviceaccount.com does not exist.', 180],
    ['Cloud Pub/Sub did not have: it does not have permission to publish messages', 120],
    ['There were concurrent policy changes.', 120],
    ['Cloud IAP API has not been used in project 1 before or it is disabled.', 180],
    ['Service account of another project', 0],
  ])('%s is waited for %i seconds at most, asked every 20 s, and told of once', async (message, seconds) => {
    const patience = clock();
    let asked = 0;
    const work = () => {
      asked += 1;
      return Promise.reject(new Error(message));
    };
    await expect(patiently(work, patience)).rejects.toThrow(message);
    expect([patience.waitedSeconds, asked, patience.said.length]).toEqual([seconds, seconds / 20 + 1, seconds ? 1 : 0]);
    for (const each of patience.said) expect(each).toMatch(/^ {2}… .*: asked again every 20 s$/);
  });
});

describe('in real time', () => {
  afterEach(() => void vi.useRealTimers());

  test('a pause is as long as was asked for, and what is said is said', async () => {
    vi.useFakeTimers();
    const said: string[] = [];
    const { pause, say } = inRealTime((text) => said.push(text));
    let isOver = false;
    const paused = pause(20_000).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(19_999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await paused;
    say('asked again');
    expect(said).toEqual(['asked again']);
  });
});
