// What everybody should have, worked out from the story alone.
import { partsOf } from './arithmetic.mjs';

/** The demo's own books: who paid what to whom, and what comes of it when all is delivered. */
export class Books {
  #wallets = new Map();
  #sales = [];
  #paidIn = 0n;

  /** What the party can spend, and what is set aside for its orders. */
  walletOf(party) {
    if (!this.#wallets.has(party)) this.#wallets.set(party, { balance: 0n, reserved: 0n });
    return this.#wallets.get(party);
  }

  get parties() {
    return [...this.#wallets.keys()];
  }

  /** All that came from cards. */
  get paidIn() {
    return this.#paidIn;
  }

  topUp(party, amount) {
    this.#paidIn += amount;
    this.walletOf(party).balance += amount;
  }

  setAside(party, amount) {
    this.walletOf(party).balance -= amount;
    this.walletOf(party).reserved += amount;
  }

  comesBack(party, amount) {
    this.setAside(party, -amount);
  }

  /**
   * @param sale buyer, seller, amount; royalty in basis points, and who gets it, where it is a resale
   * @returns the sale: what is refunded of it is noted there
   */
  buy(sale) {
    this.walletOf(sale.buyer).balance -= sale.amount;
    const noted = { royalty: 0n, provider: sale.seller, ...sale, refunded: 0n };
    this.#sales.push(noted);
    return noted;
  }

  /** As {@link buy}, of money that was set aside. */
  fill(sale) {
    this.comesBack(sale.buyer, sale.amount);
    return this.buy(sale);
  }

  refund(sale, amount) {
    sale.refunded += amount;
    this.walletOf(sale.buyer).balance += amount;
  }

  /** From a provider to a holder; no fee is taken of it. */
  penalty(provider, holder, amount) {
    this.walletOf(provider).balance -= amount;
    this.walletOf(holder).balance += amount;
  }

  /** Everything is delivered: sellers, providers and the exchange have their parts. */
  deliver(fee) {
    let [fees, royalties] = [0n, 0n];
    for (const sale of this.#sales) {
      const parts = partsOf(sale.amount - sale.refunded, { fee, royalty: sale.royalty });
      this.walletOf(sale.seller).balance += parts.seller;
      this.walletOf(sale.provider).balance += parts.royalty;
      sale.parts = parts;
      fees += parts.fee;
      royalties += parts.royalty;
    }
    this.#sales = [];
    return { fees, royalties };
  }
}
