/** The meeting at its screen, as its chair goes through it: in the checklist's order, without a repeated step. */
import { beforeAll, expect, test } from 'vitest';
import { openConsole } from '../scenarios/console.ts';
import { useScenario } from '../scenarios/house.ts';

// The Sunday of 2026-W47.
const scenario = useScenario('2026-11-22T01:00:00Z');
const { page, press } = openConsole(scenario);
const ids: string[] = [];
const week = '2026-W47';
const meeting = `/console/postmortems/${week}/meeting`;

const at = (step: string): string => `${meeting}?step=${step}`;
/** What a page's form would send unchanged: its fields of one name, the last wins. */
const fieldOf = (text: string, name: string): string =>
  new RegExp(`name="${name.replace('.', '\\.')}"[^>]*value="([^"]*)"|value="([^"]*)"[^>]* name="${name}"`)
    .exec(text)
    ?.slice(1)
    .find((each) => each !== undefined) ?? '';
const bundle = async () => (await scenario.get(`/api/postmortems/${week}`)).body;

beforeAll(async () => {
  const impacts = ['inconvenient', 'stopped', undefined, 'degraded'];
  for (const [index, businessImpact] of impacts.entries()) {
    const known = businessImpact ? { businessImpact, affectedCustomerCount: 1 } : {};
    const filed = await scenario.ticket({ id: `T-${index}`, subject: `Trouble ${index}`, ongoing: 'no', ...known });
    ids.push(filed.body.incident.id);
  }
  const asks = { category: 'question', differsFromExpected: 'no', form: 'spec-question', ongoing: 'no' };
  const asked = await scenario.ticket({ id: 'Q-1', subject: 'How to sort', ...asks });
  ids.push(asked.body.question.id);
  await scenario.post(`/api/questions/${asked.body.question.id}/answer`, { kind: 'explained' });
  const old = { bundleId: '2026-W43', description: 'Count what arrives', kind: 'detect' };
  ids.push((await scenario.post('/api/actions', old)).body.id);
  const newer = { bundleId: '2026-W46', description: 'Mend the form', kind: 'fix', incidentId: ids[2] };
  ids.push((await scenario.post('/api/actions', newer)).body.id);
  await scenario.post('/_local/clock', { set: '2026-11-23T00:10:00Z' });
  await page('/console');
});

const [inconvenient, stopped, unknown, degraded] = [0, 1, 2, 3];
const inOrder = () => [unknown, stopped, degraded, inconvenient].map((index) => ids[index] as string);

test('it opens on the guide, and continues in the order of the checklist', async () => {
  expect(await page(meeting)).toContain('Things break. Trust shouldn’t.');
  const steps: string[] = [];
  for (let step = 'guide'; step !== 'end'; ) {
    steps.push(step);
    const text = await page(at(step));
    const { location } = await press(`${meeting}/go`, { step, to: fieldOf(text, 'to') });
    step = /step=([\w-]+)/.exec(location)?.[1] ?? 'end';
    if (step.startsWith('inc_')) {
      steps.push(step);
      const after = fieldOf(await page(at(step)), 'to');
      const left = await press(`${meeting}/${step}`, { do: 'later', to: after });
      step = /step=([\w-]+)/.exec(left.location)?.[1] ?? 'end';
      while (step.startsWith('inc_')) {
        steps.push(step);
        const next = await press(`${meeting}/${step}`, { do: 'later', to: fieldOf(await page(at(step)), 'to') });
        step = /step=([\w-]+)/.exec(next.location)?.[1] ?? 'end';
      }
    }
  }
  const parts = ['guide', 'actions', 'falling-counts', 'questions', 'missing-data', 'incidents'];
  expect(steps).toEqual([...parts, ...inOrder(), 'carried']);
});

test('where it is at is kept, and the other browser is told', async () => {
  await press(`${meeting}/go`, { step: 'questions', to: 'missing-data' });
  expect(await page(meeting)).toContain('<h2 id="missing">');
  expect(await page(`${meeting}/said?step=guide`)).toContain(`href="${at('missing-data')}"`);
});

