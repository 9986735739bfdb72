/** How urgent a request is, most urgent first. Whoever waits is served in this order. */
export const TIERS = ['fast', 'priority', 'standard', 'batch'] as const;
export type Tier = (typeof TIERS)[number];

/** What OpenAI's `service_tier` means here. */
const BY_SERVICE_TIER: Readonly<Record<string, Tier>> = {
  auto: 'standard',
  default: 'standard',
  flex: 'batch',
  scale: 'priority',
  priority: 'priority',
};

export function isTier(text: string): text is Tier {
  return (TIERS as readonly string[]).includes(text);
}

export function tierOfService(name: string): Tier | null {
  return BY_SERVICE_TIER[name] ?? null;
}

/** Up to which share of what all tiers have in common each may use, in hundredths: when it is scarce, the lowest is refused first. */
const SHARES: Readonly<Record<Tier, number>> = { fast: 100, priority: 90, standard: 75, batch: 50 };

/** `whole`: what all tiers have in common. */
export const shareOf = (tier: Tier, whole: number): number => (whole * SHARES[tier]) / 100;

/** Smaller is more urgent. */
export const rankOf = (tier: Tier): number => TIERS.indexOf(tier);
