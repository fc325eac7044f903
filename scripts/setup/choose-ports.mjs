// @ts-check
import { applicationList } from './application-list.cjs';
import freePorts from './free-ports.cjs';

/** @typedef {import('./application-list.cjs').ApplicationPort} ApplicationPort */

/**
 * The ports on which these applications serve more than their health: each as its variable says where that is set, otherwise the
 * usual one, or the next one that is free, which is told.
 *
 * @param {readonly string[]} applications their names
 * @returns {Promise<Map<ApplicationPort, number>>}
 */
export async function choosePorts(applications) {
  const chosen = new Map();
  for (const { name, ports = [] } of applicationList) {
    if (!applications.includes(name)) continue;
    for (const port of ports) {
      chosen.set(port, Number(process.env[port.variable]) || (await freePortFrom(port, [...chosen.values()])));
    }
  }
  return chosen;
}

/**
 * @param {ApplicationPort} wanted
 * @param {number[]} taken
 */
async function freePortFrom({ variable, usual, what }, taken) {
  let port = usual;
  while (taken.includes(port) || !(await isFree(port))) port += 1;
  if (port !== usual) console.log(`Port ${usual} is taken: ${what} gets ${port} (set ${variable} to choose another)`);
  return port;
}

/** @param {number} port */
async function isFree(port) {
  return (await freePorts.isPortFree(port)) && (await freePorts.isPortFree(port, '0.0.0.0'));
}

/**
 * The ports as the applications' variables, and as those by which other applications find them.
 *
 * @param {Map<ApplicationPort, number>} ports
 * @returns {Record<string, string>}
 */
export function portVariables(ports) {
  const variables = [...ports].flatMap(([{ variable, passedAs }, port]) => [
    [variable, String(port)],
    ...(passedAs ? [[passedAs, process.env[passedAs] || `127.0.0.1:${port}`]] : []),
  ]);
  return Object.fromEntries(variables);
}

/**
 * The ports as addresses, by the keys of environment.json.
 *
 * @param {Map<ApplicationPort, number>} ports
 * @returns {Record<string, string>}
 */
export function portAddresses(ports) {
  return Object.fromEntries([...ports].map(([{ toldAs, scheme }, port]) => [toldAs, `${scheme}127.0.0.1:${port}`]));
}
