import { SetMetadata } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { buildSchema } from 'graphql';
import { AllowAnyone } from '../../src/api/graphql/access.js';
import { readSettings } from '../../src/platform/config/settings.js';
import { createApplication } from '../../src/runtime.js';
import { OPEN_TO_ALL } from '../../web/docs/open-to-all.js';
import {
  accessRulesOf,
  findLooseMutations,
  findOpenDoors,
  findUndescribed,
  findUnpagedLists,
} from './schema-rules.js';

/** Queries whose lists are as long as a file of this repository makes them. */
// A chain of title is at most as long as the hops that a pool may allow; a request has a record for each lane that was asked.
const BOUNDED = ['platforms', 'platformLanes', 'chainOfTitle', 'jobQueues', 'noticeSettings', 'requestRecords'];

describe('the schema', () => {
  let application: NestFastifyApplication;

  beforeAll(async () => {
    // As src/print-schema.ts: nothing connects while modules are made.
    const settings = readSettings({ SIMULATED_CLOCK: 'false', LOG_LEVEL: 'silent' });
    application = await createApplication(settings, {
      databaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
      secretKey: Buffer.alloc(32).toString('base64url'),
    });
  });
  afterAll(() => application.close());

  const schema = () => application.get(GraphQLSchemaHost).schema;
  const instances = (): readonly object[] =>
    [...application.get(ModulesContainer).values()]
      .flatMap(({ providers }) => [...providers.values()])
      .map(({ instance }) => instance as unknown)
      .filter((instance): instance is object => typeof instance === 'object' && instance !== null);

  it('says for every query, mutation and subscription who may call it', () => {
    const rules = accessRulesOf(instances());
    expect(rules.get('Query.viewer')).toMatchObject({ who: 'members' });
    expect(findOpenDoors(schema(), rules)).toEqual([]);
  });

  it('has just those open to all of which the explorer says so', () => {
    const open = [...accessRulesOf(instances())].flatMap(([place, rule]) => (rule?.who === 'anyone' ? [place] : []));
    const said = Object.entries(OPEN_TO_ALL).flatMap(([root, names]) => names.map((name) => `${root}.${name}`));
    expect(said.sort()).toEqual(open.sort());
  });

  it('has mutations that take a key and answer with a success or rejections', () => {
    expect(findLooseMutations(schema())).toEqual([]);
  });

  it('describes everything', () => {
    expect(findUndescribed(schema())).toEqual([]);
  });

  it('reads every list that can grow page by page', () => {
    expect(findUnpagedLists(schema(), BOUNDED)).toEqual([]);
  });
});

/** What every rule below is broken by. */
const BAD = buildSchema(`
  """Names a request."""
  scalar IdempotencyKey
  scalar Bare

  """Why not."""
  interface Rejection { "Which." code: String! }
  """No."""
  type NoRejection implements Rejection { "Which." code: String! }
  """Yes."""
  type MakeSuccess { "Whether." done: Boolean!, blank: Int }
  """Yes again."""
  type OtherSuccess { "Whether." done: Boolean! }
  """Neither."""
  type Stranger { "Whether." done: Boolean! }
  type Nameless { "Whether." done: Boolean! }
  """In."""
  input Input { bare: Int, "Told." told: Int }
  """One of."""
  enum Choice { "Told." TOLD BARE }

  """Fine."""
  union FineResult = MakeSuccess | NoRejection
  """Two."""
  union TwoResult = MakeSuccess | OtherSuccess
  """None."""
  union NoneResult = NoRejection
  """Odd."""
  union OddResult = MakeSuccess | Stranger

  """Stands."""
  type PageInfo { "Whether." hasNextPage: Boolean! }
  """Right."""
  type RightConnection { "These." edges: [Stranger!]!, "Here." pageInfo: PageInfo! }
  """Wrong."""
  type WrongConnection { "These." edges: Stranger, "Here." pageInfo: PageInfo }

  type Query {
    "One."
    one(bare: Choice, "Told." input: Input): Nameless
    "Bounded."
    bounded: [Bare!]!
    "Many."
    many: [Stranger!]!
    "Right."
    right("Told." first: Int! = 20, "Told." after: String): RightConnection!
    "Wrong."
    wrong("Told." first: Int): WrongConnection!
  }
  type Mutation {
    "Fine."
    fine("Told." idempotencyKey: IdempotencyKey!): FineResult!
    noKey: FineResult!
    "Optional."
    optionalKey("Told." idempotencyKey: IdempotencyKey): FineResult!
    "Default."
    defaultKey("Told." idempotencyKey: IdempotencyKey! = "k"): FineResult!
    "Text."
    textKey("Told." idempotencyKey: String!): FineResult!
    "Bare."
    bare("Told." idempotencyKey: IdempotencyKey!): Boolean!
    "Null."
    nullable("Told." idempotencyKey: IdempotencyKey!): FineResult
    "Two."
    two("Told." idempotencyKey: IdempotencyKey!): TwoResult!
    "None."
    none("Told." idempotencyKey: IdempotencyKey!): NoneResult!
    "Odd."
    odd("Told." idempotencyKey: IdempotencyKey!): OddResult!
  }
  type Subscription { "Happened." happened: Int }
`);

