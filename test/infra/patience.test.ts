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
    expect(patience.waitedSeconds).toBeGreaterThanOrEqual(900);
    expect(patience.waitedSeconds).toBeLessThan(930);
  });

  test('anything else fails at once', async () => {
    const patience = clock();
    await expect(patiently(() => Promise.reject(new Error('PERMISSION_DENIED')), patience)).rejects.toThrow('DENIED');
    expect(patience.waitedSeconds).toBe(0);
  });

  test.each<[string, number]>([
    [newMetric, 900],
    ['Service account service-1@gcp-sa-x.iam.gserviceaccount.com does not exist.', 420],
    ['ERROR: (gcloud.iam.service-accounts.add-iam-policy-binding) NOT_FOUND: Unknown service account', 420],
    [
      "7 PERMISSION_DENIED: Permission 'iam.serviceAccounts.actAs' denied on service account a@p (or it may not exist).",
      420,
    ],
    [
      "HTTP Error: 404, Service account projects/-/serviceAccounts/a@p was not found. Verify that the caller has been granted the 'iam.serviceAccounts.actAs' permission.",
      420,
    ],
    ['Cloud Pub/Sub did not have: it does not have permission to publish messages', 420],
    ['Permission denied on secret: projects/1/secrets/s/versions/1 for Revision service account a@p.', 420],
    ['Cloud IAP API has not been used in project 1 before or it is disabled.', 180],
    // 409, by each tool and in each wording.
    ['There were concurrent policy changes.', 600],
    ['ERROR: (gcloud.pubsub.topics.add-iam-policy-binding) ABORTED: Please retry the whole read-modify-write.', 600],
    ['(gcloud.services.enable) Resource in projects [p] is the subject of a conflict: Please try again later.', 600],
    ['Request to https://firestore had HTTP Error: 409, Please retry, underlying data changed', 600],
    ['10 ABORTED: Too many concurrent edits to the project configuration. Please try again.', 600],
    ['Cloud Storage answered 409: The metadata is being edited.', 600],
    ['Resource in projects [p] is the subject of a conflict: Service account a already exists within project p.', 0],
    ['ERROR: (gcloud.artifacts.repositories.create) ALREADY_EXISTS: the repository already exists', 0],
    ['Request to https://firestore had HTTP Error: 409, index already exists', 0],
    // 429
    ['8 RESOURCE_EXHAUSTED: Quota exceeded for quota metric', 300],
    ['Request to https://firestore had HTTP Error: 429, Too many requests', 300],
    ["HttpError accessing <https://x>: response: <{'status': 429}>, content <busy>", 300],
    ['Cloud Storage answered 429: rateLimitExceeded', 300],
    // 5xx
    ['14 UNAVAILABLE: The service is currently unavailable.', 300],
    ["HttpError accessing <https://x>: response: <{'status': 503}>, content <html>", 300],
    ['Request to https://firestore had HTTP Error: 503, Unknown Error', 300],
    ['Cloud Storage answered 502: bad gateway', 300],
    // What no time mends.
    ['Service account of another project', 0],
    ['7 PERMISSION_DENIED: The caller does not have permission', 0],
    ['3 INVALID_ARGUMENT: 409 is no port', 0],
    ['HTTP Error: 404, Not Found', 0],
  ])('%s is waited for %i seconds at least, ever longer between tries, and reported once', async (message, seconds) => {
    const pauses: number[] = [];
    const said: string[] = [];
    const patience: Patience = {
      say: (text) => void said.push(text),
      pause: async (milliseconds) => void pauses.push(milliseconds / 1_000),
    };
    const again: boolean[] = [];
    const work = (isAgain: boolean) => {
      again.push(isAgain);
      return Promise.reject(new Error(message));
    };
    await expect(patiently(work, patience)).rejects.toThrow(message);
    const waited = pauses.reduce((sum, each) => sum + each, 0);
    expect([waited >= seconds, waited < seconds + 30]).toEqual([true, true]);
    expect(pauses).toEqual(pauses.map((_, index) => Math.min(2 ** (index + 1), 30)));
    expect(again).toEqual([false, ...pauses.map(() => true)]);
    expect(said).toHaveLength(seconds ? 1 : 0);
    for (const each of said) expect(each).toMatch(/^ {2}… .*: tried again for up to \d+ minutes$/);
  });

  test.each([
    [10, 600],
    [8, 300],
    [14, 300],
    [7, 0],
    [6, 0],
  ])('code %i of the client libraries is its class, whatever is said beside it', async (code, seconds) => {
    const patience = clock();
    const failing = () => Promise.reject(Object.assign(new Error('in words of its own'), { code }));
    await expect(patiently(failing, patience)).rejects.toThrow('words of its own');
    expect(patience.waitedSeconds >= seconds && patience.waitedSeconds < seconds + 30).toBe(true);
  });

  test('what was made though its answer was lost is not made a second time', async () => {
    let tries = 0;
    const lost = create('topic', 't', async () => {
      tries += 1;
      throw new Error(tries === 1 ? '14 UNAVAILABLE: no answer' : '6 ALREADY_EXISTS: Topic already exists');
    });
    await applySteps([lost], true, clock());
    expect(tries).toBe(2);
    const theirs = create('topic', 't', () => Promise.reject(new Error('6 ALREADY_EXISTS: Topic already exists')));
    await expect(applySteps([theirs], true, clock())).rejects.toThrow('ALREADY_EXISTS');
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
