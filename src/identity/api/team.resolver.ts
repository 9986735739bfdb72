import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  PageArguments,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound, type Refusal } from '../../api/graphql/refusals.js';
import { readName } from '../../api/graphql/scalars.js';
import { assertNever } from '../../kernel/assert.js';
import { TeamService, type TeamRefusal, type TeamView } from '../application/team.service.js';
import { ROLES, type AuthenticatedPrincipal } from '../contract.js';
import { NAME_LENGTH_MAX } from '../model/credentials.js';
import {
  CreateTeamInput,
  CreateTeamResult,
  RenameTeamInput,
  RenameTeamResult,
  TeamConnection,
} from './team.types.js';

@Resolver()
export class TeamResolver {
  constructor(private readonly service: TeamService) {}

  @Query(() => TeamConnection, { description: 'The teams of your organization, oldest first.' })
  @AllowMembers(ROLES, 'market:read')
  async teams(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<TeamView>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.service.list(organizationId, page.after?.[0] ?? null, page.first + 1);
    return toConnection(rows, page, (row) => row, ({ teamId }) => [teamId]);
  }

  @Mutation(() => CreateTeamResult, {
    description: 'Makes a team, to which what your organization holds can be handed over.',
  })
  @AllowMembers(['owner'], null)
  async createTeam(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The team.' }) input: CreateTeamInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const name = readName(input.name, NAME_LENGTH_MAX);
    if (name === null) return UNFIT_NAME;
    const outcome = await this.service.create(caller, name, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    return { __typename: 'CreateTeamSuccess', team: outcome.value };
  }

  @Mutation(() => RenameTeamResult, { description: 'Gives a team another name.' })
  @AllowMembers(['owner'], null)
  async renameTeam(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The team.' }) input: RenameTeamInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const name = readName(input.name, NAME_LENGTH_MAX);
    if (name === null) return UNFIT_NAME;
    const outcome = await this.service.rename(caller, { ...input, name }, idempotencyKey);
    if (!outcome.ok) return refusalOf(outcome.error);
    return { __typename: 'RenameTeamSuccess', team: outcome.value };
  }
}

const UNFIT_NAME = invalidInput([
  {
    field: 'name',
    reason: 'is empty, too long or has hidden marks',
    accepted: `1 to ${NAME_LENGTH_MAX} visible characters`,
  },
]);

function refusalOf(refusal: TeamRefusal): Refusal {
  const { code } = refusal;
  switch (refusal.code) {
    case 'NOT_FOUND':
      return notFound('teamId', 'your organization has no such team');
    case 'NAME_TAKEN': {
      const message = 'another team of yours has this name: use another';
      return { __typename: 'NameTakenRejection', code, message };
    }
    case 'TOO_MANY_TEAMS': {
      const { limit } = refusal;
      const message = `an organization has at most ${limit} teams`;
      const rejection = { code, message, limit };
      return { __typename: 'TooManyTeamsRejection', ...rejection };
    }
    default:
      return assertNever(refusal);
  }
}
