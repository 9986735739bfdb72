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
import { PilotReports } from '../application/pilot-report.service.js';
import { PilotService } from '../application/pilot.service.js';
import { pilotCsv } from './pilot.csv.js';

const READ_PILOTS = { who: 'members', roles: ROLES, scope: 'market:read' } as const;

/** What pilots showed, as files. */
@Controller('exports')
export class PilotExportController {
  constructor(
    @Inject(PilotService) private readonly pilots: PilotService,
    @Inject(PilotReports) private readonly reports: PilotReports,
    @Inject(RequestAuthenticator) private readonly authenticator: RequestAuthenticator,
  ) {}

  /** The report of a pilot of one's own. */
  @Get('pilot.csv')
  async pilot(
    @Query('pilot') pilotId: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
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
    await reply
      .header('content-disposition', `attachment; filename="headroom-pilot-${pilot.pilotId}.csv"`)
      .header('cache-control', 'no-store')
      .type('text/csv; charset=utf-8')
      .send(pilotCsv(await this.reports.of(pilot)));
  }
}
