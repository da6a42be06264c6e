/** A text belongs to its recipients: what was written for one customer is on nobody else's ticket, by whichever door. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { zendeskTrigger } from '../fixtures/tickets.ts';
import { runs } from '../fuzz/runs.ts';
import { type Form, formsIn, openConsole } from './console.ts';
import { withPolicy } from './house.ts';
import { openSlackScenario } from './slack-house.ts';
import { ticketDoors } from './ticket-doors.ts';

const scenario = await openSlackScenario('2026-11-24T01:02:00.000Z', toolSecrets);
const console_ = openConsole(scenario);
afterAll(() => scenario.stop());

let tickets = 80_000;
interface Store {
  id: string;
  name: string;
  ticketId: string;
  incidentId: string;
}
/** A store reports at Zendesk's door. */
async function reports(name: string, subject = '注文が確定できない'): Promise<Store> {
  tickets += 1;
  const [id, ticketId] = [`org-${tickets}`, String(tickets)];
  const told = { organization_id: id, organization_name: name, ticket_id: ticketId, ticket_title: subject };
  const { body } = await ticketDoors(scenario).event(zendeskTrigger({ ...told, affectedCustomers: '' }));
  return { id, name, ticketId, incidentId: body.incident.id };
}
const linked = async ({ incidentId }: Store, to: Store) =>
  expect(
    (await scenario.post(`/api/incidents/${incidentId}/events`, { type: 'linked', to: to.incidentId, basis: 'x' }))
      .status,
  ).toBe(201);
const send = ({ incidentId }: Store, body: Record<string, unknown>) =>
  scenario.post(`/api/incidents/${incidentId}/updates`, body);
/** What the customers of these tickets have read, a minute later. */
async function readByAll(stores: readonly Store[]): Promise<string[][]> {
  await scenario.advance('PT1M');
  return Promise.all(
    stores.map(async ({ ticketId }) => {
      const { comments } = (await scenario.get(`/_local/tools/zendesk/tickets/${ticketId}`)).body;
      return comments.flatMap((each: { isPublic: boolean; body: string }) => (each.isPublic ? [each.body] : []));
    }),
  );
}
const readBy = async (store: Store): Promise<string[]> => (await readByAll([store]))[0] ?? [];

/** Otherwise the draft to who has not made the report leaves to its sender what it is about. */
const saysEnough = { fillIn: { ja: '注文が確定できない件です。' } };

test('by the API, a text that names one store reaches no other until that is confirmed', async () => {
  const [first, second] = [await reports('目黒本店'), await reports('品川港南店')];
  await linked(second, first);
  const message = '目黒本店 ご担当者様\n確認しております。';
  expect(await send(first, { customers: [second.id], message })).toMatchObject({
    status: 422,
    body: {
      code: 'names-another-customer',
      detail: expect.stringContaining('目黒本店'),
      errors: [{ path: 'message', message: expect.stringContaining('目黒本店') }],
    },
  });
  expect((await send(first, { customers: [first.id], message })).status).toBe(202);
  expect([await readBy(first), await readBy(second)]).toEqual([[message], []]);
  const meant = { customers: [second.id], message: '目黒 本店様の件も確認しております。', confirmedNames: true };
  expect((await send(first, { ...meant, confirmedNames: false })).status).toBe(422);
  expect((await send(first, meant)).status).toBe(202);
  expect(await readBy(second)).toEqual([meant.message]);
});

test('by the API, “all” leaves out who has been told the end', async () => {
  const [over, waits] = [await reports('大崎駅前店'), await reports('五反田西店')];
  await linked(waits, over);
  expect((await send(over, { customers: [over.id], message: '復旧しました。', recovery: true })).status).toBe(202);
  expect(await readBy(over)).toEqual(['復旧しました。']);
  const { body } = await send(over, { customers: 'all', message: '引き続き確認しております。' });
  expect(body.updates).toMatchObject([{ customers: [waits.id] }]);
  expect([await readBy(over), await readBy(waits)]).toEqual([['復旧しました。'], ['引き続き確認しております。']]);
});

