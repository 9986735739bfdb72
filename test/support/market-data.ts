import { startTestApp, type ApiClient, type TestApp } from './app.js';
import { Trading } from './trading.js';
import { until } from './until.js';

export const MARKET = 'llama-3.3-70b@fp8';

export const TRADES = `query($after: String, $first: Int! = 20, $marketId: ID = "${MARKET}") {
  trades(marketId: $marketId, first: $first, after: $after) {
    edges { cursor node { marketId sequence tradedAt window { start end } quantity unitPrice
      pricePerMillionTokens amount volume speedClass } }
    pageInfo { hasNextPage endCursor } } }`;

export const nodes = (connection: any): any[] => connection.edges.map(({ node }: any) => node);

/** A market with four trades in it, made at 0, 0, 1 and 25 hours, and a stranger who looks at them. */
export class TradedMarket {
  /** Everything that was told to the stranger. */
  readonly told: string[] = [];
  private readonly stranger: ApiClient;

  constructor(
    readonly app: TestApp,
    readonly trading: Trading,
    readonly buyer: ApiClient,
  ) {
    this.stranger = app.stranger();
  }

  static async open(): Promise<TradedMarket> {
    const app = await startTestApp();
    const trading = await Trading.open(app);
    const buyer = await trading.buyer('Buyer');
    const cheap = await trading.list(48, 72, 100, 1_000);
    const dear = await trading.list(48, 60, 50, 3_000);
    // On the grid of candles, so that which trades share an hour is known.
    await trading.pass(0);
    await trading.buy(buyer, cheap, 48, 50, 30);
    await trading.buy(buyer, dear, 50, 51, 20);
    await trading.pass(1);
    await trading.buy(buyer, dear, 48, 49, 10);
    await trading.pass(25);
    await trading.buy(buyer, cheap, 70, 72, 40);
    await trading.reserve(buyer, cheap, 60, 61, 100);
    const market = new TradedMarket(app, trading, buyer);
    await until(() => market.trades(), (trades) => trades.length === 4);
    return market;
  }

  /** When the first trade was made: a whole hour. */
  get first(): number {
    return this.trading.start;
  }

  async read(query: string, variables: Record<string, unknown> = {}): Promise<any> {
    const answer = await this.stranger.ask(query, variables);
    this.told.push(JSON.stringify(answer));
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  /** The message that a query is refused with. */
  async refusal(query: string, variables: Record<string, unknown> = {}): Promise<string> {
    const { errors } = await this.stranger.ask(query, variables);
    if (errors?.[0]?.extensions.code !== 'BAD_USER_INPUT') throw new Error(JSON.stringify(errors));
    return errors[0].message;
  }

  /** Newest first. */
  async trades(): Promise<any[]> {
    return nodes((await this.read(TRADES)).trades);
  }

  async file(path: string): Promise<Response> {
    const response = await fetch(`${this.app.url}/exports/${path}`);
    this.told.push(await response.clone().text());
    return response;
  }

  /** Rows of a file by the names of its columns; no cell of market data has a comma in it. */
  async rows(path: string): Promise<readonly Record<string, string>[]> {
    const text = await (await this.file(path)).text();
    const [header = [], ...rows] = text.trimEnd().split('\r\n').map((line) => line.split(','));
    return rows.map((cells) => {
      if (cells.length !== header.length) throw new Error(`${cells.join(',')}: not as ${header.join(',')}`);
      return Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']));
    });
  }

  /** Ids of all who and what took part that were told to the stranger, in a cursor or openly. */
  async identities(): Promise<readonly string[]> {
    const ids = await this.buyer.ask(`{ reservations(side: BOUGHT, first: 100) { edges { node {
      reservationId listingId poolId sellerId holderId } } } }`);
    const secret = nodes(ids.data?.['reservations']).flatMap((node) => Object.values(node) as string[]);
    const answers = this.told.join('\n');
    const cursors = [...answers.matchAll(/"(?:c|endC)ursor":"([^"]+)"/g)].map(([, cursor]) => cursor ?? '');
    const text = [answers, ...cursors.map((cursor) => Buffer.from(cursor, 'base64url'))].join('\n');
    const uuids = text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[78]/g) ?? [];
    const unique = [...new Set(secret)].map((id) => id.split('~').at(-1) as string);
    if (unique.length < 8) throw new Error('too few identities to look for');
    return [...unique.filter((id) => text.includes(id)), ...uuids, ...(text.match(/Provider|Buyer/g) ?? [])];
  }
}
