/**
 * functions-framework runs each function in a domain of `node:domain`. The first one that is made puts hooks on every
 * promise of the process, for as long as it lives: a third of the processor time of a minute tick. What a domain is for, an error
 * that nobody caught, ends at the framework's handler for the process just as well. So none is made.
 * Upstream: github.com/nodejs/node/issues/57724.
 */
import domain from 'node:domain';

/** The part of a domain that the framework uses. */
const none = {
  on: () => none,
  run: (work: () => unknown) => work(),
};

Object.assign(domain, { create: () => none });
