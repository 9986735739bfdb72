import type { ReactNode } from 'react';
import { allOf } from '../api/all-of.js';
import { useQuery } from '../api/use-query.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton } from '../ui/mutation-form.js';
import { useSearchParams } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { AddCardButton } from './add-card.button.js';
import { AutoTopUpSection } from './auto-top-up.section.js';
import { CardMoneySections } from './card-money.sections.js';
import { FinanceShell } from './finance.shell.js';
import { methodName } from './method.name.js';
import { CARD_MONEY, MAKE_DEFAULT, PAYMENT_METHODS, REMOVE_METHOD, type Method } from './payment-method.documents.js';

const NOTHING = {};
const HERE = '/app/finance/payment-methods';

/** Cards that may be charged, when they are charged by themselves, and what came of it. */
export function PaymentMethodsPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <FinanceShell viewer={viewer} title="Payment methods" lead="Cards are given on Stripe’s own page and kept there: no card number ever comes here.">
      <Whole />
    </FinanceShell>
  );
}

/** All of it at once: whatever came first would be moved by the rest. */
function Whole(): ReactNode {
  const methods = useQuery(PAYMENT_METHODS, NOTHING);
  const money = useQuery(CARD_MONEY, NOTHING);
  return (
    <Loaded query={allOf({ methods, money })} rows={10}>
      {({ methods: { paymentMethods, autoTopUp }, money: moved }) => {
        const known = paymentMethods.edges.map(({ node }) => node);
        return (
          <>
            <Cards methods={known} />
            <AutoTopUpSection rule={autoTopUp} methods={known} />
            <CardMoneySections money={moved} />
          </>
        );
      }}
    </Loaded>
  );
}

/** Said after one came back from Stripe's page. */
const CAME_BACK: Readonly<Record<string, string>> = {
  done: 'Stripe has your card. It stands below as soon as Stripe tells us, usually within seconds.',
  canceled: 'You came back without giving a card: nothing was saved.',
};

function Cards({ methods }: { readonly methods: readonly Method[] }): ReactNode {
  const [search] = useSearchParams();
  const cameBack = CAME_BACK[search.get('checkout') ?? ''];
  return (
    <section aria-labelledby="cards">
      <header className="card-head"><h2 id="cards">Saved cards</h2></header>
      {cameBack !== undefined && <p className="quiet-note" role="status">{cameBack}</p>}
      {methods.length === 0 ? (
        <EmptyState title="No card is saved" action={<AddCardButton returnPath={HERE} />}>
          <p>A saved card pays for what your wallet does not cover, and fills it by itself if you say so.</p>
        </EmptyState>
      ) : (
        <>
          <DataTable caption="Saved cards" columns={COLUMNS} rows={methods} keyOf={({ paymentMethodId }) => paymentMethodId} />
          <div className="buttons"><AddCardButton returnPath={HERE} className="quiet" /></div>
        </>
      )}
    </section>
  );
}

const COLUMNS: readonly Column<Method>[] = [
  {
    ...{ id: 'card', title: 'Card', isRowHeader: true },
    sortBy: methodName,
    cell: (method) => <><span className="long-name">{methodName(method)}</span>{method.isDefault && <span className="badge">default</span>}</>,
  },
  { id: 'expires', title: 'Expires', cell: ({ expiryMonth, expiryYear }) => (expiryMonth === null || expiryYear === null ? '—' : `${expiryYear}-${String(expiryMonth).padStart(2, '0')}`) },
  { id: 'state', title: 'State', cell: ({ status }) => (status === 'ACTIVE' ? 'May be charged' : 'Being removed, not charged any more') },
  { id: 'actions', title: 'Actions', isTitleHidden: true, cell: (method) => method.status === 'ACTIVE' && <Actions method={method} /> },
];

function Actions({ method }: { readonly method: Method }): ReactNode {
  const { paymentMethodId, isDefault } = method;
  const announce = useAnnounce();
  const name = methodName(method);
  return (
    <div className="row-actions">
      {!isDefault && (
        <MutationButton document={MAKE_DEFAULT} input={{ paymentMethodId }} className="quiet" onAccepted={() => announce(`${name} is offered first`)}>
          Make default<span className="visually-hidden">{` ${name}`}</span>
        </MutationButton>
      )}
      <ConfirmButton
        document={REMOVE_METHOD}
        input={{ paymentMethodId }}
        title="Remove this card"
        name={<>Remove<span className="visually-hidden">{` ${name}`}</span></>}
        onAccepted={() => announce(`${name} is not charged any more`)}
      >
        <p>{`${name} is never charged again. An automatic top-up from it stops until you name another card; what is under way still comes.`}</p>
      </ConfirmButton>
    </div>
  );
}
