/** What anybody may ask for, also where keys are required: whether the process is well, the documentation, and the page with its files. */
const open = /^\/(?:health\/|docs(?:[-/]|$)|page\/|favicon\.ico$|$)/;

/** @param route the pattern of the route; undefined where there is none */
export function isOpenToAll(route: string | undefined): boolean {
  return route !== undefined && open.test(route);
}
