/** One responder in Slack, whose taps are counted: a press, a choice, an answer to “do you mean it?”, a form that is submitted. */
import { expect } from 'vitest';
import { isCard, pressableOn, type Shown, type SlackScenario, saidOn } from './slack-house.ts';

export function handsOf(night: SlackScenario, person: string) {
  let taps = 0;
  let typed = 0;
  const incident = async (of: string) => (await night.get(`/api/incidents/${of}`)).body;
  const card = async (of: string): Promise<Shown | undefined> => {
    const { code } = await incident(of);
    return (await night.cards()).find((each) => isCard(each) && each.text.includes(code));
  };
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) await night.settle();
  };
  const fieldOf = async (block: string) => {
    const { view } = await night.modal();
    return view.blocks.find((each: { block_id?: string }) => each.block_id === block);
  };
  return {
    taps: (): number => taps,
    /** Characters. */
    typed: (): number => typed,
    incident,
    card,
    said: async (of: string): Promise<string> => saidOn(await card(of)),
    settle,
    fieldOf,
    /** A press, and one more where Slack asks whether it is meant, or where a menu is opened first. */
    async press(action: string, of: string): Promise<void> {
      const shown = await card(of);
      const button = pressableOn(shown).find((each) => each.action_id === action);
      taps += !button || button.confirm ? 2 : 1;
      await night.press(person, action, shown);
      await settle();
    },
    /** A press of what the last answer offers. */
    async pressAnswer(): Promise<void> {
      const { whispers } = (await night.get('/_local/tools/slack/whispers')).body;
      const last = whispers.filter((each: { user: string }) => each.user === person).at(-1);
      const [button] = last.blocks.flatMap((each: { elements?: object[] }) => each.elements ?? []);
      taps += 1;
      await night.press(person, button.action_id, { ...last, ts: '1.1' });
      await settle();
    },
    /** Chooses, writes and picks people in the form that is open, and submits it; fields that it has not are left. */
    async submit(
      chosen: Record<string, string> = {},
      texts: Record<string, string> = {},
      people: Record<string, string> = {},
    ): Promise<void> {
      const values: Record<string, Record<string, unknown>> = {};
      for (const [block, value] of Object.entries(texts)) {
        if (!(await fieldOf(block))) continue;
        typed += value.length;
        values[block] = { [block]: { type: 'plain_text_input', value } };
      }
      for (const [block, user] of Object.entries(people))
        values[block] = { [block]: { type: 'users_select', selected_user: user } };
      for (const [block, value] of Object.entries(chosen)) {
        const { element } = await fieldOf(block);
        const option = element.options.find((each: { value: string }) => each.value === value);
        expect(option, `${block} has ${value}`).toBeDefined();
        taps += element.type.endsWith('select') ? 2 : 1;
        const isMany = element.type === 'checkboxes' || element.type.startsWith('multi');
        values[block] = {
          [block]: { type: element.type, ...(isMany ? { selected_options: [option] } : { selected_option: option }) },
        };
      }
      taps += 1;
      expect(await night.submit(person, values)).toMatchObject({ status: 200, body: '' });
      await settle();
    },
  };
}
