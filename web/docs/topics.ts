/** What the docs explain of the pages, by the anchor it has there. */
export const TOPIC_IDS = [
  ...(['market', 'bids', 'auctions', 'plans', 'capacity', 'serving', 'credits', 'pilots', 'providing'] as const),
  ...(['money', 'budgets', 'exports', 'payouts', 'keys', 'webhooks', 'operating', 'verifying'] as const),
] as const;
export type TopicId = (typeof TOPIC_IDS)[number];

export interface Topic {
  readonly title: string;
  readonly says: readonly string[];
}

/** In the words of a newcomer; the rules with their examples are in the docs of the project. */
export const TOPICS: Readonly<Record<TopicId, Topic>> = {
  market: {
    title: 'The market',
    says: [
      'An offer is a quantity of tokens per second of one model, over a window, from one pool. You may take any part of it, in whole lots, on the pool’s grid. The price is for a token per second and hour; beside it stands what a million tokens cost at full use.',
      'Reserving sets the capacity aside for a short while: what it costs, the cancellation fee and the terms of resale are fixed before you pay. Evidence is what was measured of the pool in seven days, with how often and how long ago.',
    ],
  },
  bids: {
    title: 'Bids and the waitlist',
    says: [
      'A bid takes the cheapest offer first, at the offer’s price, and covers its whole window. What nobody offers yet waits: the waitlist is the resting bids, highest price first, and of equal ones the earlier.',
      'What a bid may cost at most is set aside until it is filled or ends. Making it smaller keeps its place; another price, or more, is a new arrival.',
    ],
  },
  auctions: {
    title: 'Auctions',
    says: [
      'Bids are sealed until the close. The highest limits win, of equal ones the earlier, and everybody who wins pays the same: the highest limit that was refused for want of capacity, or the reserve price.',
    ],
  },
  plans: {
    title: 'The planner',
    says: [
      'A plan is the cheapest set of parts of offers that covers a demand over time, across all offers and providers of a model. It is held whole or not at all, and paid whole. What cannot be covered is said: when, and how much.',
    ],
  },
  capacity: {
    title: 'What you hold',
    says: [
      'A reservation is a rectangle: a quantity over a window. Any part of it may be listed or auctioned again where the terms of its sale allow it, or handed to a team, which may give it back before it begins. Extending sets the cheapest offers of the same pool aside from its end on. The chain of title leads from the pool to its holder.',
      'Until it begins it can be given back for the published fee, which is higher the later it is. When a provider takes capacity back, what you lose is refunded, and replaced where your rule says so.',
    ],
  },
  serving: {
    title: 'Serving and routing',
    says: [
      'A lane is a reservation of yours that holds something now. Routing says which lane comes first, and where a request goes when none has room. A request sets aside the most it can cost, and is billed by what it used.',
      'A canary is a lane that a share of requests tries first. Over 20 requests or more it is compared with the best other lane of its model: with a p95 above 1.5 times that one’s, or 5 points of a hundred more failures, it retreats to the last place until that is ten minutes ago. Routing shows the lanes side by side, and why one has retreated.',
      'A serving key calls models and nothing else. Use above what is reserved is refused or charged as overage, as your guardrails and the pool say.',
    ],
  },
  credits: {
    title: 'What a miss pays',
    says: [
      'Every pool promises a time to the first token, a stream speed and an availability. Each hour is judged by what was measured; a miss pays a credit by itself, with its formula and evidence. Either side may dispute it.',
    ],
  },
  pilots: {
    title: 'Pilots',
    says: ['A pilot repeats a share of your requests on a second lane and compares the two. Clients notice nothing, and it ends by itself: by its hours, its requests or its tokens.'],
  },
  providing: {
    title: 'Providing capacity',
    says: [
      'A pool is one deployment of one model, at one quantization, on one platform in one region, with its promise and its terms. What is listed is never more than the pool has free, hour by hour.',
      'Capacity, serving profile, terms and endpoint of a pool can be changed; what was sold keeps the terms and weights that it was sold with.',
      'What you take back is said first, holder by holder. You are paid for what was delivered, less the exchange’s fee and credits for missed promises.',
    ],
  },
  money: {
    title: 'Money and invoices',
    says: [
      'The wallet holds what you can spend. What you buy is set aside until it is delivered, hour by hour. Every change is a transaction of the ledger whose lines sum to zero, and each line of an invoice leads to it.',
      'A month is invoiced after its end, once late use has come. An issued invoice never changes: it is credited or made void.',
    ],
  },
  budgets: {
    title: 'Limits, approvals and budgets',
    says: [
      'A limit refuses what would go above it: for one order, a day or a month; of the organization, a role, a member or a key. Above a threshold an order waits until somebody else approves it.',
      'A budget refuses nothing. It says what a month is meant to cost, and tells you at the percentages you choose.',
    ],
  },
  exports: {
    title: 'Exports',
    says: [
      'Books, usage and invoices of a month as CSV, JSON Lines, Parquet, FOCUS, PDF or e-invoice. They are made in the background; a link works for 15 minutes, and files are kept for 30 days. The same closed month gives the same file.',
    ],
  },
  payouts: {
    title: 'Payouts',
    says: ['What you earn becomes payable as it is delivered, and is paid to your account at Stripe by the published rule. Credits that come later are taken from what is earned next.'],
  },
  keys: {
    title: 'People, roles and keys',
    says: [
      'Owners may do everything, traders buy and sell, finance keeps the books, viewers read. An API key may do what its scopes say, and is shown once: keep it where secrets are kept.',
    ],
  },
  webhooks: {
    title: 'Webhooks and e-mail',
    says: ['An endpoint is told what happens, with a signature that your side checks, and again for almost three days while it does not answer. Each kind of notice by e-mail can be turned off.'],
  },
  operating: {
    title: 'Running the exchange',
    says: [
      'Jobs that failed are listed with why, and can be run again. A call that Stripe did not answer for two hours waits for a person: it is asked again, or whoever looked at Stripe says what became of it.',
      'Without a Stripe key a stand-in answers, and no money moves. Its page (Administration > Stand-in) lets what you choose go wrong: calls that fail or are not answered, disputes, refunds and bank debits that come back, webhooks that come late, twice or in another order.',
      'Say once whom invoices are from (Exchange profile): until then they carry the exchange’s name alone, and no customer can have an e-invoice made. It counts for invoices that are issued after that.',
    ],
  },
  verifying: {
    title: 'Verifying the books',
    says: ['A verification reads the whole log, makes every read model again from it and compares them. It names the first thing that does not hold, or says that there is none.'],
  },
};
