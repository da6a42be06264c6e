/** Whether a text can be an actor: no tool's account (`zendesk:8@…`), in ASCII, where nothing looks alike. Pure. */
export const isEmail = (text: string): boolean => text.length <= 320 && /^(?![a-z]+:)[!-?A-~]+@[!-?A-~]+$/.test(text);
