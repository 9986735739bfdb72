import { assertNever } from '../../src/kernel/assert.js';
import { segmentsOf, type StepFunction } from '../../src/kernel/step-function.js';
import { DAY_ZERO } from './cast.js';
import type { History } from './history.js';
import type { Move } from './moves.js';
import type { RawWindow } from './pool-book.js';
import type { Content } from './requests.js';

const timeOf = (instant: number): string => new Date(instant).toISOString().replace(/:00\.000Z$/, 'Z');
const windowText = ({ start, end }: RawWindow): string => `${timeOf(start)}/${timeOf(end)}`;

/** The moves of a history, one to a line, as somebody would tell them. */
export function tell({ moves, violation }: History): string[] {
  let now: number = DAY_ZERO;
  const lines = moves.map((move, index) => {
    if (move.kind === 'clock') now = Math.max(now, move.to);
    const arrivals = move.arrivals === 'all' ? '' : `, then ${move.arrivals} messages arrive`;
    return `${String(index + 1).padStart(4)}  ${timeOf(now)}  ${deedText(move)}${arrivals}`;
  });
  return [...lines, `      ${violation}`];
}

function deedText(move: Move): string {
  switch (move.kind) {
    case 'ask': {
      const { process, newId, request } = move;
      const { marketId, scope, key, content } = request;
      return `${scope} asks process ${process}, ${key} in ${marketId}: ${contentText(content)}, called ${newId}`;
    }
    case 'plan': {
      const { marketId, buyerId, key, demand, constraints, spoiling } = move.wish;
      const wish = `${marketId}, ${stepsText(demand)}`;
      return `${buyerId} asks process ${move.process} for a plan, ${key} in ${wish}, with ${membersText(constraints)}, spoiled: ${spoiling}`;
    }
    case 'repeat':
      return `${move.key} is asked again, of process ${move.process}, called ${move.newId}`;
    case 'tamper':
      return `${move.key} is used again, of process ${move.process}: ${contentText(move.content)}`;
    case 'look':
      return `process ${move.process} shows what it knows of ${move.marketId}`;
    case 'read':
      return `somebody looks at the book of ${move.marketId} for ${windowText(move.wish.window)}`;
    case 'job':
      return `process ${move.process} runs job ${move.job}`;
    case 'clock':
      return 'time has passed';
    case 'crash':
      return `process ${move.process} dies and starts again`;
    case 'settle':
      return 'all messages arrive and all due jobs run';
    case 'finish':
      return 'the market runs out';
    default:
      return assertNever(move);
  }
}

function contentText({ type, ...fields }: Content): string {
  return `${type} ${membersText(fields)}`;
}

function membersText(members: object): string {
  return Object.entries(members)
    .filter(([name]) => name !== 'attributes')
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(' ');
}

const isSteps = (value: object): value is StepFunction => 'starts' in value && 'values' in value;
const isWindow = (value: object): value is RawWindow => 'start' in value && 'end' in value;

function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (isSteps(value)) return stepsText(value);
  if (isWindow(value)) return windowText(value);
  return `(${membersText(value)})`;
}

function stepsText(steps: StepFunction): string {
  return segmentsOf(steps)
    .map(({ window, value }) => `${value} in ${windowText(window)}`)
    .join(' and ');
}
