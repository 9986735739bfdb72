import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useAnnounce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { usdField } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Money } from '../ui/values.js';
import type { Registered } from './admin.documents.js';
import { CREDIT_LINE_OF, SET_CREDIT_LINE, SET_PAYOUT_RULE, WITHDRAW_CREDIT_LINE, type CreditLine } from './terms.documents.js';

type Whose = Pick<Registered, 'organizationId' | 'name'>;

/** On which terms one customer owes, and is paid. */
export function TermsDialog({ whose, onClose }: { readonly whose: Whose; readonly onClose: () => void }): ReactNode {
  const query = useQuery(CREDIT_LINE_OF, { organizationId: whose.organizationId });
  return (
    <Dialog title={`Terms of ${whose.name}`} onClose={onClose}>
      <Loaded query={query} rows={8}>
        {({ creditLineOf: line, payoutRule }) => (
          <>
            <CreditLineForm {...{ whose, line }} />
            <PayoutRuleForm {...{ whose }} published={payoutRule} />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function CreditLineForm({ whose: { organizationId, name }, line }: { readonly whose: Whose; readonly line: CreditLine }): ReactNode {
  const announce = useAnnounce();
  const { limit, termDays, drawn, unused, takenBack, frozenBy } = line;
  return (
    <section aria-labelledby="credit-line">
      <h3 id="credit-line">Credit line</h3>
      <p className="quiet-note">Bought on terms, and due with the month’s invoice. A lower limit takes nothing back that is drawn.</p>
      {limit === null ? <p>There is none: what is bought is paid from the wallet.</p> : (
        <dl className="lines">
          <div><dt>Limit</dt><dd><Money amount={limit} /></dd></div>
          <div><dt>Drawn</dt><dd><Money amount={drawn} /></dd></div>
          <div><dt>Can be drawn now</dt><dd><Money amount={unused} /></dd></div>
          {takenBack !== '0' && <div><dt>Taken back by Stripe, and owed</dt><dd><Money amount={takenBack} /></dd></div>}
          {frozenBy !== null && <div><dt>Frozen by the overdue invoice</dt><dd>{frozenBy}</dd></div>}
        </dl>
      )}
      <MutationForm
        document={SET_CREDIT_LINE}
        read={(form) => form.result({ organizationId, limit: form.usd('limit'), termDays: form.whole('termDays') })}
        onAccepted={() => announce(`The credit line of ${name} counts from now on`)}
        submit={limit === null ? 'Grant the credit line' : 'Change the credit line'}
      >
        <TextField label="Limit (USD)" name="limit" inputMode="decimal" defaultValue={limit === null ? '' : usdField(limit)} required autoComplete="off" data-begin />
        <TextField label="Days from an invoice until it is due" name="termDays" inputMode="numeric" defaultValue={termDays ?? 30} hint="1 to 180" required autoComplete="off" />
      </MutationForm>
      {limit !== null && (
        <div className="buttons">
          <ConfirmButton document={WITHDRAW_CREDIT_LINE} input={{ organizationId }} title="Withdraw the credit line" name="Withdraw it…" onAccepted={() => announce(`${name} has no credit line any more`)}>
            <p>{`${name} draws nothing more. What is drawn stays owed, and due with its invoices.`}</p>
          </ConfirmButton>
        </div>
      )}
    </section>
  );
}

interface Rule {
  readonly minimum: string;
  readonly holdBackDays: number;
}

function PayoutRuleForm({ whose: { organizationId, name }, published }: { readonly whose: Whose; readonly published: Rule }): ReactNode {
  const announce = useAnnounce();
  return (
    <section aria-labelledby="payout-rule">
      <h3 id="payout-rule">When it is paid out</h3>
      <p className="quiet-note">
        For everybody: what was earned {published.holdBackDays} days ago and longer, from <Money amount={published.minimum} /> on. What is set here stands in its place for this seller, who sees it.
      </p>
      <MutationForm
        document={SET_PAYOUT_RULE}
        read={(form) => form.result({ organizationId, minimum: form.usd('minimum'), holdBackDays: form.whole('holdBackDays') })}
        onAccepted={() => announce(`${name} is paid by this rule from now on`)}
        submit="Set the rule"
      >
        <TextField label="From how much on (USD)" name="minimum" inputMode="decimal" hint="Whole cents" required autoComplete="off" />
        <TextField label="Days held back" name="holdBackDays" inputMode="numeric" hint="0 to 180" required autoComplete="off" />
      </MutationForm>
    </section>
  );
}
