/**
 * Whether a text that somebody vouches for can be an actor: an address, and no account of a tool (`zendesk:8@…`). Of ASCII alone: with what is not
 * seen, or looks like a letter, it would pass for another person's. Pure.
 */
export const isEmail = (text: string): boolean => text.length <= 320 && /^(?![a-z]+:)[!-?A-~]+@[!-?A-~]+$/.test(text);
