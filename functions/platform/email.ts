/** Whether a text can be an actor: an address in ASCII, where nothing looks alike, and no `zendesk:8@…`. Pure. */
export const isEmail = (text: string): boolean => text.length <= 320 && /^(?![a-z]+:)[!-?A-~]+@[!-?A-~]+$/.test(text);
