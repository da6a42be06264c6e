/** Reporting by hand, with the same fields and handling as a ticket, for teams without a ticket tool. */
import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import { findCustomers, readCustomers, resolveCustomers } from '../find/find-customers.ts';
import { yesNoUnknown } from '../incidents/signals/signal.ts';
import { fileReport } from '../intake/file-report.ts';
import type { FieldError } from '../platform/problem.ts';
import { button, choicesOf, fieldsOf, impactChoices } from './fields.ts';
import { form, type Outcome, orComeBack, type Page, type Visit } from './page.ts';
import { customerChoices } from './pick-customers.ts';
import { customersIn, readCount, readFormTime, textOf, textsOf } from './statements.ts';
import { incidentPath, typedIn } from './view.ts';

export async function showReport({ view }: Visit): Promise<Page> {
  const known = await findCustomers('', view.policy);
  const { t } = view;
  const fields = fieldsOf(view, 'report');
  return {
    title: t('nav.report'),
    section: 'report',
    body: html`<p class="lead">${t('report.lead')}</p>
${form(view, '/console/report', '', typedIn(view, 'report')?.get('key') ?? randomUUID())`
${fields.text('subject', { label: t('report.subject'), isRequired: true })}
${fields.radios('ongoing', choicesOf(view, 'ongoing', yesNoUnknown), { was: 'unknown' })}
${fields.time('occurredAt', { hint: t('report.occurredAtHint') })}
${fields.radios('businessImpact', impactChoices(view), { label: t('field.businessImpact') })}
${fields.text('customer', { label: t('report.customer'), hint: t('report.customerHint'), options: known.map((each) => each.name ?? each.id) })}
${fields.checkboxes('notAffected', [['yes', t('report.notAffected')]], { label: t('report.reporter') })}
${customerChoices(view, { form: 'report', label: t('report.others'), known })}
${fields.text('affectedCustomerCount', { label: t('field.affectedCustomerCount'), type: 'number' })}
${fields.text('description', { label: t('report.description'), rows: 5 })}
${fields.link('url', { label: t('report.url') })}
<details class="inner"><summary>${t('report.more')}</summary>
${fields.text('area')}
${fields.radios('category', choicesOf(view, 'category', ['trouble', 'question']), { label: t('field.kind'), was: 'trouble', hint: t('report.categoryHint') })}
${fields.radios('differsFromExpected', choicesOf(view, 'differs', yesNoUnknown), { label: t('report.differs'), was: 'unknown', hint: t('report.differsHint') })}
${fields.checkboxes('drill', [['yes', t('report.drillYes')]], { label: t('report.drill') })}
</details>
<p>${button(t('submit.report'))}</p>`}`,
  };
}

export const report = (visit: Visit): Promise<Outcome> =>
  orComeBack(visit, 'report', showReport, async () => {
    const filing = await fileForm(visit);
    return { to: filing ? `${incidentPath(filing.incident.id)}?recorded=filed#recorded` : '/console' };
  });

const readAsTyped = [
  'subject',
  'description',
  'url',
  'category',
  'area',
  'differsFromExpected',
  'ongoing',
  'businessImpact',
];

/** Files the form as the generic ticket that it is. @throws Problem 422 */
async function fileForm({ view, form: typed }: Visit) {
  const errors: FieldError[] = [];
  const key = typed.get('key') ?? '';
  // The form's own key is the report's id: sent twice, it is one report.
  const id = /^[\w-]{16,64}$/.test(key) ? `${view.actor}-${key}` : randomUUID();
  const [customer] = await resolveCustomers(readCustomers(textOf(typed, 'customer')), view.policy);
  const body = {
    category: 'trouble',
    ...textsOf(typed, readAsTyped),
    id,
    channel: 'console',
    occurredAt: readFormTime(typed, 'occurredAt', errors),
    customer,
    reporterAffected: typed.get('notAffected') !== 'yes',
    affectedCustomers: await resolveCustomers(customersIn(typed), view.policy),
    affectedCustomerCount: readCount(typed, 'affectedCustomerCount', errors),
    drill: typed.get('drill') === 'yes',
  };
  const { actor, now, policy } = view;
  return fileReport(body, { tool: 'console', actor, receivedAt: now, policy, now, errors });
}
