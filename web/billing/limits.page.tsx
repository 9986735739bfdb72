import { useMemo, type ReactNode } from 'react';
import { allOf } from '../api/all-of.js';
import { useAllPages, type Connection, type Whole } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayKeepBooks, mayManage, mayTrade } from '../identity/permissions.js';
import { ALL_TEAMS, API_KEYS, MEMBERS, type ApiKey, type Member, type Team } from '../identity/settings.documents.js';
import type { MemberPageProps } from '../routes.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { RECENT_APPROVALS, WAITING_APPROVALS, type Approval } from './approval.documents.js';
import { DecidedApprovals, OwnRequests, WaitingApprovals } from './approvals.sections.js';
import { BudgetSection } from './budget.section.js';
import { BudgetsSection } from './budgets.section.js';
import { ControlChanges } from './control-changes.section.js';
import { BUDGETS, CONTROL_CHANGES, CONTROLS, SPEND_LIMITS, type Limits, type ScopedBudget } from './controls.documents.js';
import type { Names } from './controls.shown.js';
import { CreditLineSection } from './credit-line.section.js';
import { FinanceShell } from './finance.shell.js';
import { SpendLimitsSection } from './spend-limits.section.js';

const ALL = {};
const membersOf = ({ members }: { readonly members: Connection<Member> }): Connection<Member> => members;
const keysOf = ({ apiKeys }: { readonly apiKeys: Connection<ApiKey> }): Connection<ApiKey> => apiKeys;
const limitsOf = ({ spendLimits }: { readonly spendLimits: Connection<Limits> }): Connection<Limits> => spendLimits;
const teamsOf = ({ teams }: { readonly teams: Connection<Team> }): Connection<Team> => teams;
const budgetsOf = ({ budgets }: { readonly budgets: Connection<ScopedBudget> }): Connection<ScopedBudget> => budgets;
const approvalsOf = ({ approvals }: { readonly approvals: Connection<Approval> }): Connection<Approval> => approvals;

const TITLE = 'Limits and approvals';

/** Who may spend how much, what waits for a yes, and what a month is meant to cost. */
export function LimitsPage({ viewer }: MemberPageProps): ReactNode {
  if (!mayKeepBooks(viewer)) {
    return (
      <Page title={TITLE} lead="What you may spend, and what you asked for. Owners and finance set it and decide.">
        <Spender viewer={viewer} />
      </Page>
    );
  }
  return (
    <FinanceShell viewer={viewer} title={TITLE} lead="Who may spend how much, what waits for a yes, and what a month is meant to cost.">
      <Keeper viewer={viewer} />
    </FinanceShell>
  );
}

interface Known {
  readonly names: Names;
  readonly limits: readonly Limits[];
}

/** All of it at once: whatever came first would be moved by the rest. */
function Keeper({ viewer }: { readonly viewer: Viewer }): ReactNode {
  const waiting = useAllPages(WAITING_APPROVALS, ALL, approvalsOf);
  const recent = useQuery(RECENT_APPROVALS, ALL);
  const controls = useQuery(CONTROLS, ALL);
  const changes = useQuery(CONTROL_CHANGES, ALL);
  return (
    <LimitsKnown viewer={viewer}>
      {(known) => (
        <Loaded query={allOf({ waiting, recent, controls, changes })} rows={10}>
          {(told) => {
            const { names } = known;
            const asked = told.recent.approvals.edges.map(({ node }) => node);
            return (
              <>
                <WaitingApprovals {...{ approvals: told.waiting.nodes, names, viewer }} />
                {mayTrade(viewer) && <OwnRequests {...{ approvals: asked, names, viewer }} />}
                <SpendLimitsSection {...known} isKeeper />
                <BudgetSection budget={told.controls.budget} />
                <ScopedBudgets names={names} />
                <CreditLineSection line={told.controls.creditLine} />
                <DecidedApprovals {...{ approvals: asked, names, viewer }} />
                <ControlChanges changes={told.changes.controlChanges.edges.map(({ node }) => node)} names={names} />
              </>
            );
          }}
        </Loaded>
      )}
    </LimitsKnown>
  );
}

function ScopedBudgets({ names }: { readonly names: Names }): ReactNode {
  const budgets = useAllPages(BUDGETS, ALL, budgetsOf);
  return (
    <Loaded query={budgets} rows={5}>
      {({ nodes }) => <BudgetsSection names={names} budgets={nodes.filter(({ scope }) => scope !== 'organization')} />}
    </Loaded>
  );
}

/** Who does not keep the books sees what holds for everybody, and traders what they asked for. */
function Spender({ viewer }: { readonly viewer: Viewer }): ReactNode {
  const recent = useQuery(RECENT_APPROVALS, mayTrade(viewer) ? ALL : null);
  return (
    <LimitsKnown viewer={viewer}>
      {(known) => (
        <>
          {mayTrade(viewer) && (
            <Loaded query={recent} rows={5}>
              {({ approvals }) => <OwnRequests approvals={approvals.edges.map(({ node }) => node)} names={known.names} viewer={viewer} />}
            </Loaded>
          )}
          <SpendLimitsSection {...known} isKeeper={false} />
        </>
      )}
    </LimitsKnown>
  );
}

/** The limits, and the names of those whom they are of. */
function LimitsKnown({ viewer, children }: { readonly viewer: Viewer; readonly children: (known: Known) => ReactNode }): ReactNode {
  const limits = useAllPages(SPEND_LIMITS, ALL, limitsOf);
  const members = useAllPages(MEMBERS, ALL, membersOf);
  const teams = useAllPages(ALL_TEAMS, ALL, teamsOf);
  return (
    <Loaded query={allOf({ limits, people: members, teams })} rows={10}>
      {({ limits: { nodes }, people, teams: { nodes: all } }) => {
        const told = { people, teams: all, limits: nodes, children };
        return mayManage(viewer) ? <WithKeys {...told} /> : <Named {...told} keys={NO_KEYS} />;
      }}
    </Loaded>
  );
}

const NO_KEYS: readonly ApiKey[] = [];

interface Told {
  readonly people: Whole<Member>;
  readonly teams: readonly Team[];
  readonly limits: readonly Limits[];
  readonly children: (known: Known) => ReactNode;
}

/** Keys are the owners’ to see. */
function WithKeys(told: Told): ReactNode {
  const keys = useAllPages(API_KEYS, ALL, keysOf);
  return <Loaded query={keys} rows={10}>{({ nodes }) => <Named {...told} keys={nodes} />}</Loaded>;
}

function Named({ people: { nodes }, teams, keys, limits, children }: Told & { readonly keys: readonly ApiKey[] }): ReactNode {
  const names = useMemo(
    () => ({
      members: new Map(nodes.map(({ memberId, name }) => [memberId, name])),
      keys: new Map(keys.filter(({ revokedAt }) => revokedAt === null).map(({ keyId, name }) => [keyId, name])),
      teams: new Map(teams.map(({ teamId, name }) => [teamId, name])),
    }),
    [nodes, keys, teams],
  );
  return children({ names, limits });
}
