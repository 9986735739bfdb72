import { Controller, HttpCode, Inject, Post, Req, BadRequestException, type OnModuleInit } from '@nestjs/common';
import type { RawBodyRequest } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Metrics, type Gauge } from '../../platform/metrics/metrics.js';
import type { WebhookRefusal } from '../adapter/stripe/payment-gateway.js';
import { StripeEventService } from '../application/stripe-event.service.js';

const PATH = '/webhooks/stripe';
/** For whoever looks at what Stripe's dashboard shows of a delivery. */
const WHY: Readonly<Record<WebhookRefusal, string>> = {
  'bad-signature': 'Stripe-Signature: not of this body under a secret of STRIPE_WEBHOOK_SECRETS',
  'too-old': 'Stripe-Signature: more than five minutes old; deliver it again',
  'wrong-mode': 'livemode: not the mode of STRIPE_SECRET_KEY; send live events to a live key, and test events to a test key',
  malformed: 'body: not an event as Stripe describes it',
};

/** Stripe tells here what became of payments. Trusted by signature only. */
@Controller('webhooks')
export class StripeWebhookController implements OnModuleInit {
  /** How many were answered so, since the process began: nothing else is kept of them. */
  private readonly refused = new Map<number, number>();

  constructor(
    @Inject(StripeEventService) private readonly events: StripeEventService,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    // What the server refuses before it comes here, too: a body that it cannot read.
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    // Every answer of the server passes here: without a promise of its own.
    fastify.addHook('onSend', ({ routeOptions: { url } }, { statusCode }, payload, done) => {
      const isRefused = url === PATH && statusCode >= 400 && statusCode < 500;
      if (isRefused) this.refused.set(statusCode, (this.refused.get(statusCode) ?? 0) + 1);
      done(null, payload);
    });
    this.metrics.add(async () => [this.gauge()]);
  }

  @Post('stripe')
  @HttpCode(200)
  async receive(@Req() request: RawBodyRequest<FastifyRequest>): Promise<{ readonly received: true }> {
    const { 'stripe-signature': signature } = request.headers;
    const { rawBody } = request;
    if (rawBody === undefined || typeof signature !== 'string') {
      throw new BadRequestException('Stripe-Signature: expected, with the body as Stripe sent it');
    }
    const refusal = await this.events.receive(rawBody, signature);
    if (refusal !== null) throw new BadRequestException(WHY[refusal]);
    return { received: true };
  }

  private gauge(): Gauge {
    const values = Array.from(this.refused, ([status, value]) => ({ labels: { status: String(status) }, value }));
    const help = 'Webhooks at Stripe\'s address that could not be trusted or read, by status, since the process began.';
    return { name: 'headroom_stripe_webhooks_refused', help, values };
  }
}