test('the order does not change with what is confirmed, and nothing known is not confirmed', async () => {
  const [first = '', second = '', third = ''] = inOrder();
  const text = await page(at(first));
  expect(text).toContain('1 of 4');
  // What an earlier meeting has made of it is seen while it is spoken of.
  expect(text).toContain('<li>Mend the form ');
  const refused = await press(`${meeting}/${first}`, { do: 'confirm', note: 'kept as typed' });
  expect([refused.status, refused.text.includes('kept as typed')]).toEqual([422, true]);
  expect((await scenario.get(`/api/incidents/${first}`)).body.reviewedAt).toBeUndefined();
  const unknowns = { businessImpact: 'unknown', countUnknown: 'yes', category: 'unknown' };
  // Nor what a page says that had not seen what others have recorded since.
  expect((await press(`${meeting}/${first}`, { do: 'confirm', ...unknowns, seen: '00000000' })).status).toBe(412);
  expect((await scenario.get(`/api/incidents/${first}`)).body.reviewedAt).toBeUndefined();
  const said = await press(`${meeting}/${first}`, {
    do: 'confirm',
    ...unknowns,
    to: second,
    seen: fieldOf(text, 'seen'),
  });
  expect(said).toMatchObject({ status: 303, location: `${at(second)}&saved=${first}` });
  const worst = { businessImpact: 'none', affectedCustomerCount: '0', category: 'specification' };
  await press(`${meeting}/${second}`, { do: 'confirm', ...worst, to: third });
  const confirmed = await page(at(second));
  expect(confirmed).toContain('2 of 4');
  // The key that leads on records nothing: a presenter's remote control confirms no incident.
  expect(confirmed).toMatch(/<a [^>]*data-next/);
  expect(confirmed).not.toMatch(/<button [^>]*data-next/);
  expect(await page(at(third))).toContain('3 of 4');
  expect(await page(at('incidents'))).toMatch(/Trouble 2.*reviewed.*Trouble 1.*reviewed.*Trouble 3.*later/s);
});

test('what was confirmed and is left for later after all is no longer counted, until it is confirmed again', async () => {
  const [, second = '', third = ''] = inOrder();
  const progress = async (): Promise<string[]> => {
    const text = await page(at('incidents'));
    return [/\d of \d reviewed/.exec(text)?.[0] ?? '', ...(/Trouble 1<\/a>.*?<\/li>/s.exec(text) ?? [])];
  };
  expect(await progress()).toEqual(['2 of 4 reviewed', expect.stringContaining('>reviewed<')]);
  await press(`${meeting}/${second}`, { do: 'later', to: third });
  expect(await progress()).toEqual(['1 of 4 reviewed', expect.stringContaining('>later<')]);
  const worst = { businessImpact: 'none', affectedCustomerCount: '0', category: 'specification' };
  await press(`${meeting}/${second}`, { do: 'confirm', ...worst, to: third });
  expect(await progress()).toEqual(['2 of 4 reviewed', expect.stringContaining('>reviewed<')]);
});

test('an action is added, and what else was typed is still there', async () => {
  const [, , third = ''] = inOrder();
  const text = await page(at(third));
  // Nobody responded within the limit: what is to be improved is drafted.
  expect(text).toMatch(/Improve “First response fast enough\?”|Improve “[^”]+”/);
  const fields = {
    do: 'action',
    businessImpact: 'stopped',
    prevention: 'typed & not sent',
    actionKey: fieldOf(text, 'actionKey'),
    'action.description': 'Page whoever is on duty',
    'action.kind': 'mitigate',
  };
  const added = await press(`${meeting}/${third}`, fields);
  expect([added.status, added.text.includes('typed &amp; not sent')]).toEqual([200, true]);
  expect(added.text).toMatch(/value="stopped" checked/);
  // Another one may be typed now: the fields are no longer this one's.
  expect(added.text).toContain('<li>Page whoever is on duty ');
  expect(added.text).not.toContain('Page whoever is on duty</textarea>');
  const blank = await press(`${meeting}/${third}`, { ...fields, actionKey: '', 'action.description': ' ' });
  expect([blank.status, blank.text.includes('typed &amp; not sent')]).toEqual([422, true]);
  await press(`${meeting}/${third}`, fields);
  const made = (await bundle()).newActions.map((each: { description: string }) => each.description);
  expect(made).toEqual(['Page whoever is on duty']);
});

