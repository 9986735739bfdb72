import {
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
import { isAllowed } from '../../../api/graphql/access.guard.js';
import { isOwnOrigin } from '../../../api/graphql/socket-door.js';
import { RequestAuthenticator } from '../../../api/http/request-authenticator.js';
import { organizationOf } from '../../../identity/contract.js';
import type { Settings } from '../../../platform/config/settings.js';
import { SETTINGS } from '../../../platform/platform.module.js';
import { onboard } from '../../adapter/stripe/stand-in/account.life.js';
import type { Onboarding } from '../../adapter/stripe/stand-in/stand-in.server.js';
import { PaymentProvider } from '../../application/payment-provider.js';

const TOKEN = /^link_\w{1,100}$/;
const HEADERS = {
  'content-security-policy': "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const page = (text: string, form: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>TEST: the stand-in for Stripe</title></head>
<body><main><h1>TEST: the stand-in for Stripe</h1>
<p>No Stripe key is set, so this page stands where Stripe would ask who is paid and into which bank account.
No money moves, and nothing is asked.</p>
<p>${text}</p>${form}</main></body></html>`;

/**
 * Where Stripe's page of onboarding would be, so that a seller's way can be walked without Stripe. Only
 * where the stand-in runs, and for those who may be paid out.
 */
@Controller('stripe-stand-in/onboarding')
export class OnboardingPageController {
  constructor(
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(RequestAuthenticator) private readonly authenticator: RequestAuthenticator,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get(':token')
  async show(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { accountId } = await this.open(token, request);
    const form = '<form method="post"><button type="submit">Complete onboarding</button></form>';
    await reply.headers(HEADERS).type('text/html; charset=utf-8').send(page(`Account ${accountId}.`, form));
  }

  @Post(':token')
  async complete(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { returnUrl } = await this.open(token, request);
    // The cookie goes with what other sites of this host's domain send, too.
    if (!isOwnOrigin(request.raw, request.cookies, this.settings.TRUST_PROXY)) {
      throw new ForbiddenException('onboarding is completed from its own page only');
    }
    const answer = await this.provider.simulator?.happen((context) => onboard(token, context));
    if (answer?.status !== 200) throw new GoneException('the link was used or has expired: ask for another');
    await reply.headers(HEADERS).redirect(returnUrl, 303);
  }

  /** Another organization's link is answered as one that is not there. */
  private async open(token: string, request: FastifyRequest): Promise<Onboarding> {
    const { simulator } = this.provider;
    if (simulator === null) throw new NotFoundException('Stripe itself is used');
    const principal = await this.authenticator.authenticate(request);
    if (principal.kind === 'anonymous') throw new UnauthorizedException('sign in at /app first');
    if (!isAllowed({ who: 'members', roles: ['owner', 'finance'], scope: 'billing:write' }, principal)) {
      throw new ForbiddenException('this needs the role owner or finance');
    }
    const onboarding = TOKEN.test(token) ? simulator.onboarding(token) : null;
    if (onboarding === null || onboarding.ownerId !== organizationOf(principal)) {
      throw new NotFoundException('there is no such link: ask for another');
    }
    return onboarding;
  }
}
