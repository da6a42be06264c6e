/** Two newcomers, one of each language: from the first command to the last draft they read theirs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { languages } from '../../functions/words/language.ts';
import { firstTicket } from '../../infra/local/first-ticket.ts';
import { sayHere } from '../../infra/local/words.ts';
import { speakTo } from '../../infra/own-settings/speak-to.ts';
import { settingsFrom } from '../../infra/settings.ts';
import { foreign } from '../console/foreign.ts';
import { typed } from '../infra/command.ts';
import { openScenario, type Scenario } from './house.ts';

/** What somebody is to type, and what is called the same in both languages. */
const ofPrograms =
  /https?:\/\/\S+|^ +sender(?=:)|(?:npm|curl) [^\s)、]+(?: -- --?\w+)?|(?:\{base\}|\.)?\/[\w./?=&…{},-]*|\bpolicy\.\w+(?:\.\w+)*|"[^"]*"|pol_\w+|\b(?:Ctrl-C|Console|T-1001|minute|tick)\b/g;

describe.each(languages)('a newcomer who reads %s', (language) => {
  const before = [policy.language, policy.sender.language] as const;
  let scenario: Scenario;
  let ticket = '';
  beforeAll(async () => {
    speakTo(language, true);
    scenario = await openScenario('2026-11-24T01:00:00Z');
    ticket = firstTicket(scenario.url, 'local', language);
  });
  afterAll(async () => {
    await scenario?.stop();
    [policy.language, policy.sender.language] = before;
  });

  const expectOwn = (text: string) => {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => foreign(line.replace(ofPrograms, ' '), language))).toEqual([]);
  };

  test('is told so by npm start and npm run settings', async () => {
    const given = { base: '', dataDirectory: '.local', cloudPort: 1, ticket: '' };
    expectOwn(sayHere(language, 'running', given));
    expectOwn(sayHere(language, 'advanced', { at: '', percent: 1 }) + sayHere(language, 'stopping'));
    expectOwn(sayHere(language, 'lived', { ...given, seconds: 1, refused: 0 }));
    const { code, out } = await typed(settingsFrom('.'), ['--language', language]);
    expect(code).toBe(0);
    expectOwn(out);
  });

  test('files the ticket that was printed, and reads notices, drafts and pages', async () => {
    const body = JSON.parse(/-d '(.*)'$/.exec(ticket)?.[1] ?? '');
    const filed = await scenario.ticket(body);
    expect(filed.status).toBe(201);
    const { id } = filed.body.incident;
    await scenario.advance('PT1H');
    const notices = await scenario.inbox();
    expect(notices.length).toBeGreaterThan(1);
    expectOwn(notices.map(({ text }) => text).join('\n'));
    const { drafts } = (await scenario.get(`/api/incidents/${id}/drafts`)).body;
    expect(drafts).toMatchObject([{ language }]);
    expectOwn(drafts.map(({ text }: { text: string }) => text).join('\n'));
    for (const path of ['', `/incidents/${id}`, '/settings', '/connections'])
      expect((await scenario.get(`/console${path}`)).body).toContain(`<html lang="${language}"`);
  });
});
