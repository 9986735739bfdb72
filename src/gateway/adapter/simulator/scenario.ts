/** What goes wrong, if anything. Those marked (after) happen once `after` tokens were sent. */
export const FAULTS = [
  'none',
  /** Never a first token; the connection stays open. */
  'hang',
  'status-400',
  'status-401',
  'status-429',
  'status-498',
  'status-500',
  /** 498 for who asks for the flex tier, and for nobody else. */
  'flex-full',
  /** An error in the stream (after). */
  'error',
  /** The connection is closed in the middle (after). */
  'disconnect',
  /** The stream ends without its end (after). */
  'cut',
  /** Nothing more comes (after). */
  'stall',
  'no-usage',
  'usage-lower',
  'usage-higher',
  'usage-negative',
  'usage-huge',
  'usage-nan',
  'usage-twice',
  /** As many tokens as the scenario says, whatever limit was asked for. */
  'over-limit',
  /** Every byte in a packet of its own. */
  'split-bytes',
  /** A line of 10 MB (after). */
  'long-line',
  /** An answer as it should be, but for its tokens: there are none. */
  'empty',
  /** A status of 200, and an error where the answer should be. */
  'error-in-200',
  /** A stream that is over before it began. */
  'done-only',
  /** The body is not what was asked for. */
  'not-json',
] as const;
export type Fault = (typeof FAULTS)[number];

export const DIALECTS = ['openai', 'vllm', 'sglang', 'tgi', 'cerebras', 'groq'] as const;
export type DialectName = (typeof DIALECTS)[number];

/** How a simulated upstream answers. */
export interface Scenario {
  /** Median time to the first token, in milliseconds; 0: at once. */
  readonly ttft: number;
  /** Standard deviation of the time's logarithm, in hundredths: 0 is the median each time. */
  readonly spread: number;
  /** Tokens/s of one stream; 0: as fast as it can. */
  readonly speed: number;
  /** How many tokens an answer has, at most as many as were asked for; 0: 16 to 64. */
  readonly tokens: number;
  /** How many of them, at the most, are thought before a chat's answer; by servers that show it. */
  readonly thought: number;
  readonly after: number;
  readonly fault: Fault;
  readonly dialect: DialectName;
}

/** Answers at once and without faults: for tests. */
export const INSTANT: Scenario = {
  ...{ ttft: 0, spread: 0, speed: 0, tokens: 0, thought: 0, after: 0 },
  ...{ fault: 'none', dialect: 'openai' },
};

/** Takes about as long as a fast upstream takes: for development. */
export const LIFELIKE: Scenario = { ...INSTANT, ttft: 120, spread: 25, speed: 400 };

const NUMBERS = ['ttft', 'spread', 'speed', 'tokens', 'thought', 'after'] as const;
type NumberName = (typeof NUMBERS)[number];
const NUMBER_MAX = 1_000_000;

/**
 * Reads `ttft=200,speed=50,fault=hang`: what is not named stays as in `base`.
 *
 * @throws Error naming what is wrong and what would be accepted
 */
export function readScenario(text: string, base: Scenario): Scenario {
  return text
    .split(',')
    .filter((part) => part !== '')
    .reduce((scenario, part) => readPart(part, scenario), base);
}

function readPart(part: string, scenario: Scenario): Scenario {
  const [name = '', value = ''] = part.split('=');
  if ((NUMBERS as readonly string[]).includes(name)) {
    const number = Number(value);
    const isFit = /^\d{1,7}$/.test(value) && number <= NUMBER_MAX;
    if (!isFit) throw new Error(`${name}: expected a whole number from 0 to ${NUMBER_MAX}`);
    return { ...scenario, [name as NumberName]: number };
  }
  if (name === 'fault') return { ...scenario, fault: oneOf('fault', value, FAULTS) };
  if (name === 'dialect') return { ...scenario, dialect: oneOf('dialect', value, DIALECTS) };
  throw new Error(`${name}: expected ${[...NUMBERS, 'fault', 'dialect'].join(', ')}`);
}

function oneOf<Name extends string>(what: string, value: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw new Error(`${what}: expected ${names.join(', ')}`);
  return found;
}
