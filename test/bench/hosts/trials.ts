import { setTimeout as pause } from 'node:timers/promises';
import type { Trial } from './trial.js';

/** What a trial found, as `name: value` lines; `missed` where it is not what is promised. */
export interface Finding {
  said: string;
  missed: boolean;
}

type Run = (trial: Trial, jobs: number) => Promise<Finding>;

const urlsOf = (count: number, urlOf: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => urlOf(index));

/** Names that no name server answers for, ahead of five good pictures. */
const names: Run = async (trial, jobs) => {
  const good = await trial.goodHost();
  const silent = urlsOf(jobs, (index) => `silent-${index}.example`);
  for (const name of silent) trial.names.answer(name, 'silence');
  trial.names.answer('good.example', ['127.0.0.1']);
  await trial.submit(silent.map((name) => `http://${name}/a.png`));
  const ids = await trial.submit(urlsOf(5, (index) => good.url(`/${index}`, 'good.example')));
  const seconds = await trial.startWorker();
  const attempts = await trial.described(ids);
  return {
    said: `5 good pictures behind ${jobs} names: ${seconds().toFixed(1)} s, ${attempts} attempts`,
    missed: attempts !== 5,
  };
};

/** URLs of a server that takes connections and never answers, ahead of a good picture. */
const silent: Run = async (trial, jobs) => {
  const good = await trial.goodHost();
  const host = await trial.host(() => undefined);
  await trial.submit(urlsOf(jobs, (index) => host.url(`/${index}`)));
  const ids = await trial.submit([good.url('/')]);
  const seconds = await trial.startWorker();
  const attempts = await trial.described(ids);
  const taken = seconds();
  return {
    said: `a good picture behind ${jobs} that are never answered: ${taken.toFixed(1)} s, ${attempts} attempt`,
    missed: taken > 10 || attempts !== 1,
  };
};

/** A server that answers 429 with `Retry-After: 120` for as long as it said, and then with a picture. */
const retryAfter: Run = async (trial) => {
  const seconds = 120;
  let from = 0;
  const host = await trial.host((response) => {
    from ||= performance.now();
    if (performance.now() - from >= seconds * 1_000) return response.end(trial.drawn);
    return response.writeHead(429, { 'retry-after': String(seconds) }).end();
  });
  const ids = await trial.submit([host.url('/a.png')]);
  await trial.startWorker();
  const attempts = await trial.described(ids);
  const asked = host.requests.length;
  return {
    said: `429 with Retry-After: ${seconds}: asked ${asked} times in ${((performance.now() - from) / 1_000).toFixed(0)} s, attempt ${attempts}`,
    missed: asked !== 2 || attempts !== 1,
  };
};

/** Pictures of one host that takes 0.7 s for each, and nothing else: none may be held up by its share. */
const slow: Run = async (trial, jobs) => {
  const host = await trial.goodHost(700);
  const ids = await trial.submit(urlsOf(jobs, (index) => host.url(`/${index}`)));
  const seconds = await trial.startWorker();
  const attempts = await trial.described(ids);
  return {
    said: `${jobs} pictures of one host that takes 0.7 s: ${(jobs / seconds()).toFixed(1)} a second, ${attempts} attempts`,
    missed: attempts !== jobs,
  };
};

/** Jobs of a host that refuses connections, ahead of ten good pictures. */
const dead: Run = async (trial, jobs) => {
  const good = await trial.goodHost();
  const host = await trial.goodHost();
  const url = host.url('/');
  await host.stop();
  await trial.submit(urlsOf(jobs, (index) => `${url}${index}`));
  const ids = await trial.submit(urlsOf(10, (index) => good.url(`/${index}`)));
  const logged = await trial.logBytes();
  const seconds = await trial.startWorker();
  const attempts = await trial.described(ids);
  const taken = seconds();
  await pause(60_000); // the lines that are counted are written once a minute
  const bytes = (await trial.logBytes()) - logged;
  return {
    said: `10 good pictures behind ${jobs} of a dead host: ${taken.toFixed(1)} s, ${attempts} attempts, ${(bytes / 1_024).toFixed(0)} KiB of logs`,
    missed: taken > 10 || attempts !== 10,
  };
};

export const trials: Record<string, { run: Run; jobs: number }> = {
  names: { run: names, jobs: 40 },
  silent: { run: silent, jobs: 64 },
  slow: { run: slow, jobs: 1_000 },
  'retry-after': { run: retryAfter, jobs: 1 },
  dead: { run: dead, jobs: 100_000 },
};
