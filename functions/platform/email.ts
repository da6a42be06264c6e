/**
 * Whether a text can be an actor: an address, and no tool's account (`zendesk:8@…`). It has to be ASCII: with a character
 * that is unseen, or looks like another, it would pass for somebody else's. Pure.
 */
export const isEmail = (text: string): boolean => text.length <= 320 && /^(?![a-z]+:)[!-?A-~]+@[!-?A-~]+$/.test(text);
