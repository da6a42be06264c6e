/** What is set beside doors and channels, and what in it cannot be right. */
import { html } from 'hono/html';
import { readDuty } from '../duty/duty.ts';
import { readingForm } from '../incidents/search/reading-form.ts';
import { readConfig } from '../platform/config.ts';
import type { Policy } from '../policy.ts';
import { wrongDrafts } from '../words/drafts.ts';
import type { TextKey } from '../words/speech.ts';
import { badge, type Markup, time, type View } from './view.ts';

type Setting = [name: string, value: Markup | string, wrong: string | undefined];

export async function settingsSection(view: View): Promise<Markup> {
  const { t, policy, language } = view;
  const { CONSOLE_URL, SENDERS, IAP_AUDIENCE } = readConfig();
  const calendars = await readDuty();
  const { company, telephone } = policy.sender;
  const unset = t('settings.unset');
  const wrong = (key: TextKey, names: readonly string[]): string | undefined =>
    names.length > 0 ? t(key, { names: view.row(names) }) : undefined;
  const sender = view.row([company[language], telephone].filter(Boolean));
  const hasSender = company[policy.sender.language] && telephone;
  const drafts = wrongDrafts(policy.drafts).map((each) => each.split(':')[0] ?? each);
  const ownerless = policy.areas.filter(({ owner, runbook }) => !owner || !runbook).map(({ area }) => area);
  const areas = view.row(policy.areas.map(({ area }) => area));
  const settings: Setting[] = [
    ['CONSOLE_URL', CONSOLE_URL ?? unset, CONSOLE_URL ? undefined : t('settings.noConsoleUrl')],
    ['SENDERS', SENDERS ? view.row(SENDERS) : unset, SENDERS?.length === 0 ? t('settings.noSenders') : undefined],
    ['IAP_AUDIENCE', IAP_AUDIENCE ?? unset, undefined],
    ...calendars.map(({ area, readAt, failing, leftOut = 0 }): Setting => {
      const why = failing ? failing.why : leftOut > 0 ? t('settings.leftOut', { n: leftOut }) : undefined;
      return [`DUTY_CALENDARS: ${area}`, readAt ? time(view, readAt) : unset, why];
    }),
    ['policy.sender', sender || unset, hasSender ? undefined : t('settings.noCompany')],
    ['policy.drafts', String(Object.keys(policy.drafts).length), wrong('settings.wrongDrafts', drafts)],
    ['policy.customers', String(policy.customers.length), wrong('settings.sameName', wrongNames(policy))],
    ['policy.areas', areas || unset, wrong('settings.noOwner', ownerless)],
  ];
  return html`<section aria-labelledby="settings"><h2 id="settings">${t('settings.title')}</h2><p class="muted">${t('settings.hint')}</p>
<dl class="facts">${settings.map(([name, value, wrong]) => html`<div><dt><code>${name}</code></dt><dd>${value} ${wrong ? html`${badge(t('settings.check'), 'warn')} ${wrong}` : ''}</dd></div>`)}</dl></section>`;
}

/** Names and aliases that two customers share: nobody could tell which one is meant. */
export function wrongNames({ customers }: Pick<Policy, 'customers'>): string[] {
  const all = customers.flatMap(({ id, name, aliases }) =>
    [...new Set([id, name, ...aliases].map(readingForm))].map((text) => ({ id, text })),
  );
  const shared = [...Map.groupBy(all, ({ text }) => text)].filter(([, of]) => new Set(of.map(({ id }) => id)).size > 1);
  return shared.map(([text]) => text);
}
