/** What is set beside doors and channels, and what in it cannot be right. */
import { html } from 'hono/html';
import type { Calendar } from '../duty/shift.ts';
import { readingForm } from '../incidents/search/reading-form.ts';
import type { Config } from '../platform/config.ts';
import type { Policy } from '../policy.ts';
import { wrongDrafts } from '../words/drafts.ts';
import { badge, joined, type Markup, time, type View } from './view.ts';

type Setting = [name: string, value: Markup | string, wrong: string | undefined];

export function settingsSection(
  view: View,
  { CONSOLE_URL, SENDERS, IAP_AUDIENCE }: Pick<Config, 'CONSOLE_URL' | 'SENDERS' | 'IAP_AUDIENCE'>,
  calendars: readonly Calendar[],
): Markup {
  const { t, policy, language } = view;
  const { company, telephone } = policy.sender;
  const wrongParts = joined(view, wrongDrafts(policy.drafts), (each) => each.split(':')[0] ?? each);
  const unset = t('settings.unset');
  const settings: Setting[] = [
    ['CONSOLE_URL', CONSOLE_URL ?? unset, CONSOLE_URL ? undefined : t('settings.noConsoleUrl')],
    ['SENDERS', SENDERS ? joined(view, SENDERS) : unset, SENDERS?.length === 0 ? t('settings.noSenders') : undefined],
    ['IAP_AUDIENCE', IAP_AUDIENCE ?? unset, undefined],
    ...calendars.map(({ area, readAt, failing, leftOut = 0 }): Setting => {
      const wrong = failing ? failing.why : leftOut > 0 ? t('settings.leftOut', { n: leftOut }) : undefined;
      return [`DUTY_CALENDARS: ${area}`, readAt ? time(view, readAt) : unset, wrong];
    }),
    [
      'policy.sender',
      joined(view, [company[language], telephone].filter(Boolean)) || unset,
      company[policy.sender.language] && telephone ? undefined : t('settings.noCompany'),
    ],
    [
      'policy.drafts',
      String(Object.keys(policy.drafts).length),
      wrongParts ? t('settings.wrongDrafts', { names: wrongParts }) : undefined,
    ],
    [
      'policy.customers',
      String(policy.customers.length),
      wrongNames(policy) && t('settings.sameName', { names: joined(view, wrongNames(policy) ?? []) }),
    ],
    [
      'policy.areas',
      joined(view, policy.areas, ({ area }) => area) || unset,
      ownerless(policy) && t('settings.noOwner', { names: joined(view, ownerless(policy) ?? []) }),
    ],
  ];
  return html`<section aria-labelledby="settings"><h2 id="settings">${t('settings.title')}</h2><p class="muted">${t('settings.hint')}</p>
<dl class="facts">${settings.map(([name, value, wrong]) => html`<div><dt><code>${name}</code></dt><dd>${value} ${wrong ? html`${badge(t('settings.check'), 'warn')} ${wrong}` : ''}</dd></div>`)}</dl></section>`;
}

/** Names and aliases that two customers share: nobody could tell which one is meant. */
export function wrongNames({ customers }: Pick<Policy, 'customers'>): string[] | undefined {
  const all = customers.flatMap(({ id, name, aliases }) =>
    [...new Set([id, name, ...aliases].map(readingForm))].map((text) => ({ id, text })),
  );
  const shared = [...Map.groupBy(all, ({ text }) => text)].filter(([, of]) => new Set(of.map(({ id }) => id)).size > 1);
  return shared.length > 0 ? shared.map(([text]) => text) : undefined;
}

function ownerless({ areas }: Pick<Policy, 'areas'>): string[] | undefined {
  const without = areas.filter(({ owner, runbook }) => !owner || !runbook).map(({ area }) => area);
  return without.length > 0 ? without : undefined;
}
