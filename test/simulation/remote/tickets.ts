/** The ticket tools, on whose tickets updates and notes are written. */
import type { DatabaseSync } from 'node:sqlite';
import { toolEnvironment } from '../../../infra/stubs/environment.ts';
import { answerTools } from '../../../infra/stubs/routes.ts';
import { createTools } from '../../../infra/stubs/service.ts';
import { type Comment, toolNames } from '../../../infra/stubs/tool.ts';
import type { ToolComment } from '../stage.ts';
import type { RemoteService } from './service.ts';
import { variablesOf } from './variables.ts';

export const tickets: RemoteService = {
  standIns: toolNames,
  environment: (site) => variablesOf(toolEnvironment(site), ['ZENDESK_', 'INTERCOM_', 'FRESHDESK_', 'JIRA_']),
  open(around) {
    const tools = createTools(around);
    return {
      answer: (request, response) => answerTools(tools, request, response),
      driven: tools.driven,
      // A tool knows its own tickets before it tells of them.
      hear(call) {
        const tool = call.kind === 'http' && toolNames.find((each) => call.path === `/tickets/${each}`);
        if (tool) tools.learn(tool, Buffer.from((call.kind === 'http' && call.body) || ''));
      },
    };
  },
  view: ({ db }) => ({ comments: () => commentsIn(db) }),
};

function commentsIn(db: DatabaseSync): ToolComment[] {
  const rows = db.prepare('SELECT tool, ticket, value FROM tool_comments ORDER BY number').all();
  return rows.map(({ tool, ticket, value }) => {
    const { id, text, isPublic, author, createdAt }: Comment = JSON.parse(String(value));
    const isOurs = author.name === 'Metronome';
    return { tool: String(tool), ticketId: String(ticket), id, body: text, isPublic, isOurs, at: createdAt };
  });
}
