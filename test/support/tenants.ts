import { nameUuid } from '../../src/platform/ids/name-uuid.js';
import type { ApiClient, TestApp } from './app.js';
import { Membership } from './membership.js';
import { program } from './pools.js';
import { Trading } from './trading.js';
import { until } from './until.js';

/** Ids of what belongs to others, by kind. */
export interface Belongings {
  readonly poolIds: readonly string[];
  readonly listingIds: readonly string[];
  /** Held, paid, resold, a resale, released, cancelled. */
  readonly reservationIds: readonly string[];
  /** Resting, sealed. */
  readonly orderIds: readonly string[];
  /** Released. */
  readonly quoteIds: readonly string[];
  /** Owner, member, invited. */
  readonly memberIds: readonly string[];
  readonly keyIds: readonly string[];
  readonly teamIds: readonly string[];
  readonly exportIds: readonly string[];
  readonly pilotIds: readonly string[];
  readonly endpointIds: readonly string[];
  readonly deliveryIds: readonly string[];
}

const ENDPOINT = { url: 'https://very-private.example.com/v1', credential: 'very-private-credential' };

/** Ids of each kind that stand for nothing. */
export const UNKNOWN: Readonly<Record<keyof Belongings, string>> = {
  poolIds: `llama-3.3-70b@fp8~${nameUuid('pool')}`,
  listingIds: `llama-3.3-70b@fp8~${nameUuid('listing')}`,
  reservationIds: `llama-3.3-70b@fp8~${nameUuid('reservation')}`,
  orderIds: `llama-3.3-70b@fp8~${nameUuid('order')}`,
  quoteIds: `llama-3.3-70b@fp8~${nameUuid('quote')}`,
  memberIds: nameUuid('member'),
  keyIds: nameUuid('key').replaceAll('-', ''),
  teamIds: nameUuid('team'),
  exportIds: nameUuid('export'),
  pilotIds: nameUuid('pilot'),
  endpointIds: nameUuid('webhook-endpoint'),
  deliveryIds: nameUuid('webhook-delivery'),
};

/** A provider, a buyer who resells and a second buyer, all with something to hide. */
export class Tenants {
  private constructor(
    readonly market: Trading,
    readonly clients: readonly ApiClient[],
    readonly theirs: Belongings,
    /** What nobody else may ever be shown. */
    readonly secrets: readonly string[],
  ) {}

  /** What one buyer has and the other has no part in, though they trade with each other. */
  get apart(): readonly { readonly client: ApiClient; readonly reservationIds: readonly string[] }[] {
    const [, first, second] = this.clients as readonly [ApiClient, ApiClient, ApiClient];
    const [held, , whole, , released, cancelled] = this.theirs.reservationIds as readonly string[];
    return [
      { client: first, reservationIds: [whole, cancelled] as string[] },
      { client: second, reservationIds: [held, released] as string[] },
    ];
  }

  static async start(app: TestApp): Promise<Tenants> {
    const market = await Trading.open(app, { endpoint: ENDPOINT });
    const first = await market.buyer('Very private buyer', 117);
    const second = await market.buyer('Very private second', 213);
    const clients = [market.provider, first, second];
    const trades = await trade(market, first, second);
    const people = await Promise.all(
      clients.map((client) => peopleOf(app, client, client !== second)),
    );
    const webhook = await webhookOf(first);
    const theirs = {
      ...webhook,
      ...{ poolIds: [market.poolId], ...trades },
      memberIds: people.flatMap(({ memberIds }) => memberIds),
      keyIds: people.flatMap(({ keyIds }) => keyIds),
      teamIds: people.flatMap(({ teamIds }) => teamIds),
      exportIds: [await fileOf(market, first)],
      pilotIds: [await pilotOf(first, trades.reservationIds[1] as string)],
    };
    const secrets = [
      ...[ENDPOINT.url, ENDPOINT.credential, 'Very private', '117000000', '213000000'],
      ...[...webhook.endpointIds, ...webhook.deliveryIds],
      ...trades.reservationIds,
      ...trades.orderIds,
      ...trades.quoteIds,
      ...theirs.pilotIds,
      ...theirs.exportIds,
      ...people.flatMap(({ secrets: all }) => all),
    ];
    return new Tenants(market, clients, theirs, secrets);
  }
}

