/**
 * Files that were imported once are found at once. The product imports its rooms where they are first asked for, so at
 * each request; Vitest, which keeps an import graph, sends a message to the process that runs the tests for
 * every one of these, over and over.
 */
import { type ResolveFnOutput, registerHooks } from 'node:module';

const files = new Map<string, ResolveFnOutput>();

// Once in a process, whose files each load this again. Hooks that were registered last are asked first, and Vitest's exist
// by the time that a setup file is loaded.
const inProcess = globalThis as { quickImport?: object };
inProcess.quickImport ??= registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!specifier.startsWith('.')) return nextResolve(specifier, context);
    const name = `${specifier} from ${context.parentURL}`;
    const found = files.get(name) ?? nextResolve(specifier, context);
    files.set(name, found);
    return { ...found, shortCircuit: true };
  },
});
