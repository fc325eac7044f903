// @ts-check
import freePorts from './free-ports.cjs';

const usualPort = 8000;

/**
 * The port for the API: PORT where it is set; otherwise 8000, or the next one that is free.
 *
 * @returns {Promise<number>}
 */
export async function chooseApiPort() {
  if (process.env.PORT) return Number(process.env.PORT);
  let port = usualPort;
  while (!(await freePorts.isPortFree(port)) || !(await freePorts.isPortFree(port, '0.0.0.0'))) port += 1;
  if (port !== usualPort) console.log(`Port ${usualPort} is taken: the API gets ${port} (set PORT to choose another)`);
  return port;
}