async function trade(
  market: Trading,
  first: ApiClient,
  second: ApiClient,
): Promise<Pick<Belongings, 'listingIds' | 'reservationIds' | 'orderIds' | 'quoteIds'>> {
  const listingId = await market.list(100, 120, 5_000, 7);
  const paid = await market.buy(first, listingId, 100, 110, 10);
  const offer = { reservationId: paid, window: market.window(104, 106), quantity: '10', unitPrice: '9' };
  const made = await first.mustMutate('resellReservation', 'ResellReservationInput', offer, {
    fields: '... on ResellReservationSuccess { listing { listingId } }',
  });
  const resaleListing = made['listing'].listingId as string;
  const resale = await market.buy(second, resaleListing, 104, 106, 5);
  const whole = await market.buy(second, listingId, 110, 112, 3);
  const cancelled = await market.buy(second, listingId, 112, 114, 3);
  await second.mustMutate('cancelReservation', 'CancelReservationInput', {
    ...{ reservationId: cancelled, feeAccepted: '0' },
  });
  const held = await market.reserve(first, listingId, 114, 116, 3);
  const released = await market.reserve(first, listingId, 116, 118, 3);
  const { reservationId } = released;
  await first.mustMutate('releaseHold', 'ReleaseHoldInput', { reservationId });
  const ids = [held['reservationId'], paid, whole, resale, reservationId, cancelled] as string[];
  const bid = { window: market.window(106, 107), quantity: '1', limitPrice: '1' };
  const { order } = await second.mustMutate(
    'placeOrder',
    'PlaceOrderInput',
    { marketId: 'llama-3.3-70b@fp8', ...bid },
    { fields: '... on PlaceOrderSuccess { order { orderId } }' },
  );
  const [auctionId, sealedId] = await auction(market, second);
  const listingIds = [listingId, resaleListing, auctionId];
  const quoteIds = [await quote(market, first)];
  return { listingIds, reservationIds: ids, orderIds: [order.orderId, sealedId], quoteIds };
}

/** Requests that would be repeated on a reservation of theirs. */
async function pilotOf(buyer: ApiClient, mirrorReservationId: string): Promise<string> {
  const input = { mirrorReservationId, share: 1, requestsMax: 1, tokensMax: '1' };
  const { pilot } = await buyer.mustMutate('startPilot', 'StartPilotInput', input, {
    fields: '... on StartPilotSuccess { pilot { pilotId } }',
  });
  return pilot.pilotId as string;
}

/** A file of what a buyer's books say. */
async function fileOf({ start }: Trading, buyer: ApiClient): Promise<string> {
  const month = new Date(start).toISOString().slice(0, 7);
  const { data } = await buyer.ask('{ clock { now } }');
  const now = String(data?.['clock']?.now ?? '').slice(0, 7);
  const input = { dataset: 'LEDGER_ENTRIES', format: 'CSV', month: now === '' ? month : now };
  const made = await buyer.mustMutate('requestExport', 'RequestExportInput', input, {
    fields: '... on RequestExportSuccess { export { exportId } }',
  });
  return made['export'].exportId as string;
}

/** One that was given back: it does not expire while the test runs. */
async function quote(market: Trading, buyer: ApiClient): Promise<string> {
  const asked = { marketId: 'llama-3.3-70b@fp8', window: market.window(118, 119), quantity: '1' };
  const given = await buyer.mustMutate('requestQuote', 'RequestQuoteInput', asked, {
    fields: '... on RequestQuoteSuccess { quote { quoteId } }',
  });
  const { quoteId } = given['quote'] as { readonly quoteId: string };
  await buyer.mustMutate('releaseQuote', 'ReleaseQuoteInput', { quoteId });
  return quoteId;
}

/** An auction that stays open, and the bid in it. */
async function auction(market: Trading, buyer: ApiClient): Promise<readonly [string, string]> {
  const { poolId } = market;
  const window = market.window(200, 201);
  const terms = { window, quantity: '10', reservePrice: '1', closesAt: window.start };
  const { listing } = await market.provider.mustMutate('openAuction', 'OpenAuctionInput', { poolId, ...terms }, {
    fields: '... on OpenAuctionSuccess { listing { listingId } }',
  });
  const bid = { auctionId: listing.listingId, quantity: '7', limitPrice: '3' };
  const { order } = await buyer.mustMutate('placeAuctionBid', 'PlaceAuctionBidInput', bid, {
    fields: '... on PlaceAuctionBidSuccess { order { orderId } }',
  });
  return [listing.listingId, order.orderId];
}

