import { list, MarketStory, openPool, tokens } from '../../../test/support/market.js';
import { auction } from '../../../test/support/auctions.js';
import type { BasisPoints } from '../../kernel/money.js';
import { HOUR_MS } from '../../kernel/time.js';
import { marketCodec } from './market.codec.js';

describe('listings in the log', () => {
  const [, plain, auctioned] = new MarketStory().given(openPool(), list('L'), auction('A')).events.map(
    (event) => marketCodec.encode(event),
  ) as [object, ReturnType<typeof marketCodec.encode>, ReturnType<typeof marketCodec.encode>];
  const read = (encoded: ReturnType<typeof marketCodec.encode>): unknown => marketCodec.decode(encoded);

  it('say whether they are auctioned', () => {
    expect([read(plain), read(auctioned)]).toMatchObject([{ auction: null }, { auction: { closesAt: expect.any(Number) } }]);
  });

  it('of before there were auctions have none', () => {
    const { auction: _auction, ...first } = JSON.parse(plain.data) as { readonly auction: null };
    expect(read({ ...plain, data: JSON.stringify(first) })).toEqual(read(plain));
  });
});

describe('pools in the log', () => {
  const setAside = { share: 4_000 as BasisPoints, smallBuyerMax: tokens(100), releasedBefore: HOUR_MS };
  const rules = { lotSize: tokens(10), setAside };
  const story = new MarketStory().given(openPool(rules), openPool({ ...rules, revision: 2, setAside: null }), list('L'));
  const encoded = story.events.map((event) => marketCodec.encode(event));
  /** As it was written before there were these fields. */
  const first = (at: number): unknown => {
    const one = encoded[at] as ReturnType<typeof marketCodec.encode>;
    const { lotSize: _lotSize, setAside: _setAside, ...data } = JSON.parse(one.data) as Record<string, unknown>;
    return marketCodec.decode({ ...one, data: JSON.stringify(data) });
  };

  it('say what they are traded in, and what is set aside', () => {
    expect(encoded.map((one) => marketCodec.decode(one))).toEqual(story.events);
    expect(story.events).toMatchObject([{ lotSize: 10n, setAside }, { setAside: null }, { lotSize: 10n }]);
  });

  it('of before that have lots of one, and nothing set aside', () => {
    expect([first(0), first(1), first(2)]).toMatchObject([{ lotSize: 1n, setAside: null }, { setAside: null }, { lotSize: 1n }]);
  });
});
