import { list, MarketStory, openPool } from '../../../test/support/market.js';
import { auction } from '../../../test/support/auctions.js';
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