test('an action that was typed is made with the confirmation; a proposal that nobody touched is not', async () => {
  const [first = '', , , last = ''] = inOrder();
  const mitigate = async (id: string, kind: string): Promise<number> =>
    (await scenario.post(`/api/incidents/${id}/events`, { type: 'mitigated', kind })).status;
  expect([await mitigate(last, 'revert'), await mitigate(first, 'setting')]).toEqual([201, 201]);
  const text = await page(at(last));
  // What lighter way was tried is asked of a heavy one alone.
  const asksForLighter = (of: string): boolean => of.includes('name="lighterWayTried"');
  expect([asksForLighter(text), asksForLighter(await page(at(first)))]).toEqual([true, false]);
  const known = { do: 'confirm', businessImpact: 'inconvenient', affectedCustomerCount: '1', category: 'data' };
  const proposed = /name="proposed" value="([^"]+)"/.exec(text)?.[1]?.replace(/&quot;/g, '"') ?? '';
  expect(proposed).not.toBe('');
  const actionKey = fieldOf(text, 'actionKey');
  await press(`${meeting}/${last}`, { ...known, actionKey, proposed, 'action.description': proposed });
  expect((await bundle()).newActions).toHaveLength(1);
  const texts = {
    summary: 'a wrong row',
    releaseId: 'none',
    permanentFix: 'a check',
    prevention: 'a rule',
    lighterWayTried: 'a setting',
    note: 'all agreed',
  };
  await press(`${meeting}/${last}`, {
    ...known,
    ...texts,
    actionKey,
    proposed,
    'action.description': `${proposed} by Friday`,
    'action.kind': 'detect',
    'action.doneWhen': 'it rings',
  });
  const { newActions } = await bundle();
  expect(newActions).toHaveLength(2);
  expect(newActions[1]).toMatchObject({
    description: `${proposed} by Friday`,
    kind: 'detect',
    doneWhen: 'it rings',
    incidentId: last,
    bundleId: week,
  });
  expect((await scenario.get(`/api/incidents/${last}`)).body).toMatchObject({
    impact: { businessImpact: 'inconvenient', affectedCustomerCount: 1 },
    cause: { category: 'data', summary: 'a wrong row', releaseId: 'none' },
    permanentFix: 'a check',
    prevention: 'a rule',
    mitigation: { kind: 'revert', lighterWayTried: 'a setting' },
  });
  const { events } = (await scenario.get(`/api/incidents/${last}/timeline?limit=200`)).body;
  const reviews = events.filter((each: { type: string }) => each.type === 'reviewed');
  expect(reviews.at(-1)).toMatchObject({ actor: 'local', detail: { note: 'all agreed' } });
  // A proposal whose other fields somebody has filled in is one that somebody made.
  const touches = { owner: 'mori@a.jp', ticketUrl: 'https://t.example/7', doneWhen: 'it rings' };
  for (const [name, value] of Object.entries(touches)) {
    const description = `As proposed, and its ${name}`;
    const own = { actionKey: fieldOf(await page(at(last)), 'actionKey'), 'action.description': description };
    await press(`${meeting}/${last}`, { ...known, ...own, proposed: description, [`action.${name}`]: value });
    expect((await bundle()).newActions.at(-1)).toMatchObject({ description, [name]: value });
  }
});

