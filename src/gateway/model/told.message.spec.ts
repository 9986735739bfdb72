import { tellable } from './told.message.js';

const KEY = 'pool-secret-0123456789';

describe('what a client is told of an upstream’s message', () => {
  it.each([
    ['max_tokens must be at most 10', 'max_tokens must be at most 10'],
    [`unknown key ${KEY}: sent by ${KEY}`, 'unknown key ***: sent by ***'],
    [`cut within it: ${KEY.slice(0, 9)}`, 'cut within it: ***'],
    ['header Authorization: Bearer abc.def is wrong', 'header Authorization: *** is wrong'],
    ['Incorrect API key provided: sk-proj-abcdefgh1234', 'Incorrect API key provided: ***'],
    ['no route to http://worker-7.internal:8000/v1/chat', 'no route to ***'],
    ['connect ECONNREFUSED 10.0.3.7:8000', 'connect ECONNREFUSED ***'],
  ])('%s', (message, told) => expect(tellable(message, KEY)).toBe(told));

  it('the same without a credential', () => expect(tellable('a pool', null)).toBe('a pool'));
});
