import { z } from 'zod';

/** Which parts of the product a process runs. */
export const ROLES = ['all', 'api', 'worker', 'gateway'] as const;
export type Role = (typeof ROLES)[number];

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const url = (...protocols: readonly string[]): z.ZodType<string> =>
  z.string().refine(
    (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
    `expected a URL that starts with ${protocols.map((name) => `${name}//`).join(' or ')}`,
  );

function wholeNumber(min: number, max: number, value: number): z.ZodDefault<z.ZodCoercedNumber> {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z.coerce.number(expected).int(expected).min(min, expected).max(max, expected).default(value);
}

/**
 * Every setting, its form and its default; `.env.example` says what each means, and a test holds
 * the two together.
 */
export const SETTINGS = {
  PORT: z.coerce
    .number('expected a port number from 0 to 65535')
    .int('expected a whole number')
    .min(0, 'expected a port number from 0 to 65535')
    .max(65_535, 'expected a port number from 0 to 65535')
    .default(4_000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('.headroom'),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  // Not fewer than tests run with.
  DATABASE_CONNECTIONS: wholeNumber(8, 200, 20),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  ROLE: z.enum(ROLES, `expected one of ${ROLES.join(', ')}`).default('all'),
  LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], 'expected silent, error, warn, info or debug')
    .default('warn'),
  SECRET_KEY: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'expected 32 random bytes in base64url, 43 characters')
    .optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_\w+$/, 'expected a Stripe secret or restricted key')
    .optional(),
  STRIPE_WEBHOOK_SECRETS: z
    .string()
    .regex(/^whsec_\w+(,whsec_\w+){0,3}$/, 'expected one to four secrets whsec_…, parted by commas')
    .optional(),
  STRIPE_MIRROR_INVOICES: flag.default(false),
  STRIPE_MIRROR_OVERAGE: flag.default(false),
  STRIPE_TAX: flag.default(false),
  // Artificial intelligence as a service, cloud based, for business use.
  STRIPE_TAX_CODE: z
    .string()
    .regex(/^txcd_\d{8}$/, 'expected a tax code of Stripe, txcd_ and eight digits')
    .default('txcd_10105002'),
  DEMO_LOGIN: flag.optional(),
  DEMO_MARKET: flag.optional(),
  SIMULATED_CLOCK: flag.optional(),
  COOKIE_SECURE: flag.optional(),
  LOCAL_ENDPOINTS: flag.optional(),
  EXCHANGE_FEE_BASIS_POINTS: wholeNumber(0, 5_000, 250),
  PUBLIC_URL: url('http:', 'https:').optional(),
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^([^<>"@\p{C}]{1,80} <[^<>\s@"]+@[a-z0-9.-]+>|[^<>\s@"]+@[a-z0-9.-]+)$/iu, 'expected an address, or a name and an address in <>')
    .optional(),
  PAYOUT_MINIMUM_CENTS: wholeNumber(1, 99_999_999, 1_000),
  PAYOUT_HOLD_BACK_DAYS: wholeNumber(0, 180, 7),
  TRUST_PROXY: flag.default(false),
  SIMULATED_UPSTREAM: flag.optional(),
  WORKER_SILENCE_MS: wholeNumber(1_000, 600_000, 30_000),
  PROBES: flag.default(true),
  GATEWAY_PROCESSES: wholeNumber(1, 64, 1),
  GATEWAY_CONNECT_MS: wholeNumber(1, 60_000, 5_000),
  GATEWAY_FIRST_TOKEN_MS: wholeNumber(1, 600_000, 30_000),
  GATEWAY_BETWEEN_TOKENS_MS: wholeNumber(1, 600_000, 30_000),
  GATEWAY_ANSWER_MS: wholeNumber(1, 3_600_000, 600_000),
  GATEWAY_CLIENT_MS: wholeNumber(1, 600_000, 60_000),
  GATEWAY_DRAIN_MS: wholeNumber(0, 600_000, 10_000),
} as const satisfies Record<string, z.ZodType>;

const schema = z.object(SETTINGS).superRefine((settings, context) => {
  if (settings.STRIPE_SECRET_KEY !== undefined && settings.STRIPE_WEBHOOK_SECRETS === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['STRIPE_WEBHOOK_SECRETS'],
      message: 'expected with STRIPE_SECRET_KEY: without it no webhook can be trusted',
    });
  }
  if (settings.SMTP_URL !== undefined && settings.MAIL_FROM === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['MAIL_FROM'],
      message: 'expected with SMTP_URL: who the messages are from',
    });
  }
  if (settings.DATABASE_URL !== undefined && settings.SECRET_KEY === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['SECRET_KEY'],
      message: 'expected with DATABASE_URL: every process needs the same one',
    });
  }
});

/** Settings as the product uses them; what may be left out has become a decision. */
export type Settings = z.infer<typeof schema> & {
  /** The database is ours to run, in `DATA_DIR`. */
  readonly isEmbedded: boolean;
  readonly hasDemoLogin: boolean;
  /** A market in which nobody has a pool is stocked at start. */
  readonly hasDemoMarket: boolean;
  readonly isClockSimulated: boolean;
  readonly isCookieSecure: boolean;
  /** Pools may have their endpoint on this machine. */
  readonly hasLocalEndpoints: boolean;
  /** A simulator answers for endpoints whose names are kept free for examples. */
  readonly hasSimulatedUpstream: boolean;
};

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly problems: readonly string[]) {
    super(`these settings are wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/**
 * Reads settings from an environment.
 *
 * @throws SettingsError naming every setting that is wrong, and why; values are never repeated
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    Object.keys(SETTINGS).flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new SettingsError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    );
  }
  return { ...parsed.data, ...switchesOf(parsed.data) };
}

/** What is on by itself where nothing but the product is there. */
function switchesOf(settings: z.output<typeof schema>): Omit<Settings, keyof z.output<typeof schema>> {
  const isEmbedded = settings.DATABASE_URL === undefined;
  return {
    isEmbedded,
    hasDemoLogin: settings.DEMO_LOGIN ?? isEmbedded,
    hasDemoMarket: settings.DEMO_MARKET ?? (isEmbedded && settings.STRIPE_SECRET_KEY === undefined),
    isClockSimulated: settings.SIMULATED_CLOCK ?? isEmbedded,
    isCookieSecure: settings.COOKIE_SECURE ?? true,
    hasLocalEndpoints: settings.LOCAL_ENDPOINTS ?? isEmbedded,
    hasSimulatedUpstream: settings.SIMULATED_UPSTREAM ?? isEmbedded,
  };
}