test('of two browsers, the one that has not seen the other’s answer is shown it, and both stay', async () => {
  const answer = (text: string, seen: string) =>
    press(`${meeting}/answers`, { item: 'falling-counts', step: 'falling-counts', text, seen });
  expect((await answer('Nothing fell, we asked support', '')).status).toBe(303);
  // Tapped twice, it is the same answer, and nobody else's.
  expect((await answer('Nothing fell, we asked support', '')).status).toBe(303);
  const late = await answer('The new form takes them', '');
  expect(late.status).toBe(409);
  expect(late.text).toContain('The new form takes them');
  expect(late.text).toContain('Nothing fell, we asked support');
  const seen = fieldOf(late.text.slice(late.text.indexOf('name="item" value="falling-counts"')), 'seen');
  expect((await answer('The new form takes them', seen)).status).toBe(303);
  const said = await page(`${meeting}/said?step=falling-counts`);
  expect(said).toContain('The new form takes them');
  expect(said).toContain('Nothing fell, we asked support');
});

test('a question that was answered becomes an incident at one tap, with who and why', async () => {
  const id = ids[4] as string;
  const text = await page(at('questions'));
  expect(text).toContain(`action="${meeting}/questions/${id}"`);
  const form = text.split(`action="${meeting}/questions/${id}"`)[1]?.split('</form>')[0] ?? '';
  const [why, key] = [fieldOf(form, 'why'), fieldOf(form, 'key')];
  const tap = async (fields: Record<string, string>) => {
    const { status, location } = await press(`${meeting}/questions/${id}`, fields);
    return [status, location];
  };
  expect(await tap({ why: ' ', key })).toEqual([422, '']);
  expect((await scenario.get(`/api/incidents/${id}`)).body.kind).toBe('question');
  const done = [303, `${at('questions')}&saved=trouble-${id}`];
  expect(await tap({ why, key })).toEqual(done);
  expect((await scenario.get(`/api/incidents/${id}`)).body).toMatchObject({ kind: 'incident', status: 'open' });
  // Tapped twice it is one tap; of a page that was opened before, it is told that there is no question any more.
  expect(await tap({ why, key })).toEqual(done);
  expect(await tap({ why, key: 'of-another-page-0' })).toEqual([409, '']);
  // It is read again where it was drawn.
  expect(await page(at('questions'))).toContain('How to sort');
});

test('an action carried four times asks for a choice before the end; a date is one', async () => {
  const id = ids[5] as string;
  const text = await page(at('actions'));
  expect(text).toMatch(/type="radio" name="choice" value="replan" required/);
  expect(await page('/console/actions')).toContain('Carried over too many times');
  const hold = () => press(`${meeting}/end`, { do: 'hold', present: 'Ann\nBob', chair: 'Ann' });
  // Another one that is carried asks for nothing.
  const early = await hold();
  expect([early.status, early.text.includes('Ann\nBob')]).toEqual([409, true]);
  for (const blank of [
    { present: ' , ', chair: 'Ann' },
    { present: 'Ann', chair: ' ' },
  ])
    expect((await press(`${meeting}/end`, { do: 'hold', ...blank })).status).toBe(422);
  const kept = await press(`${meeting}/end`, { do: 'keep', present: 'Ann、Bob, Cid\n\nDan', chair: ' Dan ' });
  expect(kept.location).toBe(`${at('end')}&saved=end`);
  expect(await bundle()).toMatchObject({
    state: 'draft',
    attendance: { present: ['Ann', 'Bob', 'Cid', 'Dan'], chair: 'Dan' },
  });
  const dateless = await press(`${meeting}/actions/${id}`, { choice: 'replan', doneWhen: 'typed & kept' });
  expect([dateless.status, dateless.text.includes('typed &amp; kept')]).toEqual([422, true]);
  expect((await press(`${meeting}/actions/${id}`, { choice: 'replan', dueAt: '2026-12-18' })).status).toBe(303);
  const { dueAt, choiceRequired } = (await scenario.get(`/api/actions/${id}`)).body;
  expect([dueAt, choiceRequired]).toEqual(['2026-12-18T14:59:59.999Z', false]);
  const settle = (fields: Record<string, string>) => press(`${meeting}/actions/${ids[6]}`, fields);
  expect((await settle({ choice: '', owner: 'eve@a.jp', seen: '00000000' })).status).toBe(412);
  expect((await settle({ choice: 'done' })).status).toBe(409);
  expect((await settle({ choice: 'dropped' })).status).toBe(409);
  // A date that is typed beside another choice plans nothing.
  const whole = { owner: 'ken@a.jp', ticketUrl: 'https://t.example/1', doneWhen: 'it is mended' };
  expect((await settle({ choice: '', dueAt: '2026-12-24', description: 'x', ...whole })).status).toBe(303);
  const made = (await scenario.get(`/api/actions/${ids[6]}`)).body;
  expect(made).toMatchObject({
    ...whole,
    description: 'Mend the form',
    status: 'agreed',
    due: { rule: 'score-unknown' },
  });
  expect((await settle({ choice: 'done', evidenceUrl: 'https://t.example/2' })).location).toBe(
    `${at('actions')}&saved=${ids[6]}#${ids[6]}`,
  );
  expect((await scenario.get(`/api/actions/${ids[6]}`)).body).toMatchObject({
    status: 'done',
    evidenceUrl: 'https://t.example/2',
  });
  expect(await hold()).toMatchObject({ status: 303 });
});

