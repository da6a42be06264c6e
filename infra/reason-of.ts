/** Why something failed, in a line. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
