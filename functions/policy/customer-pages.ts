/** What customers can see: part of `policy.ts`. Pure. */
/** The page that a customer has of their own, once it is switched on (CUSTOMER_PAGES). */
export const customerPages = {
  linkLastsFor: 'P90D', // †
  /** What ended longer ago is not shown. */
  listedFor: 'P90D', // †
  mostIncidents: 50, // †
  mostMessages: 10, // † of one incident, the last ones
  /** What was committed a moment after it was decided is a little further back. */
  overlap: 'PT2M', // †
  refreshedEvery: 'PT1M', // †
  /** Per address and instance. */
  requestsPerMinute: 60, // †
};

/** What the public status shows, once it is switched on (PUBLIC_STATUS). */
export const publicStatus = {
  /** Which outages are published: each emergency, and those with this many customers. */
  emergencies: true, // †
  customersFrom: 5, // †
  /** What was resolved longer ago is not shown. */
  listedFor: 'P90D', // †
  mostListed: 50, // †
  /** Per instance, for any number of visitors. */
  readEvery: 'PT1M', // †
};
