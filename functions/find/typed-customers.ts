/** Customers as people type them. Pure. */

export interface TypedCustomer {
  id: string;
  name?: string | undefined;
}

/** One customer a line: a name, whose blanks are its own, or `id = name`; a picker's lines have a tab for it. */
export const readCustomers = (text: string | undefined): TypedCustomer[] =>
  (text ?? '').split('\n').flatMap((line) => {
    const [id = '', name = ''] = line.split(/[\t=＝]/).map((each) => each.trim().replaceAll(/[\s\u3000]+/g, ' '));
    return id === '' ? [] : [{ id, ...(name ? { name } : {}) }];
  });