describe('in the console', () => {
  const formsOf = async ({ incidentId }: Store, path: string) => {
    const forms = formsIn(await console_.page(`/console/incidents/${incidentId}`));
    return forms.filter(({ action }) => action === `/console/incidents/${incidentId}/${path}`);
  };
  const contactsOf = async ({ incidentId }: Store) =>
    (await scenario.get(`/api/incidents/${incidentId}/contacts`)).body.contacts;
  /** Confirms what the form says, and presses the button of the page that shows it. */
  const confirm = async (form: Form, more: [string, string][] = [], then: [string, string][] = []) => {
    const shown = await console_.submit(form, more);
    const [last] = formsIn(shown.text).filter(({ action }) => action === form.action.replace('/confirm', ''));
    return { shown, sent: last && (await console_.submit(last, then)) };
  };

  test('each form, submitted untouched, sends its own text to its own customers', async () => {
    const [first, second] = [await reports('大塚北店', '鈴木様の予約が消えました'), await reports('巣鴨南店')];
    await linked(second, first);
    // Who has just been told is due last.
    await withPolicy(policy, { drafts: saysEnough }, async () => {
      for (let round = 0; round < 2; round += 1) {
        await confirm((await formsOf(first, 'updates/confirm'))[0] as Form);
        await scenario.advance('PT1M');
      }
    });
    const [one, other] = [await readBy(first), await readBy(second)];
    expect([one.length, other.length]).toEqual([1, 1]);
    expect(one[0]).toMatch(/^大塚北店 ご担当者様[\s\S]*鈴木様の予約が消えました/);
    expect(other[0]).toMatch(/^巣鴨南店 ご担当者様/);
    expect(other[0]).not.toMatch(/大塚北店|鈴木様/);
  });

  test('a text that names another customer is shown as such, and leaves once that is confirmed', async () => {
    const [first, second] = [await reports('駒込東店'), await reports('田端西店')];
    await linked(second, first);
    const [form] = await formsOf(first, 'updates/confirm');
    if (!form) throw new Error('there is no form');
    const text: [string, string][] = [['message', '田端西店様の件も確認しております。']];
    const refused = await confirm(form, text);
    expect(refused.shown.text).toContain('The message names 田端西店');
    expect(refused.sent?.status).toBe(422);
    expect(refused.sent?.text).toContain('田端西店様の件も');
    expect(await readBy(first)).toEqual([]);
    expect((await confirm(form, text, [['confirmedNames', 'yes']])).sent?.status).toBe(303);
    expect(await readBy(first)).toEqual(['田端西店様の件も確認しております。']);
  });

  test('a tick means that customer, and what ends more than one wait is asked once more, naming them', async () => {
    const [first, second, third] = [
      await reports('王子一番店'),
      await reports('赤羽二番店'),
      await reports('川口三番店'),
    ];
    await linked(second, first);
    await linked(third, first);
    const [recovered] = await formsOf(first, 'events/recovered');
    const [told] = await formsOf(first, 'events/customer-updated');
    if (!recovered || !told) throw new Error('a form is missing');
    const working = async () =>
      (await contactsOf(first)).flatMap((each: { recoveredAt?: string; name: string }) =>
        each.recoveredAt ? [each.name] : [],
      );
    expect((await console_.submit(recovered, [['customer', second.id]])).status).toBe(303);
    expect(await working()).toEqual([second.name]);
    for (const [form, more] of [
      [(await formsOf(first, 'events/recovered'))[0], []],
      [(await formsOf(first, 'events/customer-updated'))[0], [['recovery', 'yes']]],
    ] as [Form, [string, string][]][]) {
      const asked = await console_.submit(form, more);
      expect([asked.status, await working()]).toEqual([200, [second.name]]);
      for (const { name } of [first, third]) expect(asked.text).toContain(`<strong>${name}</strong>`);
    }
    const asked = await console_.submit((await formsOf(first, 'events/recovered'))[0] as Form);
    const [again] = formsIn(asked.text).filter(({ action }) => action.endsWith('/events/recovered'));
    expect((await console_.submit(again as Form)).status).toBe(303);
    expect((await working()).sort()).toEqual([first.name, second.name, third.name].sort());
  });
});

const person = 'USATO';
const cardOf = async ({ incidentId }: Store) => {
  const cards = await scenario.cards();
  return cards.findLast((card) =>
    card.blocks.flatMap((block) => block.elements ?? []).some(({ value }: { value?: string }) => value === incidentId),
  );
};
/** Opens “Update them” on the card, and sends what it shows, untouched. */
async function updatesInSlack(store: Store): Promise<void> {
  const card = await cardOf(store);
  if (!card?.blocks.flatMap((block) => block.elements ?? []).some(({ action_id: id }) => id === 'update')) return;
  await scenario.press(person, 'update', card);
  await scenario.settle();
  await scenario.submit(person);
  await scenario.settle();
}

