/** Customers as people type them. Pure. */

/** One customer a line: an id and after a space its name, or a name alone, whose blanks are its own. */
export function readCustomers(text: string | undefined): { id: string; name?: string }[] {
  return (text ?? '').split('\n').flatMap((line) => {
    const whole = line.trim().replaceAll(/[\s\u3000]+/g, ' ');
    const [, id = whole, name = ''] = /^([\w.:@-]+)[ ,、]+(.+)$/.exec(whole) ?? [];
    return id === '' ? [] : [{ id, ...(name ? { name } : {}) }];
  });
}
