import { BadRequestException, InternalServerErrorException, NotFoundException } from '@nestjs/common';
import { CodedError, InvalidRequestError } from '@ekphrasis/errors';
import { problemOf } from './problem-document.js';

const coded = (code: string, retryable = false) => new CodedError(code, 'pg://user:secret@db said no', { retryable });

describe('a problem document', () => {
  it('names what of a request is wrong', () => {
    expect(problemOf(new InvalidRequestError(['Expected a but received b', 'Expected c but received d']))).toEqual({
      type: 'urn:ekphrasis:problem:invalid-request',
      title: 'The request is not valid',
      status: 400,
      detail: 'Expected a but received b; Expected c but received d',
      code: 'invalid-request',
    });
  });

  it.each([
    ['operator-unknown', 401],
    ['operator-token-unset', 403],
  ])('has a status for %s', (code, status) => {
    expect(problemOf(coded(code))).toMatchObject({ status, code });
  });

  it('has the status that an app gives to its own errors', () => {
    const kinds = { 'picture-lost': { status: 409, title: 'Try another one' } };
    expect(problemOf(coded('picture-lost'), kinds)).toMatchObject({ status: 409, title: 'Try another one' });
  });

  it.each(['overloaded', 'database-unavailable', 'storage-unavailable'])(
    'says when to come back after %s, and nothing of what is behind',
    (code) => {
      const problem = problemOf(coded(code, true));
      expect(problem).toMatchObject({ status: 503, retryAfter: 1 });
      expect(JSON.stringify(problem)).not.toContain('secret');
    },
  );

  it('says when to come back for what is not there yet, and not for what is not there', () => {
    const kinds = { 'picture-lost': { status: 404, title: 'Not found' } };
    expect(problemOf(coded('picture-lost', true), kinds)).toMatchObject({ status: 404, retryAfter: 1 });
    expect(problemOf(coded('picture-lost'), kinds)).not.toHaveProperty('retryAfter');
  });

  it('keeps Nest’s and Fastify’s statuses below 500', () => {
    expect(problemOf(new NotFoundException('Cannot GET /nowhere'))).toMatchObject({ status: 404, code: 'http-404' });
    expect(problemOf(new BadRequestException('odd'))).toMatchObject({ status: 400, detail: 'odd' });
    expect(problemOf(Object.assign(new Error('too large'), { statusCode: 413 }))).toMatchObject({ status: 413 });
  });

  it.each([
    new Error('secret'),
    new TypeError('secret'),
    new InternalServerErrorException('secret'),
    Object.assign(new Error('secret'), { statusCode: 502 }),
    coded('a-code-that-nobody-mapped'),
    'secret',
    undefined,
    null,
  ])('tells nothing of what nobody foresaw: %s', (error) => {
    const problem = problemOf(error);
    expect(problem).toMatchObject({ status: 500, title: 'Something went wrong', detail: 'Something went wrong' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });
});