test('in Slack, the form submitted untouched sends each store its own text, and none another’s', async () => {
  const [first, second] = [await reports('蒲田一丁目店', '鈴木様の予約が消えました'), await reports('川崎二丁目店')];
  await scenario.advance('PT1M');
  await linked(second, first);
  await scenario.advance('PT1M');
  await withPolicy(policy, { drafts: saysEnough }, async () => {
    await updatesInSlack(first);
    expect([(await readBy(first)).length, (await readBy(second)).length]).toEqual([1, 1]);
  });
  const [[one], [other]] = [await readBy(first), await readBy(second)];
  expect(one).toMatch(/^蒲田一丁目店 ご担当者様[\s\S]*鈴木様の予約が消えました/);
  expect(other).toMatch(/^川崎二丁目店 ご担当者様/);
  expect(other).not.toMatch(/蒲田一丁目店|鈴木様/);
});

/** What somebody does next, of an incident of some stores: by which door, and to which of them. */
const acts = fc.array(
  fc.record({
    what: fc.constantFrom(
      'api-all',
      'api-one',
      'console',
      'slack',
      'over',
      'recovered',
      'confirmed',
      'time',
      'meeting',
    ),
    who: fc.nat(2),
  }),
  { minLength: 4, maxLength: 9 },
);
let houses = 0;

test('whatever is done by whichever door, no store reads what was written for another, or anything after the end', async () => {
  await fc.assert(
    fc.asyncProperty(acts, fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }), async (story, links) => {
      houses += 1;
      const stores: Store[] = [];
      for (const each of ['甲乙', '丙丁', '戊己']) {
        const name = `${each}第${houses}商店`;
        stores.push(await reports(name, `${name}の予約が消えました`));
      }
      const [primary] = stores as [Store];
      await scenario.advance('PT1M');
      for (const [index, isLinked] of links.entries()) if (isLinked) await linked(stores[index + 1] as Store, primary);
      const own = stores.filter((_, index) => index === 0 || links[index - 1]);
      const over = new Map<Store, number>();
      const at = `/api/incidents/${primary.incidentId}`;
      for (const { what, who } of story) {
        const store = own[who % own.length] as Store;
        const draft = `${store.name} ご担当者様\n${store.name}の件、確認しております。`;
        if (what === 'api-all')
          await send(primary, { customers: 'all', message: own.length > 1 ? draft : '確認中です。' });
        if (what === 'api-one' && !over.has(store)) await send(primary, { customers: [store.id], message: draft });
        if (what === 'console') {
          const page = await console_.page(`/console/incidents/${primary.incidentId}`);
          const forms = formsIn(page).filter(({ action }) => action.endsWith('/updates/confirm'));
          const form = forms[who % forms.length];
          const shown = form && (await console_.submit(form));
          const last = formsIn(shown?.text ?? '').find(({ action }) => action.endsWith('/updates'));
          if (last) await console_.submit(last);
        }
        if (what === 'slack') await updatesInSlack(primary);
        if (what === 'over' && !over.has(store)) {
          await scenario.advance('PT1M');
          await send(primary, { customers: [store.id], message: `${store.name} 様、復旧しました。`, recovery: true });
        }
        if (what === 'recovered') await scenario.post(`${at}/events`, { type: 'recovered', customers: [store.id] });
        if (what === 'confirmed')
          await scenario.post(`${at}/events`, { type: 'scoped', affectedCustomerCount: 3, method: 'x' });
        if (what === 'meeting') await scenario.get(`${at}/situation.md`);
        if (what === 'time') await scenario.advance('PT20M');
        const read = await readByAll(own);
        const { contacts } = (await scenario.get(`${at}/contacts`)).body;
        for (const [index, each] of own.entries()) {
          const contact = contacts.find(
            ({ customers }: { customers: { id: string }[] }) => customers[0]?.id === each.id,
          );
          if (contact?.stoppedAt && !over.has(each)) over.set(each, read[index]?.length ?? 0);
        }
      }
      const read = await readByAll(own);
      for (const [index, store] of own.entries()) {
        for (const other of stores.filter((each) => each !== store))
          expect(read[index]?.join('\n')).not.toContain(other.name);
        if (over.has(store)) expect(read[index]).toHaveLength(over.get(store) ?? 0);
      }
    }),
    runs(1),
  );
});
