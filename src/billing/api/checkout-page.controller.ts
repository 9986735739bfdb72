import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  GoneException,
  Inject,
  NotFoundException,
  Param,
  Post,
  Req,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isAllowed } from '../../api/graphql/access.guard.js';
import { isOwnOrigin } from '../../api/graphql/socket-door.js';
import { RequestAuthenticator } from '../../api/http/request-authenticator.js';
import { organizationOf } from '../../identity/contract.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/platform.module.js';
import { payerChecksOut } from '../adapter/stripe/stand-in/checkout.operations.js';
import type { CheckoutPage } from '../adapter/stripe/stand-in/stand-in.server.js';
import { PaymentProvider } from '../application/payment-provider.js';

const TOKEN = /^cs_test_\w{1,100}$/;
const HEADERS = {
  'content-security-policy': "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Stripe's published test cards: https://docs.stripe.com/testing */
const CARDS = {
  pm_card_visa: 'Visa …4242: succeeds',
  pm_card_mastercard: 'Mastercard …4444: succeeds',
  pm_card_chargeDeclined: 'Card that is declined',
  pm_card_chargeCustomerFail: 'Card that is saved, and declined when it is charged',
} as const;
const cardSchema = z.object({ card: z.enum(Object.keys(CARDS) as [keyof typeof CARDS]) });

const buttons = Object.entries(CARDS)
  .map(([name, text]) => `<p><button type="submit" name="card" value="${name}">TEST ${text}</button></p>`)
  .join('');

const page = (text: string, cancelUrl: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>TEST: the stand-in for Stripe</title></head>
<body><main><h1>TEST: the stand-in for Stripe</h1>
<p>No Stripe key is set, so this page stands where Stripe would ask for a card. No card exists, and nobody is charged.</p>
<p role="status">${text}</p><form method="post">${buttons}</form><p><a href="${escaped(cancelUrl)}">Go back without a card</a></p></main></body></html>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Where Stripe's page for cards would be. Only where the stand-in runs, and for those who keep the books. */
@Controller('stripe-stand-in/checkout')
export class CheckoutPageController {
  constructor(
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(RequestAuthenticator) private readonly authenticator: RequestAuthenticator,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get(':token')
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { cancelUrl } = await this.open(token, request);
    await this.answer(reply, page('Which card is it?', cancelUrl));
  }

  @Post(':token')
  async complete(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { successUrl, cancelUrl } = await this.open(token, request);
    // The cookie goes with what other sites of this host's domain send, too.
    if (!isOwnOrigin(request.raw, request.cookies, this.settings.TRUST_PROXY)) {
      throw new ForbiddenException('a card is given on its own page only');
    }
    const chosen = cardSchema.safeParse(body);
    if (!chosen.success) return this.answer(reply, page('That is none of these cards.', cancelUrl));
    if (!(await this.give(token, chosen.data.card))) return this.answer(reply, page('That card was declined. Try another.', cancelUrl));
    await reply.headers(HEADERS).redirect(successUrl, 303);
  }

  /** Whether the card was saved; one that is declined leaves the page open. */
  private async give(token: string, card: string): Promise<boolean> {
    const answer = await this.provider.simulator?.happen(payerChecksOut(token, card));
    if (answer?.status === 400) throw new GoneException('the page was used or has expired: ask for another');
    const { object } = (answer?.body ?? {}) as { readonly object?: string };
    return object === 'checkout.session';
  }

  private async answer(reply: FastifyReply, html: string): Promise<void> {
    await reply.headers(HEADERS).type('text/html; charset=utf-8').send(html);
  }

  /** Another organization's page is answered as one that is not there. */
  private async open(token: string, request: FastifyRequest): Promise<CheckoutPage> {
    const { simulator } = this.provider;
    if (simulator === null) throw new NotFoundException('Stripe itself is used');
    const principal = await this.authenticator.authenticate(request);
    if (principal.kind === 'anonymous') throw new UnauthorizedException('sign in at /app first');
    if (!isAllowed({ who: 'members', roles: ['owner', 'finance'], scope: 'billing:write' }, principal)) {
      throw new ForbiddenException('this needs the role owner or finance');
    }
    const found = TOKEN.test(token) ? simulator.checkout(token) : null;
    if (found === null || found.ownerId !== organizationOf(principal)) {
      throw new NotFoundException('there is no such page: ask for another');
    }
    return found;
  }
}
