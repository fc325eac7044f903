const health = /^\/health\//;
/** What anybody may ask for, also where keys are required: the documentation, and the page with its files. */
const open = /^\/(?:docs(?:[-/]|$)|page\/|favicon\.ico$|$)/;

/** @param route the pattern of the route; undefined where there is none */
export function isOpenToAll(route: string | undefined): boolean {
  return route !== undefined && open.test(route);
}

/** Whether orchestrators ask: nothing is looked at, counted or refused there. @param route as above */
export function isHealth(route: string | undefined): boolean {
  return route !== undefined && health.test(route);
}
