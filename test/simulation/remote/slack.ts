/** Slack: a channel with the app in it, the people who read it, and what each of them was told alone. */

import { toolEnvironment } from '../../../infra/stubs/environment.ts';
import { answerSlack } from '../../../infra/stubs/slack/routes.ts';
import { createSlack } from '../../../infra/stubs/slack/service.ts';
import { openSlack } from '../../../infra/stubs/slack/store.ts';
import type { RemoteService } from './service.ts';
import { variablesOf } from './variables.ts';

const channel = 'C1';

export const slack: RemoteService = {
  standIns: ['slack'],
  environment: (site) => variablesOf(toolEnvironment(site), ['SLACK_API_URL', 'SLACK_BOT_TOKEN']),
  channels: [{ kind: 'slack-app', channel }],
  open(around) {
    const opened = createSlack(around);
    return { answer: (request, response) => answerSlack(opened, request, response) };
  },
  view({ db, site, clock }) {
    const store = openSlack(db);
    let answers = 0;
    return {
      slack: {
        messages: () => store.messages().map((each) => ({ ...each, blocks: each.blocks ?? [] })),
        whispers: () => store.whispers(),
        modals: () => store.views(),
        close(id) {
          const opened = store.views().find((each) => each.id === id);
          if (opened) store.putView({ ...opened, isOpen: false });
        },
        introduce: (user) => store.tellUser(user),
        trigger(user) {
          const id = `${store.next('trigger')}.${user}`;
          store.issueTrigger(id, user, clock.now());
          return id;
        },
        answersAt(user) {
          answers += 1;
          return `${site}/_local/tools/slack/responses/${channel}/${user}/${answers}`;
        },
      },
    };
  },
};