describe('the rules find in a bad schema', () => {
  it('doors without a rule', () => {
    class Resolver {
      one(): void {}
      readsMany(): void {}
      happened(): void {}
      helper(): void {}
    }
    const handle = (method: keyof Resolver, type: string, name?: string): void => {
      const handler = Resolver.prototype[method];
      Reflect.defineMetadata('graphql:resolver_type', type, handler);
      if (name !== undefined) Reflect.defineMetadata('graphql:resolver_name', name, handler);
    };
    const decorate = (method: keyof Resolver, decorator: ReturnType<typeof SetMetadata>): void => {
      decorator(Resolver.prototype, method, { value: Resolver.prototype[method] });
    };
    handle('one', 'Query');
    decorate('one', AllowAnyone());
    handle('readsMany', 'Query', 'many');
    handle('happened', 'Subscription');
    decorate('happened', SetMetadata('another rule', true));
    const found = findOpenDoors(BAD, accessRulesOf([new Resolver()]));
    expect(found.filter((finding) => !finding.startsWith('Mutation.'))).toEqual([
      'Query.bounded: no handler',
      'Query.many: no access rule',
      'Query.right: no handler',
      'Query.wrong: no handler',
      'Subscription.happened: no access rule',
    ]);
    expect(found).toContain('Mutation.fine: no handler');
  });

  it('mutations without a key, or with another answer than success or rejection', () => {
    const noKey = 'no argument idempotencyKey: IdempotencyKey!';
    expect(findLooseMutations(BAD)).toEqual([
      `Mutation.noKey: ${noKey}`,
      `Mutation.optionalKey: ${noKey}`,
      `Mutation.defaultKey: ${noKey}`,
      `Mutation.textKey: ${noKey}`,
      'Mutation.bare: answers with Boolean!, not with a union that is never null',
      'Mutation.nullable: answers with FineResult, not with a union that is never null',
      'Mutation.two: TwoResult has 2 types named …Success',
      'Mutation.none: NoneResult has 0 types named …Success',
      'Mutation.odd: Stranger in OddResult implements no Rejection',
    ]);
  });

  it('what is not described', () => {
    expect([...findUndescribed(BAD)].sort()).toEqual([
      'Bare: no description',
      'Choice.BARE: no description',
      'Input.bare: no description',
      'MakeSuccess.blank: no description',
      'Mutation.noKey: no description',
      'Nameless: no description',
      'Query.one.bare: no description',
    ]);
  });

  it('lists that are no connections, and connections that are none', () => {
    expect(findUnpagedLists(BAD, ['bounded'])).toEqual([
      'Query.many: a list that is no connection',
      'Query.wrong: a connection without first: Int!',
      'Query.wrong: a connection without after: String',
      'Query.wrong: WrongConnection has no list of edges',
      'Query.wrong: WrongConnection has no pageInfo: PageInfo!',
    ]);
  });
});