test('the bundle’s page and its incidents’ pages lead to each other, and the whole of it can be printed', async () => {
  const [first = ''] = inOrder();
  const incident = await page(`/console/incidents/${first}`);
  const leads = `/console/postmortems/${week}?incident=${first}`;
  expect(incident).toContain(`href="${leads}"`);
  const answer = await fetch(scenario.url + leads, { redirect: 'manual' });
  expect(answer.headers.get('location')).toBe(`/console/postmortems/${week}#${first}`);
  const shown = await page(`/console/postmortems/${week}`);
  expect(shown).toContain(`href="/console/incidents/${first}"`);
  expect(shown).toContain(`href="#${first}"`);
  const regions = [...shown.matchAll(/role="region" aria-label="([^"]*)"/g)].map(([, label]) => label);
  expect(regions.length).toBeGreaterThan(3);
  expect(new Set(regions).size).toBe(regions.length);
  expect(await page(`/console/postmortems/${week}/print`)).toContain('counter(pages)');
  expect(await page(`/console/postmortems/${week}/markdown`)).toMatch(
    /^\| M-[\dA-Z]{6} \[Trouble 2\]\([^)]+\) \| unknown \|/m,
  );
});

test('held, every step is read, and says that it was held', async () => {
  expect(await bundle()).toMatchObject({
    state: 'held',
    attendance: { chair: 'Ann', present: ['Ann', 'Bob'] },
    skipped: [{ item: inOrder()[2], kind: 'incident' }],
  });
  for (const step of ['guide', 'actions', 'questions', 'incidents', inOrder()[0] ?? '', 'end']) {
    const text = await page(at(step));
    expect([step, /<form method="post" action="[^"]*\/meeting/.test(text)]).toEqual([step, false]);
  }
  expect((await press(`${meeting}/answers`, { item: 'guide', step: 'guide', text: 'x' })).status).toBe(409);
  // A page that was open before leads on, and records nothing.
  expect(await press(`${meeting}/go`, { step: 'guide' })).toMatchObject({ status: 303, location: at('actions') });
  expect((await press(`${meeting}/${inOrder()[2]}`, { do: 'later' })).status).toBe(409);
  expect((await press(`${meeting}/end`, { do: 'keep', present: 'Eve', chair: 'Eve' })).status).toBe(409);
  expect(await bundle()).toMatchObject({ attendance: { chair: 'Ann' } });
});
