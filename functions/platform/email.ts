/** Whether a text that somebody vouches for can be an actor: an address, and no account of a tool (`zendesk:8@…`). Pure. */
export const isEmail = (text: string): boolean => text.length <= 320 && /^(?![a-z]+:)[^\s@]+@[^\s@]+$/.test(text);
