/** The ticket that an action has in the team's own tool, as it is kept with the action. Pure. */
export interface ActionTicket {
  state: 'making' | 'made' | 'failed';
  requestedAt: Date;
  requestedBy: string;
  key: string | null;
  /** Why it was not made, in a sentence. */
  error: string | null;
  /** When its state was last read from the tool. */
  checkedAt: Date | null;
  /** Closed in the tool: done is proposed, and evidence is still asked for. */
  closedAt: Date | null;
}
