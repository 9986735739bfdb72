import {
  Controller,
  ForbiddenException,
  Get,
  Inject,
  NotFoundException,
  Query,
  Req,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAllowed } from '../../api/graphql/access.guard.js';
import { RequestAuthenticator } from '../../api/http/request-authenticator.js';
import { ROLES } from '../../identity/contract.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { PilotReports, type PilotReport } from '../application/pilot-report.service.js';
import { PilotService } from '../application/pilot.service.js';
import { pilotCsv } from './pilot.csv.js';
import { pilotJson } from './pilot.presentation.js';

const READ_PILOTS = { who: 'members', roles: ROLES, scope: 'market:read' } as const;

/** What pilots showed, as files. */
@Controller('exports')
export class PilotExportController {
  constructor(
    @Inject(PilotService) private readonly pilots: PilotService,
    @Inject(PilotReports) private readonly reports: PilotReports,
    @Inject(RequestAuthenticator) private readonly authenticator: RequestAuthenticator,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The report of a pilot of one's own. */
  @Get('pilot.csv')
  async csv(@Query('pilot') pilotId: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const report = await this.reportOf(pilotId, request);
    await asFile(reply, report, 'csv').type('text/csv; charset=utf-8').send(pilotCsv(report));
  }

  /** The same, with the names and units that pilotReport has in GraphQL. */
  @Get('pilot.json')
  async json(@Query('pilot') pilotId: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const report = await this.reportOf(pilotId, request);
    const shown = pilotJson(report, this.clock.now());
    await asFile(reply, report, 'json').type('application/json; charset=utf-8').send(shown);
  }

  private async reportOf(pilotId: unknown, request: FastifyRequest): Promise<PilotReport> {
    const principal = await this.authenticator.authenticate(request);
    if (principal.kind === 'anonymous') {
      throw new UnauthorizedException('sign in, or send an API key as a bearer token');
    }
    if (!isAllowed(READ_PILOTS, principal)) {
      throw new ForbiddenException('this needs a member, or a key with scope market:read');
    }
    const name = typeof pilotId === 'string' ? pilotId : '';
    const pilot = await this.pilots.find(principal.organizationId, name);
    if (pilot === null) throw new NotFoundException('pilot: your organization has no such pilot');
    return this.reports.of(pilot);
  }
}

function asFile(reply: FastifyReply, { pilot }: PilotReport, kind: 'csv' | 'json'): FastifyReply {
  return reply
    .header('content-disposition', `attachment; filename="headroom-pilot-${pilot.pilotId}.${kind}"`)
    .header('cache-control', 'no-store');
}
