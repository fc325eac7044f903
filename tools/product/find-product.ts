import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError } from '../tool-error.js';

/** A product that should be running, and how it is reached. */
export interface Product {
  /** `http://host:port`, without a slash at its end. */
  apiUrl: string;
  /** Where its metrics are: `ADMIN_PORT`, or the same. */
  adminUrl: string;
  /** Processes of it on this machine; none where it was not started by `npm start`. */
  processes: { name: string; pid: number }[];
  /** Of a client, where calls need one. */
  apiKey: string | undefined;
  /** Where we have this from, for people. */
  toldBy: string;
}

/** What `npm start` writes; see scripts/start/environment-file.mjs. */
interface StartedEnvironment {
  api_url?: string;
  admin_url?: string;
  processes: { name: string; pid: number }[];
}

const startedFile = join('.run', 'start', 'environment.json');

/**
 * The product that `npm start` runs, by the file that it writes (`EKPHRASIS_ENVIRONMENT` names another). Where there is none, or
 * its processes have ended, the variables say where the API is: `EKPHRASIS_URL` or `API_URL`, `EKPHRASIS_ADMIN_URL` for its metrics
 * (or `ADMIN_PORT` on the same host), else `PORT` on this machine, 8000 by default. `EKPHRASIS_API_KEY` is sent with every call.
 *
 * @throws ToolError `no-product` where a file that is named is none
 */
export function findProduct(environment: NodeJS.ProcessEnv): Product {
  const apiKey = environment.EKPHRASIS_API_KEY || undefined;
  const file = environment.EKPHRASIS_ENVIRONMENT || startedFile;
  const started = existsSync(file) ? readStarted(file) : undefined;
  if (started?.api_url && started.processes.some(({ pid }) => isRunning(pid))) {
    const { api_url: apiUrl, admin_url: adminUrl = apiUrl, processes } = started;
    return { apiUrl, adminUrl, processes, apiKey, toldBy: file };
  }
  const named = environment.EKPHRASIS_URL || environment.API_URL;
  const apiUrl = (named || `http://127.0.0.1:${environment.PORT || 8000}`).replace(/\/+$/, '');
  const adminUrl = environment.EKPHRASIS_ADMIN_URL?.replace(/\/+$/, '') || adminOf(apiUrl, environment.ADMIN_PORT);
  const toldBy = named ? 'EKPHRASIS_URL or API_URL' : `neither ${file} nor EKPHRASIS_URL names another`;
  return { apiUrl, adminUrl, processes: [], apiKey, toldBy };
}

function readStarted(file: string): StartedEnvironment {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StartedEnvironment;
  } catch (error) {
    throw new ToolError('no-product', `${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function adminOf(apiUrl: string, adminPort: string | undefined): string {
  if (!adminPort || !URL.canParse(apiUrl)) return apiUrl;
  const { protocol, hostname } = new URL(apiUrl);
  return `${protocol}//${hostname}:${adminPort}`;
}

/** A file that a killed `npm start` left behind names processes that are gone. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
