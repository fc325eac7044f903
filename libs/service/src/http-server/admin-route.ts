const marker = 'isOnAdminPort';

/** The configuration (`RouteConfig`) of a route that is for the operator: where there is an admin port, it is there and nowhere else. */
export const adminRoute = { [marker]: true } as const;

/** Whether the route of this configuration (`request.routeOptions.config` of Fastify) is one. */
export function isAdminRoute(config: object): boolean {
  return marker in config;
}
