/**
 * Ends a command quietly, with the exit code that SIGPIPE gives (141), as soon as nobody reads its standard output or error any more.
 *
 * @param end how the command ends, `process.exit` by default; called once, whatever is printed after
 */
export function endWhenOutputCloses(end?: (exitCode: number) => unknown): void;
