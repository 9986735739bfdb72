import { buildSchema } from 'graphql';
import { problemsOf } from './variable.problems.js';

const schema = buildSchema(`
  scalar Instant
  input Window { start: Instant! end: Instant! lanes: [Int!] }
  type Query { depth(marketId: ID!, window: Window!, first: Int = 20): Int }
`);
const QUERY = 'query($marketId: ID!, $window: Window!, $first: Int) { depth(marketId: $marketId, window: $window, first: $first) }';
const said = (text: string, query = QUERY) =>
  problemsOf(text, query, schema).map(({ from, to, message }) => [text.slice(from, to), message]);

it.each([
  ['{"marketId": "m", "window": {"start": "s", "end": "e"}}', []],
  ['', [['', '$marketId of type ID! is missing'], ['', '$window of type Window! is missing']]],
  [
    '{"marketId": true, "window": {"start": "s", "end": "e", "lanes": [1, "two"]}, "first": 1}',
    [['true', 'ID cannot represent value: true'], ['"two"', 'Int cannot represent non-integer value: "two"']],
  ],
  ['{"marketId": "m", "window": {"start": "s"}}', [['{"start": "s"}', 'Field "end" of required type "Instant!" was not provided.']]],
  ['{"marketId": "m", "window": {"start": "s", "end": "e"}, "more": 1}', [['1', 'No operation has a variable $more']]],
  ['{"marketId": ', []],
])('%s', (text, problems) => expect(said(text)).toEqual(problems));

it('says nothing of variables while the query cannot be read', () => {
  expect(said('{"more": 1}', 'query($')).toEqual([]);
});
