import { Inject, Injectable } from '@nestjs/common';
import { DAY_MS, floorToGrid, plus, type Instant } from '../../../kernel/time.js';
import type { Window } from '../../../kernel/window.js';
import { differenceOf } from '../../model/reconciliation/compare.js';
import { MeteredDays, type MeteredDay } from '../../projection/metered-day.queries.js';
import { PaymentProvider } from '../payment-provider.js';
import { answered } from '../stripe-answer.js';
import type { Judged } from './invoice-mirror.review.js';
import { MeterMirrorCalls } from './meter-mirror.calls.js';

const PAGE = 200;

/** What the meter was told beside what it counts, by customer and day. */
@Injectable()
export class MeterMirrorReview {
  constructor(
    @Inject(MeteredDays) private readonly days: MeteredDays,
    @Inject(MeterMirrorCalls) private readonly calls: MeterMirrorCalls,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
  ) {}

  /** @throws Error when Stripe does not answer: ask again */
  async *compared(window: Window): AsyncGenerator<Judged> {
    const meterId = await this.calls.meterId();
    for (let after = ''; ; ) {
      const page = await this.days.page(window, after, PAGE);
      // What came after the window is looked at by the next run.
      for (const day of page.filter(({ isUnderWay }) => !isUnderWay)) yield await this.compare(day, meterId);
      if (page.length < PAGE) return;
      after = page.at(-1)?.reference ?? '';
    }
  }

  private async compare({ reference, organizationId, customerId, firstHour, quantity: ours }: MeteredDay, meterId: string | null): Promise<Judged> {
    const theirs = meterId === null ? null : await this.counted(meterId, customerId, firstHour);
    const kind = differenceOf({ reference, ours, theirs })?.kind ?? null;
    return { reference, organizationId, happenedAt: firstHour, ours, theirs, kind };
  }

  private async counted(meterId: string, customerId: string, hour: Date): Promise<bigint | null> {
    const start = floorToGrid(hour.getTime() as Instant, DAY_MS);
    return answered(await this.provider.gateway.meters.total({ meterId, customerId, window: { start, end: plus(start, DAY_MS) }, by: 'day' }));
  }
}
