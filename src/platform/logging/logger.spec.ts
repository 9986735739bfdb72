import { describeError } from './logger.js';

describe('an error in the log', () => {
  it('says what explains it, and nothing it carries', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new Error('no answer', { cause }), {
      client: { password: 'hunter2' },
      config: { headers: { authorization: 'Bearer hunter2' } },
    });
    const logged = describeError(error);
    expect(JSON.stringify(logged)).not.toContain('hunter2');
    expect(logged).toMatchObject({
      type: 'Error',
      message: 'no answer',
      cause: { message: 'refused', code: 'ECONNREFUSED' },
    });
  });

  it('need not be an Error', () => {
    expect(describeError('gone')).toEqual({ type: 'string', message: 'gone' });
  });
});
