import { BadRequestException, HttpException, NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import type { Logger } from '../../platform/logging/logger.js';
import { badRequest } from './bad-request.js';
import { ApiExceptionFilter } from './exception.filter.js';

interface Sent {
  status: number;
  type: string;
  body: unknown;
  readonly headers: Record<string, string>;
}

/** What the filter answers an error with. */
function answered(exception: unknown): Sent {
  const sent: Sent = { status: 0, type: '', body: null, headers: {} };
  const reply = {
    code(status: number) {
      sent.status = status;
      return reply;
    },
    type(type: string) {
      sent.type = type;
      return reply;
    },
    header(name: string, value: string) {
      sent.headers[name] = value;
      return reply;
    },
    send(body: unknown) {
      sent.body = body;
      return reply;
    },
  };
  const host = { getType: () => 'http', switchToHttp: () => ({ getResponse: () => reply }) };
  const logger = { error: () => undefined };
  new ApiExceptionFilter(logger as unknown as Logger).catch(exception, host as unknown as ArgumentsHost);
  return sent;
}

describe('an error over HTTP', () => {
  it.each<[what: string, exception: unknown, status: number, title: string]>([
    ['what is not there', new NotFoundException('no such file'), 404, 'Not Found'],
    ['what cannot be read', new BadRequestException('no'), 400, 'Bad Request'],
    ['what has issues', badRequest([{ field: 'days', reason: 'is missing', accepted: '1 to 366' }]), 400, 'Bad Request'],
    ['an exception without a name of its own', new HttpException('slower', 429), 429, 'Too Many Requests'],
    ['a status without a phrase', new HttpException('odd', 499), 499, 'Error'],
    ['the server itself', Object.assign(new Error('too large'), { statusCode: 413 }), 413, 'Payload Too Large'],
    ['too much at once', Object.assign(new Error('busy'), { code: 'BUSY' }), 503, 'Service Unavailable'],
    ['a bug', new TypeError('x is undefined'), 500, 'Internal Server Error'],
    ['a bug that is told already', new GraphQLError('x is undefined'), 500, 'Internal Server Error'],
  ])('has the phrase of its status as its title: %s', (_what, exception, status, title) => {
    const sent = answered(exception);
    expect(sent).toMatchObject({ status, type: 'application/problem+json', body: { type: 'about:blank', status, title } });
    expect(sent.headers).toEqual(status === 503 ? { 'retry-after': '1' } : {});
  });

  it('says nothing of a bug but where it is found', () => {
    const { detail } = answered(new TypeError('x is undefined')).body as { readonly detail: string };
    expect(detail).toMatch(/^something went wrong on our side; our log has it as [0-9a-f-]{36}$/);
  });
});
