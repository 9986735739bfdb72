import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection, Rejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';

@ObjectType('Team', {
  description: 'Part of an organization that uses some of what it holds; title stays the organization’s.',
})
export class TeamType {
  @Field(() => ID, { description: 'Its id.' })
  teamId!: string;

  @Field({ description: 'What it is called.' })
  name!: string;

  @Field(() => InstantScalar, { description: 'When it was made.' })
  createdAt!: number;
}

export const TeamConnection = connectionOf(TeamType, 'Team', 'teams');

@ObjectType({
  implements: () => [Rejection],
  description: 'Another team of the organization has this name, or one that differs by case only.',
})
export class NameTakenRejection extends Rejection {}

@ObjectType({
  implements: () => [Rejection],
  description: 'The organization has as many teams as it may have.',
})
export class TooManyTeamsRejection extends Rejection {
  @Field(() => Int, { description: 'How many it may have.' })
  limit!: number;
}

@InputType({ description: 'A new team.' })
export class CreateTeamInput {
  @Field({ description: 'What it is called.' })
  name!: string;
}

@InputType({ description: 'Another name for a team.' })
export class RenameTeamInput {
  @Field(() => ID, { description: 'Which team.' })
  teamId!: string;

  @Field({ description: 'What it is called from now on.' })
  name!: string;
}

@ObjectType({ description: 'There is such a team.' })
export class CreateTeamSuccess {
  @Field(() => TeamType, { description: 'The team.' })
  team!: TeamType;
}

@ObjectType({ description: 'The team has another name.' })
export class RenameTeamSuccess {
  @Field(() => TeamType, { description: 'The team.' })
  team!: TeamType;
}

export const CreateTeamResult = resultUnion('createTeam', [
  CreateTeamSuccess,
  ValidationRejection,
  NameTakenRejection,
  TooManyTeamsRejection,
]);
export const RenameTeamResult = resultUnion('renameTeam', [
  RenameTeamSuccess,
  ValidationRejection,
  NotFoundRejection,
  NameTakenRejection,
]);
