import type { FuzzCase } from './fuzz-case.js';
import type { Exchange, HttpAnswer } from './product/exchange.js';

/** What of an answer is not as it must be, or undefined. */
export function findingAbout({ answer, end, received }: Exchange, { request, unharmed }: FuzzCase): string | undefined {
  if (!answer) return `no answer: ${end}${received ? `, after ${JSON.stringify(received.slice(0, 200))}` : ''}`;
  if (end === 'time is up') return `the answer ${answer.status} did not end`;
  // several requests may have come out of one, each with its answer
  const failure = /^HTTP\/1\.1 5\d\d.*$/m.exec(received)?.[0];
  if (failure) return `${failure}: ${answer.body.slice(0, 500)}`;
  if (Number.isNaN(answer.status)) return `no HTTP: ${JSON.stringify(received.slice(0, 200))}`;
  if (/node_modules|\bat .+\.[jt]s:\d+/.test(answer.body) && answer.status >= 400)
    return `tells of its inside: ${answer.body}`;
  if (unharmed && answer.status !== 200) return `an unharmed picture was answered ${answer.status}: ${answer.body}`;
  const isHead = /^[\r\n]*HEAD /.test(request.toString('latin1', 0, 20));
  return answer.status >= 400 && !(isHead && answer.body === '') ? findingAboutProblem(answer) : undefined;
}

function findingAboutProblem({ status, contentType, body }: HttpAnswer): string | undefined {
  const about = (what: string): string => `${status}: ${what}: ${contentType} ${body.slice(0, 300)}`;
  if (!contentType.startsWith('application/problem+json')) return about('no problem document');
  let problem: Record<string, unknown>;
  try {
    problem = JSON.parse(body) as Record<string, unknown>;
  } catch {
    return about('no JSON');
  }
  const { type, title, detail, code } = problem;
  if (problem['status'] !== status) return about('another status');
  if (typeof code !== 'string' || type !== `urn:ekphrasis:problem:${code}`) return about('no code');
  if (![title, detail].every((text) => typeof text === 'string' && text !== '')) return about('no words');
  return undefined;
}

/** The id that a picture was accepted under. */
export function acceptedId({ answer }: Exchange): number | undefined {
  if (answer?.status !== 200 || !answer.body.startsWith('{"image_id":')) return undefined;
  return (JSON.parse(answer.body) as { image_id: number }).image_id;
}
