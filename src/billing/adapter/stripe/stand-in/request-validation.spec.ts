import { Stripe } from 'stripe';
import { stripeDescription } from './description.js';
import { decodeForm } from './form-data.js';
import { OPERATIONS } from './operations.js';
import { checkParameters } from './request-validation.js';

const description = stripeDescription();

function check(operation: string, text: string) {
  const form = decodeForm(text);
  if (!form.ok) throw new Error(form.error);
  return checkParameters(description.schemas[operation] ?? {}, form.value);
}

const MONEY = 'amount=500&currency=usd';

describe('the published description', () => {
  it('is of the SDK that is installed', () => {
    expect(description.sdkVersion).toBe(Stripe.PACKAGE_VERSION);
  });

  it('has a schema and a handler for each route', () => {
    const operations = description.routes.map((route) => route.operation).sort();
    expect(Object.keys(description.schemas).sort()).toEqual(operations);
    expect([...OPERATIONS.keys()].sort()).toEqual(operations);
  });

  it('knows each parameter that the stand-in models', () => {
    for (const [operation, { modelled }] of OPERATIONS) {
      const known = Object.keys(description.schemas[operation]?.properties ?? {});
      expect(known).toEqual(expect.arrayContaining([...modelled]));
    }
  });
});

describe('good parameters', () => {
  it.each<[string, string, object]>([
    ['payment_intents.create', `${MONEY}&confirm=true`, { amount: 500, confirm: true }],
    ['payment_intents.create', `${MONEY}&off_session=true`, { off_session: true }],
    ['payment_intents.create', `${MONEY}&off_session=one_off`, { off_session: 'one_off' }],
    ['payment_intents.create', `${MONEY}&metadata[0]=7`, { metadata: { 0: '7' } }],
    ['payment_intents.create', `${MONEY}&expand[]=customer`, { expand: ['customer'] }],
    ['payment_intents.list', 'created=7', { created: 7 }],
    ['payment_intents.list', 'created[gte]=7&limit=3', { created: { gte: 7 }, limit: 3 }],
    ['customers.create', 'metadata=', { metadata: '' }],
    ['customers.create', 'name=0123', { name: '0123' }],
  ])('%s takes %s', (operation, text, expected) => {
    const checked = check(operation, text);
    expect(checked).toMatchObject({ ok: true, value: expected });
  });

});

describe('bad parameters', () => {
  it.each<[string, string, string | undefined, string]>([
    ['payment_intents.create', 'currency=usd', 'parameter_missing', 'amount'],
    ['payment_intents.create', 'amount=500', 'parameter_missing', 'currency'],
    ['payment_intents.create', 'amont=500&currency=usd', 'parameter_unknown', 'amont'],
    ['payment_intents.create', 'amount=5.5&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['payment_intents.create', 'amount=1e3&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['payment_intents.create', 'amount=0x1F4&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['payment_intents.create', 'amount=&currency=usd', 'parameter_invalid_empty', 'amount'],
    ['payment_intents.create', 'amount=500&currency=', 'parameter_invalid_empty', 'currency'],
    ['payment_intents.create', `${MONEY}&confirm=yes`, undefined, 'confirm'],
    ['payment_intents.create', `${MONEY}&capture_method=later`, undefined, 'capture_method'],
    ['payment_intents.create', `${MONEY}&expand=customer`, undefined, 'expand'],
    ['payment_intents.create', `${MONEY}&metadata=x`, undefined, 'metadata'],
    ['payment_intents.create', `${MONEY}&customer[id]=x`, undefined, 'customer'],
    [
      'payment_intents.create',
      `${MONEY}&automatic_payment_methods[enabled]=true&automatic_payment_methods[redirect]=no`,
      'parameter_unknown',
      'automatic_payment_methods[redirect]',
    ],
    [
      'payment_intents.create',
      `${MONEY}&automatic_payment_methods[allow_redirects]=never`,
      'parameter_missing',
      'automatic_payment_methods[enabled]',
    ],
    [
      'payment_intents.create',
      `${MONEY}&payment_method_options[card][cvv]=1`,
      'parameter_unknown',
      'payment_method_options[card][cvv]',
    ],
    [
      'payment_intents.create',
      `${MONEY}&metadata[${'k'.repeat(41)}]=1`,
      undefined,
      'metadata',
    ],
    ['payment_intents.create', `${MONEY}&metadata[k]=${'v'.repeat(501)}`, undefined, 'metadata[k]'],
    ['payment_intents.create', `${MONEY}&__proto__=1`, 'parameter_unknown', '__proto__'],
    ['payment_intents.list', 'limit=ten', 'parameter_invalid_integer', 'limit'],
    ['payment_intents.list', 'created=noon', 'parameter_invalid_integer', 'created'],
    ['payment_intents.list', 'created[after]=1', 'parameter_unknown', 'created[after]'],
    ['payment_intents.retrieve', 'expnd[]=x', 'parameter_unknown', 'expnd'],
    ['payment_intents.confirm', 'off_session=perhaps', undefined, 'off_session'],
    ['payment_intents.cancel', 'cancellation_reason=bored', undefined, 'cancellation_reason'],
    ['refunds.create', 'amount=all', 'parameter_invalid_integer', 'amount'],
  ])('%s refuses %s', (operation, text, code, param) => {
    const checked = check(operation, text);
    if (checked.ok) throw new Error('expected a refusal');
    expect(checked.error.status).toBe(400);
    const { type, message } = checked.error.error;
    expect({ type, code: checked.error.error.code, param: checked.error.error.param }).toEqual({
      type: 'invalid_request_error',
      code,
      param,
    });
    expect(message.length).toBeLessThan(400);
  });
});
