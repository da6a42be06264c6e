/** What stands on the tickets of the tools, read from the stand-ins' own store. */
import type { DatabaseSync } from 'node:sqlite';
import type { Comment } from '../../infra/local/tools/tool.ts';
import type { ToolComment } from './stage.ts';

export function toolComments(db: DatabaseSync): ToolComment[] {
  const rows = db.prepare('SELECT tool, ticket, value FROM tool_comments ORDER BY number').all();
  return rows.map(({ tool, ticket, value }) => {
    const { id, text, isPublic, author, createdAt }: Comment = JSON.parse(String(value));
    const isOurs = author.name === 'Metronome';
    return { tool: String(tool), ticketId: String(ticket), id, body: text, isPublic, isOurs, at: createdAt };
  });
}
