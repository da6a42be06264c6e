/**
 * What a signal does: the first one stops what runs, and the process ends by how that went; a second one ends it at once.
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
