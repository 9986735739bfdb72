import type { AnyProjection } from './projection.js';
import { toSubscription } from './projection.js';
import type { Subscription } from './subscription.js';

/** Every reader of the log, added by the domains while they start. */
export class SubscriptionRegistry {
  private readonly byName = new Map<string, Subscription>();
  private readonly projectionList: AnyProjection[] = [];

  addProjection(projection: AnyProjection): void {
    this.projectionList.push(projection);
    this.add(toSubscription(projection));
  }

  /** @throws Error when the name is taken: two readers would share a checkpoint */
  add(subscription: Subscription): void {
    const { name } = subscription;
    if (this.byName.has(name)) throw new Error(`two subscriptions are named ${name}`);
    this.byName.set(name, subscription);
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.byName.values()];
  }

  get projections(): readonly AnyProjection[] {
    return this.projectionList;
  }
}
