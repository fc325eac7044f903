import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { pictureUrl } from './load.js';
import type { PacedPosts, PacedPostsOptions } from './paced-posts.js';
import { answerTask } from './task.js';

/** An API that stands still for long is to be measured, and takes no connections meanwhile. */
const patience = 120_000;
const dispatcher = new Agent({ connect: { timeout: patience }, headersTimeout: patience });

async function post({ url, perSecond, seconds }: PacedPostsOptions): Promise<PacedPosts> {
  const count = perSecond * seconds;
  const sentAt = new Float64Array(count);
  const milliseconds = new Float64Array(count);
  const startedAt = performance.now();
  let refused = 0;
  const answers: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const wait = startedAt + (index * 1000) / perSecond - performance.now();
    if (wait > 0) await pause(wait);
    sentAt[index] = performance.timeOrigin + performance.now();
    const answer = postOne(url).then(({ took, isAccepted }) => {
      milliseconds[index] = took;
      refused += Number(!isAccepted);
    });
    answers.push(answer);
  }
  await Promise.all(answers);
  return { sentAt, milliseconds, refused };
}

async function postOne(url: string): Promise<{ took: number; isAccepted: boolean }> {
  const startedAt = performance.now();
  const { statusCode, body } = await request(`${url}/images`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ image_url: pictureUrl }),
  });
  await body.dump();
  return { took: performance.now() - startedAt, isAccepted: statusCode === 200 };
}

answerTask(post);
