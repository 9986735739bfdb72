import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  PageArguments,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { present } from '../../kernel/assert.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { PilotReports } from '../application/pilot-report.service.js';
import { PilotService } from '../application/pilot.service.js';
import type { PilotPlan } from '../model/pilot.js';
import { checkPilot } from '../model/pilot.rules.js';
import { showPilot, showReport } from './pilot.presentation.js';
import {
  PilotConnection,
  PilotReportType,
  StartPilotInput,
  StartPilotResult,
  StopPilotInput,
  StopPilotResult,
  type PilotType,
} from './pilot.types.js';

const UNKNOWN = {
  primaryReservationIds: 'your organization holds one of these no more, or never did',
  mirrorReservationId: 'your organization holds no such reservation',
} as const;

@Resolver()
export class PilotResolver {
  constructor(
    private readonly pilots: PilotService,
    private readonly reports: PilotReports,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query(() => PilotConnection, { name: 'pilots', description: 'Pilots of your organization, newest first.' })
  @AllowMembers(ROLES, 'market:read')
  async list(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<PilotType>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.pilots.list(organizationId, page.after?.[0] ?? null, page.first + 1);
    const now = this.clock.now();
    return toConnection(rows, page, (pilot) => showPilot(pilot, now), ({ pilotId }) => [pilotId]);
  }

  @Query(() => PilotReportType, {
    nullable: true,
    name: 'pilotReport',
    description:
      'Both sides of a pilot of yours, as far as both records of a request are stored; null: there is none. Also as a file: /exports/pilot.csv?pilot=ID.',
  })
  @AllowMembers(ROLES, 'market:read')
  async report(
    @Args('pilotId', { type: () => ID, description: 'The pilot.' }) pilotId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<PilotReportType | null> {
    const pilot = await this.pilots.find(organizationId, pilotId);
    return pilot === null ? null : showReport(await this.reports.of(pilot), this.clock.now());
  }

  @Mutation(() => StartPilotResult, {
    description:
      'Repeats a share of your requests on another lane. Answers are thrown away; what they use is metered, and capped. Clients notice nothing.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async startPilot(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What to compare.' }) input: StartPilotInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const plan = planOf(input);
    const issues = checkPilot(plan, input.hours);
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await this.pilots.start(caller, { plan, hours: input.hours }, idempotencyKey);
    switch (outcome.kind) {
      case 'started':
        return { __typename: 'StartPilotSuccess', pilot: await this.show(caller, outcome.pilotId) };
      case 'unknown':
        return notFound(outcome.field, UNKNOWN[outcome.field]);
      case 'no-fallback': {
        const message = 'no routing of yours has a fallback: set one, or name mirrorReservationId';
        return { __typename: 'NoFallbackRejection', code: 'NO_FALLBACK', message };
      }
      case 'running': {
        const { pilotId } = outcome;
        const message = `pilot ${pilotId} is running: stop it, or let it end`;
        return { __typename: 'PilotRunningRejection', code: 'PILOT_RUNNING', message, pilotId };
      }
    }
  }

  @Mutation(() => StopPilotResult, { description: 'Ends a pilot. What it measured stays.' })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async stopPilot(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { pilotId }: StopPilotInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const outcome = await this.pilots.stop(caller, pilotId, idempotencyKey);
    switch (outcome.kind) {
      case 'stopped':
        return { __typename: 'StopPilotSuccess', pilot: await this.show(caller, pilotId) };
      case 'unknown':
        return notFound('pilotId', 'your organization has no such pilot');
      case 'ended': {
        const state = outcome.state.toUpperCase();
        const message = `it is ${state}: only one that is RUNNING is stopped`;
        return { __typename: 'StateRejection', code: 'NOT_RUNNING', message, state };
      }
    }
  }

  private async show(
    { organizationId }: { readonly organizationId: OrganizationId },
    pilotId: string,
  ): Promise<PilotType> {
    const pilot = present(await this.pilots.find(organizationId, pilotId), 'a pilot that was just changed');
    return showPilot(pilot, this.clock.now());
  }
}

function planOf(input: StartPilotInput): PilotPlan {
  const { share, requestsMax, tokensMax, mirrorReservationId = null, mirrorPrice = null } = input;
  return {
    ...{ share, requestsMax, tokensMax },
    primaries: input.primaryReservationIds as ReservationId[],
    mirror:
      mirrorReservationId === null
        ? { kind: 'fallback' }
        : { kind: 'reservation', reservationId: mirrorReservationId as ReservationId },
    mirrorPrice: mirrorPrice === null ? null : { input: mirrorPrice.input, output: mirrorPrice.output },
  };
}
