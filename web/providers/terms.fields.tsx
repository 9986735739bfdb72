import type { ReactNode } from 'react';
import { CheckField, TextField } from '../ui/field.js';
import { percentField, usdField } from '../ui/format.js';
import { FREE, Part, SHORT, Step } from './field.parts.js';
import type { Pool } from './providers.documents.js';

type Terms = Pool['terms'];

/** To begin with: the standard formula, and terms that many buyers know. */
const FIRST_TERMS: Terms = {
  buyerShareMax: null,
  overagePrice: null,
  setAside: null,
  cancellation: [{ noticeHours: 24, fee: 0 }, { noticeHours: 0, fee: 5_000 }],
  curtailment: { reclaimNoticeHours: null, outagePenalty: 0, reclaimPenalty: 0 },
  credits: {
    samplesMin: 50,
    exclusions: ['OVER_LIMIT', 'TOO_LONG', 'BATCH'],
    steps: [[0, 1_000], [2_500, 2_500], [5_000, 5_000], [10_000, 10_000]].map(([missedBy = 0, credit = 0]) => ({ missedBy, credit })),
  },
  resale: { isTransferable: true, hopsMax: 2, royalty: 500, priceCap: null, holdingTimeMinutes: 0 },
};

/** All that a pool is sold under, as it is now or as it is offered to begin with. */
export function TermsFields({ terms = FIRST_TERMS }: { readonly terms?: Terms }): ReactNode {
  return (
    <>
      <CreditFields credits={terms.credits} />
      <CancellationFields steps={terms.cancellation} />
      <CurtailmentFields curtailment={terms.curtailment} />
      <ResaleFields resale={terms.resale} />
      <BuyerFields terms={terms} />
    </>
  );
}

const field = (value: number | null): string => (value === null ? '' : percentField(value));

/** Room for a step more, so that none is lost and another can be added. */
const roomFor = (steps: readonly unknown[], least: number): readonly number[] => Array.from({ length: Math.max(least, steps.length + 1) }, (_, index) => index);

const CREDIT_STEPS = 4;
const CANCELLATION_STEPS = 3;
const NO_STEP = 'empty: no step from here on';

function CreditFields({ credits: { steps, samplesMin, exclusions } }: { readonly credits: Terms['credits'] }): ReactNode {
  return (
    <Part title="When the promise is missed in an hour">
      {roomFor(steps, CREDIT_STEPS).map((index) => (
        <Step key={index}>
          <TextField
            {...{ ...SHORT, required: false }}
            label={`Step ${index + 1}: missed by (%)`}
            name={`terms.credits.steps.${index}.missedBy`}
            defaultValue={field(steps[index]?.missedBy ?? null)}
            hint={index === 0 ? 'more than this of the objective; 0: at all' : NO_STEP}
          />
          <TextField
            {...{ ...SHORT, required: false }}
            label={`Step ${index + 1}: you give back (%)`}
            name={`terms.credits.steps.${index}.credit`}
            defaultValue={field(steps[index]?.credit ?? null)}
            hint="of the hour’s price"
          />
        </Step>
      ))}
      <TextField {...SHORT} label="Judged from" name="terms.credits.samplesMin" defaultValue={String(samplesMin)} hint="requests in the hour; with fewer an objective is not" />
      <CheckField label="Leave out what is over the limit" name="terms.credits.exclusions.OVER_LIMIT" defaultChecked={exclusions.includes('OVER_LIMIT')} />
      <CheckField label="Leave out prompts longer than the context" name="terms.credits.exclusions.TOO_LONG" defaultChecked={exclusions.includes('TOO_LONG')} />
      <CheckField label="Leave out batch" name="terms.credits.exclusions.BATCH" defaultChecked={exclusions.includes('BATCH')} />
    </Part>
  );
}

