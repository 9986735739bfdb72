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
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import { readName } from '../../api/graphql/scalars.js';
import { Database } from '../../platform/database/prisma.js';
import { ApiKeyService, type ApiKeyView } from '../application/api-key.service.js';
import { ROLES, type AuthenticatedPrincipal, type Role } from '../contract.js';
import { AuditQueries } from '../projection/audit.queries.js';
import { API_KEY_DAYS_MAX, checkScopes, NAME_LENGTH_MAX, type Issue } from '../model/credentials.js';
import { readTrailPlace } from './audit.reading.js';
import {
  ApiKeyConnection,
  AuditEntryConnection,
  CreateApiKeyInput,
  CreateApiKeyResult,
  MemberConnection,
  RevokeApiKeyInput,
  RevokeApiKeyResult,
  type AuditEntryType,
  type MemberType,
} from './identity.types.js';

@Resolver()
export class MemberResolver {
  constructor(
    private readonly keys: ApiKeyService,
    private readonly database: Database,
    private readonly audit: AuditQueries,
  ) {}

  @Query(() => MemberConnection, { description: 'The people of your organization.' })
  @AllowMembers(ROLES, null)
  async members(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<MemberType>> {
    const page = readPage(pageArguments, 1);
    const [after] = page.after ?? [];
    const rows = await this.database.member.findMany({
      where: { organizationId, removedAt: null, ...(after && { memberId: { gt: after } }) },
      orderBy: { memberId: 'asc' },
      take: page.first + 1,
      include: { invitations: { orderBy: { expiresAt: 'desc' }, take: 1 } },
    });
    const toNode = (row: (typeof rows)[number]): MemberType => ({
      ...row,
      role: row.role as Role,
      hasJoined: row.passwordHash !== null,
      invitedUntil: row.passwordHash === null ? (row.invitations[0]?.expiresAt ?? null) : null,
    });
    return toConnection(rows, page, toNode, ({ memberId }) => [memberId]);
  }

  @Query(() => ApiKeyConnection, { description: 'The keys of your organization, without tokens.' })
  @AllowMembers(['owner'], null)
  async apiKeys(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<ApiKeyView>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.keys.list(organizationId, page.after?.[0] ?? null, page.first + 1);
    return toConnection(rows, page, (row) => row, ({ keyId }) => [keyId]);
  }

  @Query(() => AuditEntryConnection, {
    description: 'What was done in your organization, newest first.',
  })
  @AllowMembers(['owner', 'finance'], null)
  async auditEntries(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<AuditEntryType>> {
    const page = readPage(pageArguments, 2);
    const rows = await this.audit.list(organizationId, readTrailPlace(page.after), page.first + 1);
    return toConnection(rows, page, (row) => row, ({ at, entryId }) => [at.toISOString(), entryId]);
  }

  @Mutation(() => CreateApiKeyResult, { description: 'Makes a key for programs.' })
  @AllowMembers(['owner'], null)
  async createApiKey(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The key.' }) input: CreateApiKeyInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const name = readName(input.name, NAME_LENGTH_MAX);
    const issues = keyIssues(name, input);
    if (name === null || issues.length > 0) return invalidInput(issues);
    const scopes = [...new Set(input.scopes)];
    const { expiresInDays } = input;
    const made = await this.keys.create(caller, { name, scopes, expiresInDays }, idempotencyKey);
    return { __typename: 'CreateApiKeySuccess', ...made };
  }

  @Mutation(() => RevokeApiKeyResult, { description: 'Ends a key.' })
  @AllowMembers(['owner'], null)
  async revokeApiKey(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The key.' }) { keyId }: RevokeApiKeyInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const apiKey = await this.keys.revoke(caller, keyId, idempotencyKey);
    if (apiKey !== null) return { __typename: 'RevokeApiKeySuccess', apiKey };
    return notFound('input.keyId', 'your organization has no such key');
  }
}

function keyIssues(name: string | null, input: CreateApiKeyInput): readonly Issue[] {
  const { scopes, expiresInDays } = input;
  const issues: Issue[] = [...checkScopes('input.scopes', scopes)];
  if (name === null) {
    const accepted = `1 to ${NAME_LENGTH_MAX} visible characters`;
    issues.push({ field: 'input.name', reason: 'is empty, too long or has hidden marks', accepted });
  }
  if (expiresInDays < 1 || expiresInDays > API_KEY_DAYS_MAX) {
    const accepted = `1 to ${API_KEY_DAYS_MAX} days`;
    issues.push({ field: 'input.expiresInDays', reason: 'is out of range', accepted });
  }
  return issues;
}
