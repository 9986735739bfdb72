import type { LucideIcon } from 'lucide-react';
import {
  Activity, BookOpen, CalendarRange, CandlestickChart, Cpu, Gavel, Landmark, LayoutList,
  ListOrdered, ReceiptText, Server, Settings, ShieldCheck, Wallet,
} from 'lucide-react';
import type { ComponentType } from 'react';
import type { TopicId } from './docs/topics.js';
import type { Viewer } from './identity/identity.documents.js';

// Every page there is. A page is fetched when somebody is about to go there; its name is what stands in
// the navigation and in the command palette. To add one, add a line: see web/README.md.

export interface PageProps {
  /** The parts of the path that are named in the route. */
  readonly params: Readonly<Record<string, string | undefined>>;
}

export interface MemberPageProps extends PageProps {
  readonly viewer: Viewer;
}

interface Common {
  readonly path: string;
  readonly title: string;
  /** What the docs explain it by; null: it explains itself. */
  readonly docs: TopicId | null;
  /** Where it stands in the navigation; without it one comes here from elsewhere. */
  readonly nav?: {
    readonly group: NavGroup;
    readonly icon: LucideIcon;
    /** Pressed after G: goes there from anywhere. */
    readonly key: string;
    readonly isShown?: (viewer: Viewer | null) => boolean;
  };
}

export type Route = Common &
  (
    | { readonly access: 'anyone'; readonly load: () => Promise<ComponentType<PageProps>> }
    /** Whoever is not signed in is asked to, in the place of the page. */
    | { readonly access: 'member'; readonly load: () => Promise<ComponentType<MemberPageProps>> }
  );

/** Groups that come with who one is are last: nothing moves when that is known. */
export const NAV_GROUPS = ['Trade', 'Yours', 'Help', 'Provide', 'Run'] as const;
export type NavGroup = (typeof NAV_GROUPS)[number];