function CancellationFields({ steps }: { readonly steps: Terms['cancellation'] }): ReactNode {
  return (
    <Part title="When a buyer cancels">
      {roomFor(steps, CANCELLATION_STEPS).map((index) => (
        <Step key={index}>
          <TextField
            {...{ ...SHORT, required: index === 0 }}
            label={`Step ${index + 1}: hours before`}
            name={`terms.cancellation.${index}.noticeHours`}
            defaultValue={steps[index] === undefined ? '' : String(steps[index].noticeHours)}
            hint={index === 0 ? 'or more before the start; the last is 0' : NO_STEP}
          />
          <TextField
            {...{ ...SHORT, required: index === 0 }}
            label={`Step ${index + 1}: it costs (%)`}
            name={`terms.cancellation.${index}.fee`}
            defaultValue={field(steps[index]?.fee ?? null)}
            hint="of the price"
          />
        </Step>
      ))}
    </Part>
  );
}

function CurtailmentFields({ curtailment }: { readonly curtailment: Terms['curtailment'] }): ReactNode {
  const { reclaimNoticeHours, outagePenalty, reclaimPenalty } = curtailment;
  return (
    <Part title="When you take capacity back">
      <TextField {...SHORT} label="An outage costs (%)" name="terms.curtailment.outagePenalty" defaultValue={field(outagePenalty)} hint="of the price of what is lost, beside the refund" />
      <TextField
        {...{ ...SHORT, required: false }}
        label="Notice to reclaim (h)"
        name="terms.curtailment.reclaimNoticeHours"
        defaultValue={reclaimNoticeHours === null ? '' : String(reclaimNoticeHours)}
        hint="empty: you never take back what you sold"
      />
      <TextField {...SHORT} label="A reclaim costs (%)" name="terms.curtailment.reclaimPenalty" defaultValue={field(reclaimPenalty)} hint="likewise" />
    </Part>
  );
}

function ResaleFields({ resale }: { readonly resale: Terms['resale'] }): ReactNode {
  const { isTransferable, hopsMax, royalty, priceCap, holdingTimeMinutes } = resale;
  return (
    <Part title="Resale">
      <CheckField label="Buyers may resell" name="terms.resale.isTransferable" defaultChecked={isTransferable} />
      <TextField {...SHORT} label="Resales at most" name="terms.resale.hopsMax" defaultValue={String(hopsMax)} hint="0 to 10 changes of hands after yours" />
      <TextField {...SHORT} label="Your royalty (%)" name="terms.resale.royalty" defaultValue={field(royalty)} hint="of every resale" />
      <TextField {...{ ...SHORT, required: false }} label="Highest resale price (%)" name="terms.resale.priceCap" defaultValue={field(priceCap)} hint="of what was paid; empty: any" />
      <TextField {...SHORT} label="Held before it may be listed (min)" name="terms.resale.holdingTimeMinutes" defaultValue={String(holdingTimeMinutes)} hint="0: at once" />
    </Part>
  );
}

function BuyerFields({ terms: { overagePrice, buyerShareMax, setAside } }: { readonly terms: Terms }): ReactNode {
  const optional = { ...SHORT, required: false };
  return (
    <Part title="Buyers and overage">
      <TextField {...optional} label="Overage price (USD)" name="terms.overagePrice" defaultValue={overagePrice === null ? '' : usdField(overagePrice)} hint="per million weighted tokens; empty: none" />
      <TextField {...optional} label="One buyer at most (%)" name="terms.buyerShareMax" defaultValue={field(buyerShareMax)} hint="empty: no limit" />
      <TextField {...optional} label="For small buyers (%)" name="terms.setAside.share" defaultValue={field(setAside?.share ?? null)} hint="of the capacity; empty: nothing is set aside" />
      <TextField {...optional} label="Small is at most" name="terms.setAside.smallBuyerMax" defaultValue={setAside?.smallBuyerMax ?? ''} hint="tokens/s of this pool" />
      <TextField {...FREE} inputMode="decimal" label="Everybody’s before (h)" name="terms.setAside.releasedBeforeHours" defaultValue={String(setAside?.releasedBeforeHours ?? 1)} hint="before each hour or day starts" />
    </Part>
  );
}
