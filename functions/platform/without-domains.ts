/**
 * functions-framework runs each function in a domain of `node:domain`. The first one that is made puts hooks on every
 * promise of the process, for as long as it lives: a third of the processor time of a minute tick. What a domain is for, an error
 * that nobody caught, ends at the framework's handler for the process just as well. So none is made.
 */
import domain from 'node:domain';

/** What the framework asks of one; its event functions look for it in `process.domain`. */
const none = {
  on: () => none,
  run: (work: () => unknown) => work(),
  bind: (callback: unknown) => callback,
  // Node tells a domain, where there is one, of a promise that failed and that nobody watches: the process hears of it.
  emit: (_: 'error', error: unknown) => process.emit('unhandledRejection', error, Promise.resolve()),
};

Object.assign(domain, { create: () => none });
Object.assign(process, { domain: none });