/** An endpoint where nobody answers, and what is on its way there. */
async function webhookOf(owner: ApiClient): Promise<Pick<Belongings, 'endpointIds' | 'deliveryIds'>> {
  const input = { url: 'http://127.0.0.1:9/hooks', kinds: ['BUDGET_ALERT'], description: 'Very private' };
  const { endpoint } = await owner.mustMutate('createWebhookEndpoint', 'CreateWebhookEndpointInput', input, {
    fields: '... on CreateWebhookEndpointSuccess { endpoint { endpointId } }',
  });
  const { endpointId } = endpoint;
  const { delivery } = await owner.mustMutate('sendTestEvent', 'WebhookEndpointInput', { endpointId }, {
    fields: '... on SendTestEventSuccess { delivery { deliveryId } }',
  });
  return { endpointIds: [endpointId], deliveryIds: [delivery.deliveryId] };
}

interface People extends Pick<Belongings, 'memberIds' | 'keyIds' | 'teamIds'> {
  readonly secrets: readonly string[];
}

/** A member and an invited person beside the owner, a key and a team; who sells is public. */
async function peopleOf(app: TestApp, owner: ApiClient, isSeller: boolean): Promise<People> {
  const people = new Membership(app);
  const viewer = await owner.ask('{ viewer { organization { organizationId } } }');
  const { organizationId } = viewer.data?.['viewer'].organization;
  const mail = (who: string): string => `${who}-${organizationId}@private.example.com`;
  const member = await people.invite(owner, mail('member'));
  await people.accept(member.token);
  const invited = await people.invite(owner, mail('invited'));
  await program(app, owner, ['MARKET_READ']);
  const { team } = await owner.mustMutate(
    'createTeam',
    'CreateTeamInput',
    { name: 'Very private team' },
    { fields: '... on CreateTeamSuccess { team { teamId } }' },
  );
  const teamIds = [team.teamId as string];
  const { data } = await owner.ask(
    '{ apiKeys { edges { node { keyId } } } members { edges { node { memberId email } } } }',
  );
  const nodes = (list: string): any[] => data?.[list].edges.map((edge: any) => edge.node);
  const keyIds = nodes('apiKeys').map(({ keyId }) => keyId);
  const memberIds = nodes('members').map(({ memberId }) => memberId);
  const mails = nodes('members').map(({ email }) => email);
  const ids = [...keyIds, ...teamIds, ...memberIds, ...(isSeller ? [] : [organizationId])];
  return { memberIds, keyIds, teamIds, secrets: [...ids, ...mails, invited.token] };
}

/** What they see of their own, to compare before and after. */
export async function stateOf({ clients, theirs }: Tenants): Promise<unknown> {
  const list = 'edges { node';
  const query = `{
    wallet { balance reserved inEscrow owed }
    orders { ${list} { orderId status remaining } } }
    quotes { ${list} { quoteId status endedAt } } }
    members { ${list} { memberId role email } } }
    teams { ${list} { teamId name } } }
    apiKeys { ${list} { keyId revokedAt } } }
    webhookEndpoints { ${list} { endpointId url disabledAt previousSecretUntil } } }
    pools(own: true) { ${list} { poolId profileVersion nameplate { quantity window { start end } }
      endpoint { url } terms { buyerShareMax cancellation { fee } } } } }
    listings(own: true, status: null, kind: null) { ${list} { listingId status remaining { quantity } } } }
    bought: reservations { ${list} { reservationId status entitlement { quantity window { start end } } } } }
  }`;
  const ask = async () => Promise.all(clients.map(async (client) => (await client.ask(query)).data));
  const ids = [...theirs.poolIds, ...theirs.listingIds, ...theirs.reservationIds, ...theirs.orderIds, ...theirs.quoteIds];
  const isThere = (states: readonly any[]): boolean => {
    const text = JSON.stringify(states);
    const isListed = [...ids, 'CANCELLED', 'RELEASED'].every((one) => text.includes(one));
    // The resale and the rest, 5 x 2 h x 9 and 3 x 2 h x 7: the cancelled sale was given back.
    return isListed && states[2].wallet.inEscrow === '132';
  };
  return until(ask, isThere);
}