export const ROUTES: readonly Route[] = [
  {
    ...{ path: '/', title: 'Market', access: 'anyone', docs: 'market' },
    nav: { group: 'Trade', icon: LayoutList, key: 'm' },
    load: async () => (await import('./allocation/market.page.js')).MarketPage,
  },
  {
    ...{ path: '/app/bid', title: 'Bid', access: 'anyone', docs: 'bids' },
    nav: { group: 'Trade', icon: CandlestickChart, key: 'b' },
    load: async () => (await import('./allocation/bid.page.js')).BidPage,
  },
  {
    ...{ path: '/app/auctions', title: 'Auctions', access: 'anyone', docs: 'auctions' },
    nav: { group: 'Trade', icon: Gavel, key: 'a' },
    load: async () => (await import('./allocation/auctions.page.js')).AuctionsPage,
  },
  {
    ...{ path: '/app/auctions/:auctionId', title: 'Auction', access: 'anyone', docs: 'auctions' },
    load: async () => (await import('./allocation/auction.page.js')).AuctionPage,
  },
  {
    ...{ path: '/app/plan', title: 'Planner', access: 'member', docs: 'plans' },
    nav: { group: 'Trade', icon: CalendarRange, key: 'p' },
    load: async () => (await import('./allocation/plan.page.js')).PlanPage,
  },
  {
    ...{ path: '/app/reserve/:listingId', title: 'Reserve', access: 'member', docs: 'market' },
    load: async () => (await import('./allocation/reserve.page.js')).ReservePage,
  },
  {
    ...{ path: '/app/capacity', title: 'My capacity', access: 'member', docs: 'capacity' },
    nav: { group: 'Yours', icon: ListOrdered, key: 'c' },
    load: async () => (await import('./allocation/capacity.page.js')).CapacityPage,
  },
  {
    ...{ path: '/app/capacity/:reservationId', title: 'Reservation', access: 'member', docs: 'capacity' },
    load: async () => (await import('./allocation/reservation.page.js')).ReservationPage,
  },
  {
    ...{ path: '/app/serving', title: 'Serving', access: 'member', docs: 'serving' },
    nav: { group: 'Yours', icon: Activity, key: 's' },
    load: async () => (await import('./metering/serving.page.js')).ServingPage,
  },
  {
    ...{ path: '/app/serving/usage', title: 'Usage', access: 'member', docs: 'serving' },
    load: async () => (await import('./metering/usage.page.js')).UsagePage,
  },
  {
    ...{ path: '/app/serving/requests', title: 'Requests', access: 'member', docs: 'serving' },
    load: async () => (await import('./metering/requests.page.js')).RequestsPage,
  },
  {
    ...{ path: '/app/serving/routing', title: 'Routing', access: 'member', docs: 'serving' },
    load: async () => (await import('./gateway/routing.page.js')).RoutingPage,
  },
  {
    ...{ path: '/app/serving/keys', title: 'Serving keys', access: 'member', docs: 'serving' },
    load: async () => (await import('./gateway/serving-keys.page.js')).ServingKeysPage,
  },
  {
    ...{ path: '/app/serving/credits', title: 'Credits and disputes', access: 'member', docs: 'credits' },
    load: async () => (await import('./metering/credits.page.js')).CreditsPage,
  },
  {
    ...{ path: '/app/pilots', title: 'Pilots', access: 'member', docs: 'pilots' },
    load: async () => (await import('./gateway/pilots.page.js')).PilotsPage,
  },
  {
    ...{ path: '/app/pilots/:pilotId', title: 'Pilot', access: 'member', docs: 'pilots' },
    load: async () => (await import('./gateway/pilot.page.js')).PilotPage,
  },
  {
    ...{ path: '/app/wallet', title: 'Wallet', access: 'member', docs: 'money' },
    nav: { group: 'Yours', icon: Wallet, key: 'w' },
    load: async () => (await import('./billing/wallet.page.js')).WalletPage,
  },
  {
    ...{ path: '/app/finance', title: 'Finance', access: 'member', docs: 'money' },
    nav: { group: 'Yours', icon: Landmark, key: 'f' },
    load: async () => (await import('./billing/finance.page.js')).FinancePage,
  },
  {
    ...{ path: '/app/finance/invoices', title: 'Invoices', access: 'member', docs: 'money' },
    load: async () => (await import('./billing/invoices.page.js')).InvoicesPage,
  },
  {
    ...{ path: '/app/finance/invoices/:monthOrNumber', title: 'Invoice', access: 'member', docs: 'money' },
    load: async () => (await import('./billing/invoice.page.js')).InvoicePage,
  },
  {
    ...{ path: '/app/finance/ledger', title: 'Ledger', access: 'member', docs: 'money' },
    load: async () => (await import('./billing/ledger.page.js')).LedgerPage,
  },
  {
    ...{ path: '/app/finance/payment-methods', title: 'Payment methods', access: 'member', docs: 'money' },
    load: async () => (await import('./billing/payment-methods.page.js')).PaymentMethodsPage,
  },
  {
    ...{ path: '/app/finance/payouts', title: 'Payouts', access: 'member', docs: 'payouts' },
    load: async () => (await import('./billing/payouts.page.js')).PayoutsPage,
  },
  {
    ...{ path: '/app/finance/limits', title: 'Limits and approvals', access: 'member', docs: 'budgets' },
    load: async () => (await import('./billing/limits.page.js')).LimitsPage,
  },
  {
    ...{ path: '/app/finance/exports', title: 'Exports', access: 'member', docs: 'exports' },
    load: async () => (await import('./billing/exports.page.js')).ExportsPage,
  },
  {
    ...{ path: '/app/finance/profile', title: 'Billing profile', access: 'member', docs: 'money' },
    load: async () => (await import('./billing/profile.page.js')).ProfilePage,
  },
  {
    ...{ path: '/app/settings', title: 'Settings', access: 'member', docs: 'keys' },
    nav: { group: 'Yours', icon: Settings, key: 'e' },
    load: async () => (await import('./identity/people.page.js')).PeoplePage,
  },
  {
    ...{ path: '/app/settings/keys', title: 'API keys', access: 'member', docs: 'keys' },
    load: async () => (await import('./identity/keys.page.js')).KeysPage,
  },
  {
    ...{ path: '/app/settings/teams', title: 'Teams', access: 'member', docs: 'keys' },
    load: async () => (await import('./identity/teams.page.js')).TeamsPage,
  },
  {
    ...{ path: '/app/settings/security', title: 'Sessions and password', access: 'member', docs: 'keys' },
    load: async () => (await import('./identity/security.page.js')).SecurityPage,
  },
  {
    ...{ path: '/app/settings/webhooks', title: 'Webhooks and e-mail', access: 'member', docs: 'webhooks' },
    load: async () => (await import('./identity/webhooks.page.js')).WebhooksPage,
  },
  {
    ...{ path: '/app/settings/audit', title: 'Audit trail', access: 'member', docs: 'keys' },
    load: async () => (await import('./identity/audit.page.js')).AuditPage,
  },
  {
    ...{ path: '/app/pools', title: 'Pools', access: 'member', docs: 'providing' },
    nav: {
      ...{ group: 'Provide', icon: Server, key: 'o' },
      isShown: (viewer) => viewer?.organization.isProvider === true,
    },
    load: async () => (await import('./allocation/pools-to-list.page.js')).PoolsToListPage,
  },
  {
    ...{ path: '/app/pools/register', title: 'Register a pool', access: 'member', docs: 'providing' },
    load: async () => (await import('./providers/register-pool.page.js')).RegisterPoolPage,
  },
  {
    ...{ path: '/app/pools/:poolId', title: 'Pool', access: 'member', docs: 'providing' },
    load: async () => (await import('./allocation/pool.page.js')).PoolPage,
  },
  {
    ...{ path: '/app/pools/:poolId/list', title: 'List capacity', access: 'member', docs: 'providing' },
    load: async () => (await import('./allocation/list-pool.page.js')).ListPoolPage,
  },
  {
    ...{ path: '/app/pools/:poolId/change', title: 'Change a pool', access: 'member', docs: 'providing' },
    load: async () => (await import('./providers/change-pool.page.js')).ChangePoolPage,
  },
  {
    ...{ path: '/app/pools/:poolId/curtail', title: 'Take capacity back', access: 'member', docs: 'providing' },
    load: async () => (await import('./allocation/curtail.page.js')).CurtailPage,
  },
  {
    ...{ path: '/app/provided', title: 'Statements', access: 'member', docs: 'credits' },
    nav: {
      ...{ group: 'Provide', icon: ReceiptText, key: 'v' },
      isShown: (viewer) => viewer?.organization.isProvider === true,
    },
    load: async () => (await import('./billing/provided.page.js')).ProvidedPage,
  },
  {
    ...{ path: '/app/platforms', title: 'Platforms', access: 'anyone', docs: 'providing' },
    nav: { group: 'Help', icon: Cpu, key: 'h' },
    load: async () => (await import('./gateway/platforms.page.js')).PlatformsPage,
  },
  {
    ...{ path: '/app/admin', title: 'Administration', access: 'member', docs: 'operating' },
    nav: { group: 'Run', icon: ShieldCheck, key: 'x', isShown: (viewer) => viewer?.isPlatformAdmin === true },
    load: async () => (await import('./admin/organizations.page.js')).OrganizationsPage,
  },
  {
    ...{ path: '/app/admin/evidence', title: 'Evidence', access: 'member', docs: 'operating' },
    load: async () => (await import('./admin/evidence.page.js')).EvidencePage,
  },
  {
    ...{ path: '/app/admin/jobs', title: 'Jobs', access: 'member', docs: 'operating' },
    load: async () => (await import('./admin/jobs.page.js')).JobsPage,
  },
  {
    ...{ path: '/app/admin/payments', title: 'Payments', access: 'member', docs: 'operating' },
    load: async () => (await import('./admin/payments.page.js')).PaymentsPage,
  },
  {
    ...{ path: '/app/admin/stand-in', title: 'TEST: the stand-in for Stripe', access: 'member', docs: 'operating' },
    load: async () => (await import('./admin/stand-in.page.js')).StandInPage,
  },
  {
    ...{ path: '/app/admin/invoices', title: 'Issued invoices', access: 'member', docs: 'operating' },
    load: async () => (await import('./admin/invoices.page.js')).IssuedInvoicesPage,
  },
  {
    ...{ path: '/app/admin/invoices/:number', title: 'Issued invoice', access: 'member', docs: 'operating' },
    load: async () => (await import('./admin/invoice.page.js')).IssuedInvoicePage,
  },
  {
    ...{ path: '/app/admin/profile', title: 'Exchange profile', access: 'member', docs: 'operating' },
    load: async () => (await import('./admin/exchange-profile.page.js')).ExchangeProfilePage,
  },
  {
    ...{ path: '/app/admin/verify', title: 'Verify', access: 'member', docs: 'verifying' },
    load: async () => (await import('./admin/verify.page.js')).VerifyPage,
  },
  {
    ...{ path: '/app/admin/audit', title: 'Audit log', access: 'member', docs: 'operating' },
    load: async () => (await import('./admin/audit-log.page.js')).AuditLogPage,
  },
  {
    ...{ path: '/docs', title: 'Quick start', access: 'anyone', docs: null },
    nav: { group: 'Help', icon: BookOpen, key: 'd' },
    load: async () => (await import('./docs/quick-start.page.js')).QuickStartPage,
  },
  {
    ...{ path: '/docs/explorer', title: 'GraphQL explorer', access: 'anyone', docs: null },
    load: async () => (await import('./docs/explorer.page.js')).ExplorerPage,
  },
  {
    ...{ path: '/app/sign-in', title: 'Sign in', access: 'anyone', docs: null },
    load: async () => (await import('./identity/sign-in.page.js')).SignInPage,
  },
  {
    ...{ path: '/app/sign-up', title: 'Sign up', access: 'anyone', docs: null },
    load: async () => (await import('./identity/sign-up.page.js')).SignUpPage,
  },
  {
    ...{ path: '/app/invite', title: 'Join an organization', access: 'anyone', docs: null },
    load: async () => (await import('./identity/invite.page.js')).InvitePage,
  },
];
