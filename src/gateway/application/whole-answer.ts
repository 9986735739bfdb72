import { lackOf } from '../model/answer.rules.js';
import { addClaim, type Claimed } from '../model/billing.rules.js';
import { choicesOf, countChoices, messageOf, parse } from '../model/chunk.reading.js';
import { AttemptError } from '../model/gateway.failure.js';
import { NO_OUTPUT } from '../model/token.count.js';
import { tellable } from '../model/told.message.js';
import { timesIn, usageIn } from '../model/vendor.facts.js';
import { AttemptWatch } from './attempt-watch.js';
import { failureOf, open, readBytes, watchFirst, type Attempt, type AttemptOutcome, type AttemptTools } from './attempt.js';
import { GATEWAY_BOUNDS } from './gateway-limits.js';

const NOTHING: AttemptOutcome = {
  ...{ failure: null, isCommitted: false, own: NO_OUTPUT, claimed: { kind: 'none' } },
  ...{ times: null, firstAt: null, lastAt: null, head: null, answer: null },
};

/** Reads an answer that comes whole. Nothing goes to the client, so another lane can still take over. */
export async function readWhole(attempt: Attempt, tools: AttemptTools): Promise<AttemptOutcome> {
  const watch = new AttemptWatch(tools.timers, [
    { signal: attempt.client.gone, reason: 'client_abort' },
    { signal: tools.stopping, reason: 'gateway_shutdown' },
  ]);
  let kept = 0;
  try {
    watchFirst(watch, attempt, tools);
    const response = await open(attempt, tools, watch);
    const bytes = await readBytes(response.body, GATEWAY_BOUNDS.answerBytes, attempt.client);
    if (bytes === null) throw broken('is too large');
    kept = bytes.length;
    const body = parse(new TextDecoder().decode(bytes));
    if (body === null) throw broken('is no JSON object');
    const { error } = body;
    if (error !== undefined && error !== null) throw failed(tellable(messageOf(error), attempt.credential));
    const own = countChoices(choicesOf(body), attempt.isListed);
    const lack = lackOf(body, own, attempt.wanted);
    if (lack !== null) throw broken(lack);
    const usage = usageIn(body);
    const claimed: Claimed = usage === undefined ? { kind: 'none' } : addClaim({ kind: 'none' }, usage);
    const times = timesIn(body);
    const at = tools.monotonic();
    watch.release();
    const { isSimulated } = response;
    return { ...NOTHING, own, claimed, times, firstAt: at, lastAt: at, answer: { bytes, isSimulated } };
  } catch (error) {
    const failure = failureOf(error, watch);
    watch.release();
    watch.end(failure.reason, failure.message);
    attempt.client.letGo(kept);
    return { ...NOTHING, failure };
  }
}

const failed = (message: string): AttemptError =>
  new AttemptError({ reason: 'upstream_error', message: `the lane failed: ${message}` });
const broken = (what: string): AttemptError =>
  new AttemptError({ reason: 'upstream_error', message: `the lane's answer ${what}` });
