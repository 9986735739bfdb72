import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { LEVELS, type Level } from '../providers/level.js';
import { groupDigits, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { CATALOGUE, type CataloguePlatform, type PlatformLane } from './gateway.documents.js';

const NOTHING = {};
/** It changes with the product. */
const NEVER = { everyMs: null };

/** The hardware that capacity is sold on, and how well the way to each kind is known. */
export function PlatformsPage(): ReactNode {
  const query = useQuery(CATALOGUE, NOTHING, NEVER);
  return (
    <Page title="Platforms" lead="The hardware that capacity is sold on: what it is good at, and how well the way to it is tested. L2 is tested against what its vendor publishes, never against the hardware; what a pool shows in traffic is its own evidence, beside its offers.">
      <dl className="level-list" aria-label="Levels of evidence">
        {(Object.keys(LEVELS) as Level[]).map((level) => <div key={level}><dt><span className="evidence-mark" data-level={level}>{level}</span></dt><dd>{LEVELS[level]}</dd></div>)}
      </dl>
      <Loaded query={query} rows={12}>
        {({ platforms, platformLanes }) => (
          <ul className="platform-list">
            {platforms.map((platform) => (
              <li key={platform.slug} className="card">
                <PlatformCard platform={platform} lanes={platformLanes.filter((lane) => lane.platform === platform.slug)} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Page>
  );
}

function PlatformCard({ platform, lanes }: { readonly platform: CataloguePlatform; readonly lanes: readonly PlatformLane[] }): ReactNode {
  const { slug, name, vendor, class: kind, bestTier, bestUse, memory, interconnect, prefill, decode, runtimes } = platform;
  const unreached = runtimes.filter((runtime) => !lanes.some((lane) => lane.runtime === runtime));
  return (
    <article aria-labelledby={`platform-${slug}`}>
      <header className="card-head">
        <h2 id={`platform-${slug}`}>{name}</h2>
        <span className="quiet-note">{`${vendor} · ${CLASSES[kind]} · best at ${words(bestTier).toLowerCase()}`}</span>
      </header>
      <p>{bestUse}</p>
      <dl className="facts platform-facts">
        <div><dt>Memory</dt><dd>{`${memory.kind}, ${bytes(memory.capacityBytes)}`}<span className="quiet-note">{`${bytes(memory.bandwidthBytesPerSecond)}/s`}</span></dd></div>
        <div><dt>Links</dt><dd>{interconnect.kind}{interconnect.bandwidthBytesPerSecond !== null && <span className="quiet-note">{`${bytes(interconnect.bandwidthBytesPerSecond)}/s`}</span>}</dd></div>
        <div><dt>Reading the prompt</dt><dd>{words(prefill.strength)}<span className="quiet-note">{prefill.reason}</span></dd></div>
        <div><dt>Writing the answer</dt><dd>{words(decode.strength)}<span className="quiet-note">{decode.reason}</span></dd></div>
      </dl>
      <h3 className="small-head">Ways to it</h3>
      <ul className="plain-list">
        {lanes.map((lane) => <Way key={lane.runtime} lane={lane} />)}
        {unreached.map((runtime) => <li key={runtime}><span className="evidence-mark" data-level="none">—</span><span className="grow">{runtime}</span><span className="quiet-note">no protocol that we call: reached through another runtime</span></li>)}
      </ul>
    </article>
  );
}

const CLASSES: Readonly<Record<CataloguePlatform['class'], string>> = {
  ASIC: 'ASIC',
  FPGA: 'FPGA',
  GPU: 'GPU',
  LPU: 'LPU',
  TPU: 'TPU',
  WAFER_SCALE: 'wafer scale',
};

function Way({ lane: { runtime, vendor, evidence, sources } }: { readonly lane: PlatformLane }): ReactNode {
  return (
    <li>
      <span className="evidence-mark" data-level={evidence} title={LEVELS[evidence as Level]}>{evidence}</span>
      <span className="grow">{runtime}<span className="quiet-note">{`speaks as ${vendor}`}</span></span>
      {sources.length > 0 && (
        <span className="sources">
          {sources.map((source, index) => <a key={source} href={source} rel="noreferrer" target="_blank">{`Source ${index + 1}`}<span className="visually-hidden">{` of ${runtime} as ${vendor}, opens elsewhere`}</span></a>)}
        </span>
      )}
    </li>
  );
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal units, as vendors use them: `141 GB`. A figure to look at. */
function bytes(count: string): string {
  const value = Number(count);
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const scaled = value / 1_000 ** power;
  const text = scaled >= 100 ? groupDigits(Math.round(scaled).toString()) : String(Math.round(scaled * 10) / 10);
  return `${text} ${UNITS[power] ?? 'B'}`;
}
