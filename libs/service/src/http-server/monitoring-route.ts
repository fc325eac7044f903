const monitoring = /^\/(?:health|metrics)(?:\/|$)/;

/** Whether it is what orchestrators and Prometheus ask for, again and again. @param route a route's pattern, such as `/health/live` */
export function isMonitoringRoute(route: string): boolean {
  return monitoring.test(route);
}
