/** Of the variables of `npm start`, those whose names begin so. */
export function variablesOf(
  environment: Readonly<Record<string, string>>,
  beginnings: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => beginnings.some((each) => name.startsWith(each))),
  );
}
