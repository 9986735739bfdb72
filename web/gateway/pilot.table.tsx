import type { ReactNode } from 'react';
import { EmptyState } from '../ui/states.js';
import { groupDigits } from '../ui/format.js';
import { Money } from '../ui/values.js';
import { compare } from './pilot.comparison.js';
import type { PilotGroup, PilotReport } from './pilot.documents.js';

interface Line {
  readonly name: string;
  readonly of: (group: PilotGroup) => number | null;
  readonly unit: string;
  readonly isLowBetter: boolean;
}

interface Block {
  readonly title: string;
  readonly samples: (group: PilotGroup) => number;
  readonly lines: readonly Line[];
}

const QUANTILES = ['p50', 'p95', 'p99'] as const;

const BLOCKS: readonly Block[] = [
  {
    title: 'Time to first token',
    samples: ({ ttft }) => ttft.samples,
    lines: QUANTILES.map((name) => ({ name, of: ({ ttft }) => milli(ttft[name]), unit: 'ms', isLowBetter: true })),
  },
  {
    title: 'Stream speed',
    samples: ({ streamSpeed }) => streamSpeed.samples,
    lines: QUANTILES.map((name) => ({ name, of: ({ streamSpeed }) => milli(streamSpeed[name]), unit: 'tokens/s', isLowBetter: false })),
  },
];

const milli = (value: number | null): number | null => (value === null ? null : value / 1_000);
const whole = (value: number | string | null): string => (value === null ? '—' : groupDigits(Math.round(Number(value)).toString()));

/** Both sides line by line, and how the one stands to the other. */
export function PilotTable({ report, start }: { readonly report: PilotReport; readonly start: PilotGroup['start'] }): ReactNode {
  const of = (side: PilotGroup['side']): PilotGroup | undefined => report.groups.find((group) => group.side === side && group.start === start);
  const [client, mirror] = [of('CLIENT'), of('MIRROR')];
  if (client === undefined || mirror === undefined || client.requests + mirror.requests === 0) {
    return <EmptyState title="No pair of requests yet"><p>A pair counts once both records are stored: seconds after the slower of the two has ended.</p></EmptyState>;
  }
  return (
    <div className="table-frame">
      <table className="comparison">
        <caption className="visually-hidden">The lane that serves and the one that repeats, side by side</caption>
        <thead>
          <tr><th scope="col">Figure</th><th scope="col" className="number">Serves now</th><th scope="col" className="number">Mirror</th><th scope="col" className="number">Mirror against it</th></tr>
        </thead>
        {BLOCKS.map((block) => <Figures key={block.title} {...{ block, client, mirror }} />)}
        <Errors {...{ client, mirror }} />
        {start === 'ALL' && <Cost report={report} />}
      </table>
    </div>
  );
}

interface Sides {
  readonly client: PilotGroup;
  readonly mirror: PilotGroup;
}

function Figures({ block: { title, samples, lines }, client, mirror }: Sides & { readonly block: Block }): ReactNode {
  return (
    <tbody>
      <tr className="block-head"><th scope="rowgroup">{title}</th><td className="number">{`${whole(samples(client))} samples`}</td><td className="number">{`${whole(samples(mirror))} samples`}</td><td /></tr>
      {lines.map(({ name, of, unit, isLowBetter }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td className="number">{whole(of(client))} <span className="unit">{unit}</span></td>
          <td className="number">{whole(of(mirror))} <span className="unit">{unit}</span></td>
          <td className="number"><Difference client={of(client)} mirror={of(mirror)} isLowBetter={isLowBetter} /></td>
        </tr>
      ))}
    </tbody>
  );
}

function Difference(props: { readonly client: number | null; readonly mirror: number | null; readonly isLowBetter: boolean }): ReactNode {
  const found = compare(props.client, props.mirror, props.isLowBetter);
  return found === null ? '—' : <span className="verdict" data-verdict={found.verdict}>{found.text}{found.verdict !== 'same' && <span className="visually-hidden">{`, ${found.verdict}`}</span>}</span>;
}

const ENDS = [
  ['Answered', 'answered'],
  ['Failed, by the lane', 'failed'],
  ['Broken off', 'aborted'],
  ['Refused', 'refused'],
] as const;

function Errors({ client, mirror }: Sides): ReactNode {
  return (
    <tbody>
      <tr className="block-head"><th scope="rowgroup">Requests</th><td className="number">{whole(client.requests)}</td><td className="number">{whole(mirror.requests)}</td><td /></tr>
      {ENDS.map(([name, field]) => (
        <tr key={field}><th scope="row">{name}</th><td className="number">{whole(client[field])}</td><td className="number">{whole(mirror[field])}</td><td /></tr>
      ))}
      <tr><th scope="row">Tokens in / out</th><td className="number">{`${whole(client.inputTokens)} / ${whole(client.outputTokens)}`}</td><td className="number">{`${whole(mirror.inputTokens)} / ${whole(mirror.outputTokens)}`}</td><td /></tr>
    </tbody>
  );
}

function Cost({ report: { clientCostPerMillionTokens: client, mirrorCostPerMillionTokens: mirror } }: { readonly report: PilotReport }): ReactNode {
  return (
    <tbody>
      <tr className="block-head">
        <th scope="row">Cost of a million tokens</th>
        <td className="number">{client === null ? 'not known' : <Money amount={client} isRounded />}</td>
        <td className="number">{mirror === null ? 'not known' : <Money amount={mirror} isRounded />}</td>
        <td className="number"><Difference client={client === null ? null : Number(client)} mirror={mirror === null ? null : Number(mirror)} isLowBetter /></td>
      </tr>
    </tbody>
  );
}
