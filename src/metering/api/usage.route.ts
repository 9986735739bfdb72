import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RequestAuthenticator } from '../../api/http/request-authenticator.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { assertNever } from '../../kernel/assert.js';
import { isPassing } from '../../platform/database/transaction.js';
import { UsageIngest, type Ingested } from '../application/usage-ingest.service.js';
import { readCloudEvents } from './cloud-event.reading.js';
import { problem, refusal, type Problem } from './usage.problem.js';

const NO_BODY = new Uint8Array();
const TOO_LARGE = 413;

/** `POST /v1/usage`: usage events in, as CloudEvents. */
@Injectable()
export class UsageRoute implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly authenticator: RequestAuthenticator,
    private readonly ingest: UsageIngest,
  ) {}

  /** In a scope of its own: here every body arrives as bytes, elsewhere nothing changes. */
  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      const asIs = async (_request: FastifyRequest, body: Buffer): Promise<Buffer> => body;
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, asIs);
      scope.setErrorHandler((error: FastifyError, _request, reply) => {
        if (error.statusCode !== TOO_LARGE) throw error;
        return tell(reply, tooLarge(scope.initialConfig.bodyLimit));
      });
      scope.post('/v1/usage', (request, reply) => this.answer(request, reply));
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const principal = await this.authenticator.authenticate(request);
    if (principal.kind === 'anonymous') {
      void reply.header('www-authenticate', 'Bearer realm="headroom"');
      return tell(reply, refusal(401, 'send an API key as a bearer token, or sign in'));
    }
    if (!mayReport(principal)) {
      const accepted = 'an API key with scope usage:write, or a member who is owner or trader';
      return tell(reply, refusal(403, `this needs ${accepted}`));
    }
    const body = request.body instanceof Uint8Array ? request.body : NO_BODY;
    const events = readCloudEvents(request.raw.headersDistinct, body);
    if (!events.ok) return tell(reply, events.error);
    try {
      return show(reply, await this.ingest.report(principal, events.value));
    } catch (error) {
      if (!isPassing(error)) throw error;
      void reply.header('retry-after', '1');
      return tell(reply, refusal(503, 'too much at once: send the same again in a moment'));
    }
  }
}

function mayReport(principal: AuthenticatedPrincipal): boolean {
  return principal.kind === 'api-key'
    ? principal.scopes.includes('usage:write')
    : ['owner', 'trader'].includes(principal.role);
}

function show(reply: FastifyReply, ingested: Ingested): FastifyReply {
  switch (ingested.kind) {
    case 'accepted': {
      const { accepted, duplicates } = ingested;
      return reply.code(202).send({ accepted, duplicates });
    }
    case 'refused':
      return tell(reply, problem(422, ingested.issues));
    case 'conflict':
      return tell(reply, problem(409, ingested.issues));
    default:
      return assertNever(ingested);
  }
}

function tell(reply: FastifyReply, told: Problem): FastifyReply {
  // As bytes: behind a text Fastify puts a charset, which this type does not have.
  const body = Buffer.from(JSON.stringify(told));
  return reply.code(told.status).type('application/problem+json').send(body);
}

function tooLarge(bodyLimit = 0): Problem {
  const accepted = `at most ${bodyLimit} bytes`;
  return problem(TOO_LARGE, [{ index: null, field: 'body', reason: 'is too large', accepted }]);
}
