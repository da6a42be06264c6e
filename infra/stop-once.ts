/**
 * Handles signals: the first one stops the work, and the process ends with its result; a second one ends the process at once.
 * @param exit ends the process
 */
export function stopOnce(stop: () => Promise<unknown>, exit: (code: number) => void): () => void {
  let isStopping = false;
  return () => {
    if (isStopping) return exit(130);
    isStopping = true;
    stop().then(
      () => exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        exit(1);
      },
    );
  };
}
