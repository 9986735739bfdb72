import { Args, ArgsType, Field, ID, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowPlatformAdmins } from '../../api/graphql/access.js';
import {
  connectionOf,
  PageArguments,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Database } from '../../platform/database/prisma.js';
import { AuditNames } from '../projection/audit.names.js';
import { AuditQueries } from '../projection/audit.queries.js';
import { readTrailPlace } from './audit.reading.js';
import { AuditEntryType, OrganizationType } from './identity.types.js';

@ArgsType()
class OrganizationArguments extends PageArguments {
  @Field(() => String, { nullable: true, description: 'Part of the name, in capitals or not.' })
  name?: string | null;
}

@ArgsType()
class TrailArguments extends PageArguments {
  @Field(() => ID, { nullable: true, description: 'What was done for this organization.' })
  organizationId?: string | null;

  @Field(() => String, { nullable: true, description: 'What was done to this: an id, or a stream.' })
  subject?: string | null;

  @Field(() => String, { nullable: true, description: 'Such as api-key.created or market.ListingCreated.' })
  action?: string | null;
}

@ObjectType({ description: 'An organization, for those who run this exchange.' })
class RegisteredOrganization extends OrganizationType {
  @Field({ description: 'Whether it runs this exchange and earns its fees.' })
  isPlatform!: boolean;

  @Field(() => Int, { description: 'People, invited ones included.' })
  members!: number;

  @Field(() => Int, { description: 'API keys that were not revoked.' })
  apiKeys!: number;
}

@ObjectType({ description: 'Who did what to what, and for whom.' })
class AuditTrailEntry extends AuditEntryType {
  @Field(() => ID, { nullable: true, description: 'For which organization; null: for none.' })
  organizationId!: string | null;

  @Field(() => String, { nullable: true, description: 'What that organization is called; null: it is for none.' })
  organizationName!: string | null;

  @Field(() => String, { nullable: true, description: 'What the member or key that did it is called, also one that has left; null: it has no name.' })
  actorName!: string | null;

  @Field(() => String, { nullable: true, description: 'What the member, key or organization is called that it was done to; null: it has no name.' })
  subjectName!: string | null;
}

const OrganizationConnection = connectionOf(RegisteredOrganization, 'RegisteredOrganization', 'organizations');
const TrailConnection = connectionOf(AuditTrailEntry, 'AuditTrailEntry', 'audit entries');

/** What those who run the exchange see of everybody. */
@Resolver()
export class AdministrationResolver {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditQueries,
    private readonly names: AuditNames,
  ) {}

  @Query(() => OrganizationConnection, { description: 'Everybody who signed up, newest first.' })
  @AllowPlatformAdmins()
  async organizations(
    @Args() { name, ...pageArguments }: OrganizationArguments,
  ): Promise<Connection<RegisteredOrganization>> {
    const page = readPage(pageArguments, 1);
    const [after] = page.after ?? [];
    const rows = await this.database.organization.findMany({
      where: {
        ...(name ? { name: { contains: name, mode: 'insensitive' } } : {}),
        ...(after === undefined ? {} : { organizationId: { lt: after } }),
      },
      include: {
        _count: {
          select: { members: { where: { removedAt: null } }, apiKeys: { where: { revokedAt: null } } },
        },
      },
      orderBy: { organizationId: 'desc' },
      take: page.first + 1,
    });
    const toNode = ({ _count, ...row }: (typeof rows)[number]): RegisteredOrganization => ({ ...row, ..._count });
    return toConnection(rows, page, toNode, ({ organizationId }) => [organizationId]);
  }

  @Query(() => TrailConnection, { description: 'What was done at this exchange, newest first.' })
  @AllowPlatformAdmins()
  async auditTrail(
    @Args() { organizationId, subject, action, ...pageArguments }: TrailArguments,
  ): Promise<Connection<AuditTrailEntry>> {
    const page = readPage(pageArguments, 2);
    const wanted = {
      organizationId: organizationId ?? null,
      subject: subject ?? null,
      action: action ?? null,
    };
    const rows = await this.names.of(await this.audit.trail(wanted, readTrailPlace(page.after), page.first + 1));
    return toConnection(rows, page, (row) => row, ({ at, entryId }) => [at.toISOString(), entryId]);
  }
}
