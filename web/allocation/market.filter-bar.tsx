import { SlidersHorizontal, X } from 'lucide-react';
import { useId, useMemo, useState, type ReactNode } from 'react';
import { LEVELS } from '../providers/level.js';
import type { Pool } from '../providers/providers.documents.js';
import { instantOf } from '../ui/time.js';
import { countOfFilters, FILTER_FIELDS, wrongOf, type FilterField, type MarketFilter } from './market.filter.js';

interface Changing {
  readonly filter: MarketFilter;
  readonly onChange: (filter: MarketFilter) => void;
}

/** What a buyer asks for, in the order in which one thinks of it. */
export function MarketFilterBar({ filter, onChange, pools }: Changing & { readonly pools: readonly Pool[] }): ReactNode {
  const markets = useMemo(() => withModels(distinct(pools.map(({ marketId }) => marketId))), [pools]);
  const platforms = useMemo(() => distinct(pools.map(({ platform }) => platform)), [pools]);
  const regions = useMemo(() => distinct(pools.map(({ region }) => region)), [pools]);
  const wrong = wrongOf(filter);
  const set = (field: FilterField) => (value: string) => onChange({ ...filter, [field]: value });
  const count = countOfFilters(filter);
  // Where there is little room they are put away, but for what is wrong in one of them.
  const [isUnfolded, setUnfolded] = useState(false);
  const isOpen = isUnfolded || Object.keys(wrong).length > 0;
  return (
    <search className="filter-bar folding" aria-label="Filters" data-open={isOpen}>
      <button type="button" className="quiet fold" aria-expanded={isOpen} onClick={() => setUnfolded(!isOpen)}>
        <SlidersHorizontal aria-hidden />
        {count === 0 ? 'Filters' : `Filters, ${count} set`}
      </button>
      <Choice
        label="Market"
        all="All markets"
        value={filter.market}
        options={markets}
        nameOf={(one) => (one.includes('@') ? one : `${one}, any quantization`)}
        onChange={set('market')}
      />
      <Choice label="Platform" all="Any" value={filter.platform} options={platforms} onChange={set('platform')} />
      <Choice label="Region" all="Any region" value={filter.region} options={regions} onChange={set('region')} />
      <Entry label="TTFT p95 ≤ ms" placeholder="any" value={filter.ttft} wrong={wrong.ttft} onChange={set('ttft')} />
      <Entry label="Stream ≥ tokens/s" placeholder="any" value={filter.speed} wrong={wrong.speed} onChange={set('speed')} />
      <Entry label="From (UTC)" type="datetime-local" value={filter.from} wrong={wrong.from} onChange={set('from')} />
      <Entry
        label="Until (UTC)"
        type="datetime-local"
        value={filter.to}
        wrong={wrong.to}
        onChange={set('to')}
      />
      <Entry label="≤ USD / M tokens" placeholder="any" value={filter.budget} wrong={wrong.budget} onChange={set('budget')} />
      <Choice
        label="Evidence"
        all="Any level"
        value={filter.evidence}
        options={Object.keys(LEVELS).slice(1)}
        nameOf={(level) => `${level} or better`}
        onChange={set('evidence')}
      />
      {count > 0 && (
        <button type="button" className="quiet clear" onClick={() => onChange(EMPTY)}>
          <X aria-hidden />
          Clear
        </button>
      )}
    </search>
  );
}

const EMPTY = Object.fromEntries(FILTER_FIELDS.map((field) => [field, ''])) as MarketFilter;

/** A model with several quantizations stands before its markets. */
function withModels(markets: readonly string[]): readonly string[] {
  const models = markets.map((market) => market.split('@')[0] ?? '');
  return markets.flatMap((market, index) => {
    const model = models[index] ?? '';
    const isFirstOfMany = models.indexOf(model) === index && models.lastIndexOf(model) !== index;
    return isFirstOfMany ? [model, market] : [market];
  });
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

function Choice({
  label,
  all,
  value,
  options,
  nameOf = (option) => option,
  onChange,
}: {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly nameOf?: (option: string) => string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const id = useId();
  const isKnown = value === '' || options.includes(value);
  return (
    <div className="field" data-set={value !== ''}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{all}</option>
        {!isKnown && <option value={value}>{value}</option>}
        {options.map((option) => <option key={option} value={option}>{nameOf(option)}</option>)}
      </select>
    </div>
  );
}

function Entry({
  label,
  value,
  placeholder,
  type = 'text',
  wrong,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly type?: 'text' | 'datetime-local';
  /** What is wrong with what is there. */
  readonly wrong?: string | undefined;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const id = useId();
  return (
    <div className="field" data-set={value !== ''}>
      <label htmlFor={id}>{label}</label>
      <input
        {...{ id, type, placeholder, autoComplete: 'off' }}
        // A field for times can hold nothing else; what is wrong with it is said below.
        value={type === 'text' || instantOf(value) !== null ? value : ''}
        inputMode={type === 'text' ? 'decimal' : undefined}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
        step={type === 'text' ? undefined : 3_600}
        onChange={({ target }) => onChange(target.value)}
      />
      {wrong !== undefined && <p id={`${id}-wrong`} className="issue">{wrong}</p>}
    </div>
  );
}
