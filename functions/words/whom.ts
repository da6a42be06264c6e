/** Customers by name and number, by one rule for every count: `渋谷店 ほか2店舗`, `特定できていない11店舗`. Pure. */
import { type Reader, rowOf, say } from './language.ts';
import { whomTexts as texts } from './texts/notices.ts';

/** A customer, several with one contact, or unidentified customers. */
interface NamedContact {
  id: string;
  isTheOthers: boolean;
  customers: readonly { id: string; name?: string | undefined }[];
  name?: string | undefined;
}

/** @param unnamed number of unidentified customers, who share one contact */
const customersIn = ({ isTheOthers, customers }: NamedContact, unnamed: number): number =>
  Math.max(1, isTheOthers ? unnamed : customers.length);

export const countCustomers = (contacts: readonly NamedContact[], unnamed: number): number =>
  contacts.reduce((sum, each) => sum + customersIn(each, unnamed), 0);

export function nameOfCustomers(contact: NamedContact, unnamed: number, by: Reader): string {
  if (contact.isTheOthers && unnamed > 1) return say(by, texts.unnamed, { n: unnamed });
  return contactText({ ...calledOf(contact), more: 0 }, by);
}

/** A contact's name, and how many more customers share it. */
export const calledOf = ({ id, isTheOthers, customers, name }: NamedContact) => ({
  isTheOthers,
  name: name ?? customers[0]?.name ?? customers[0]?.id ?? id,
  more: Math.max(0, customers.length - 1),
});

export const unnamedText = (by: Reader): string => say(by, texts.unnamedOne);

/** One contact: `渋谷店 ほか2店舗`. */
export function contactText({ isTheOthers, name, more }: ReturnType<typeof calledOf>, by: Reader): string {
  if (isTheOthers) return unnamedText(by);
  return more > 0 ? say(by, texts.withMore, { name, n: more }) : name;
}

/** @param most so many names; the other customers are counted */
export function whomText(contacts: readonly NamedContact[], unnamed: number, by: Reader, most = 1): string {
  const shown = contacts.slice(0, most);
  // A name means one customer; the words for unnamed customers give their number.
  const said = shown.reduce((sum, each) => sum + (each.isTheOthers ? customersIn(each, unnamed) : 1), 0);
  const n = countCustomers(contacts, unnamed) - said;
  const names = shown.map((each) => nameOfCustomers(each, unnamed, by));
  return withMore(rowOf(by, names), n, by);
}

/** @param n how many more customers there are */
export const withMore = (names: string, n: number, by: Reader) =>
  n > 0 ? say(by, texts.andMore, { names, n }) : names;
