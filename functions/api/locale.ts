/** The language of what the API writes for people. */

/** The first language of the caller that is one of ours, else Japanese. */
export function chooseLocale(accepted: string | undefined): 'ja' | 'en' {
  const wishes = (accepted ?? '').split(',').map((each) => each.trim().slice(0, 2).toLowerCase());
  const found = wishes.find((each) => each === 'ja' || each === 'en');
  return found === 'en' ? 'en' : 'ja';
}
