import { getNamedType } from 'graphql';
import { startTestApp, type ApiClient, type TestApp } from './app.js';
import { everything, schemaOf } from './schema-walk.js';
import { clockOf, iso, Trading } from './trading.js';

type Input = Record<string, unknown>;

/** Ids that name nothing, from nearly right to hostile. */
export const MALFORMED_IDS = [
  '',
  'x',
  '~',
  'a@b~c',
  'a@b2~c',
  '__proto__',
  '__proto__@fp8~x',
  'constructor',
  'llama-3.3-70b@fp8',
  'llama-3.3-70b@fp8~',
  'llama-3.3-70b@fp8~__proto__',
  'llama-3.3-70b@fp8~00000000-0000-7000-8000-000000000000',
  "llama-3.3-70b@fp8~' OR 1=1 --",
  'llama-3.3-70b@fp8~\u202e',
  'x'.repeat(400),
  `llama-3.3-70b@fp8~${'0'.repeat(400)}`,
] as const;

/** A market five minutes into the first hour of its capacity, and what it refuses. */
export class Refusing {
  private constructor(
    readonly app: TestApp,
    readonly market: Trading,
  ) {}

  static async start(): Promise<Refusing> {
    const app = await startTestApp();
    const market = await Trading.open(app);
    await clockOf(app).advanceTo((market.start + 5 * 60_000) as never);
    return new Refusing(app, market);
  }

  /** The instant some hours after the start. */
  at(hours: number): string {
    return iso(this.market.start + hours * 3_600_000);
  }

  /** Everything that a mutation says; names of fields that only one type has stand without it. */
  async ask(client: ApiClient, mutation: string, input: Input, key?: string): Promise<Input> {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const result = schemaOf(this.app).getMutationType()?.getFields()[mutation]?.type;
    const fields = everything(getNamedType(result!)).slice(1, -1);
    const answer = await client.mutate(mutation, type, input, key === undefined ? { fields } : { fields, key });
    const { __typename, ...rest } = answer;
    const plain = Object.entries(rest).map(([name, value]) => [name.replace(`${__typename}_`, ''), value]);
    return { __typename, ...Object.fromEntries(plain) };
  }
}

export const notFound = (field: string, message: string) => ({
  ...{ __typename: 'NotFoundRejection', code: 'NOT_FOUND', message, field },
});

export const invalid = (...issues: readonly [field: string, reason: string, accepted: string][]) => ({
  __typename: 'ValidationRejection',
  code: 'VALIDATION_FAILED',
  message: issues.map(([field, reason]) => `${field} ${reason}`).join('; '),
  issues: issues.map(([field, reason, accepted]) => ({ field, reason, accepted })),
});
