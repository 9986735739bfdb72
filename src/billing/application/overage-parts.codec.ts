import { z } from 'zod';
import { basisPoints, whole } from '../../eventstore/codec-fields.js';
import type { MicroUsd } from '../../kernel/money.js';
import { TOKEN_CLASSES } from '../../metering/contract.js';

const part = z.object({
  ...{ tokenClass: z.enum(TOKEN_CLASSES), tier: z.string().nullable() },
  ...{ tokens: whole<bigint>(), weight: basisPoints, amount: whole<MicroUsd>() },
});

/** As events have them. Before classes and tiers were told apart a charge had no parts. */
export const overagePartsSchema = z.array(part).default([]);
