import { Controller, HttpCode, Inject, Post, Req, BadRequestException } from '@nestjs/common';
import type { RawBodyRequest } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { StripeEventService } from '../application/stripe-event.service.js';

/** Stripe tells here what became of payments. Trusted by signature only. */
@Controller('webhooks')
export class StripeWebhookController {
  constructor(@Inject(StripeEventService) private readonly events: StripeEventService) {}

  @Post('stripe')
  @HttpCode(200)
  async receive(@Req() request: RawBodyRequest<FastifyRequest>): Promise<{ readonly received: true }> {
    const { 'stripe-signature': signature } = request.headers;
    const { rawBody } = request;
    if (rawBody === undefined || typeof signature !== 'string') {
      throw new BadRequestException('Stripe-Signature: expected, with the body as Stripe sent it');
    }
    const refusal = await this.events.receive(rawBody, signature);
    if (refusal !== null) throw new BadRequestException(`Stripe-Signature: ${refusal}`);
    return { received: true };
  }
}
