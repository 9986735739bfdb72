import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { AccessGuard } from './graphql/access.guard.js';
import { ClockResolver } from './graphql/clock.resolver.js';
import { GraphQLHttpDriver } from './graphql/graphql-driver.js';
import { JobResolver } from './graphql/job.resolver.js';
import { ApiExceptionFilter } from './http/exception.filter.js';
import { HealthController } from './http/health.controller.js';
import { MetricsController } from './http/metrics.controller.js';
import { RequestAuthenticator } from './http/request-authenticator.js';

/** What the GraphQL driver and every controller share. */
@Global()
@Module({ providers: [RequestAuthenticator], exports: [RequestAuthenticator] })
class FrontDoorModule {}

@Module({
  imports: [
    FrontDoorModule,
    GraphQLModule.forRoot({
      ...{ driver: GraphQLHttpDriver, autoSchemaFile: true, path: '/graphql' },
      // What it would ask itself at every start is asked of schema.graphql, which is the same, by tests.
      buildSchemaOptions: { skipCheck: true },
    }),
  ],
  controllers: [HealthController, MetricsController],
  providers: [
    ClockResolver,
    JobResolver,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_FILTER, useClass: ApiExceptionFilter },
  ],
})
export class ApiModule {}
