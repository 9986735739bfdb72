import { Upload } from 'lucide-react';
import { useId, useRef, useState, type ChangeEvent, type PointerEvent, type ReactNode } from 'react';
import type { Result } from '../../src/kernel/result.js';
import { HOUR_MS } from '../../src/kernel/time.js';
import { groupDigits, utc } from '../ui/format.js';
import { drawn, fileRefusal, officeHours, parseDemand, parseDemandFile, type Demand } from './demand.js';

const HEIGHT = 160;
const BAR = 20;

/** A demand, drawn with a pointer, typed hour by hour, or read from a file. */
export function DemandEditor({
  demand,
  start,
  onChange,
}: {
  readonly demand: Demand;
  readonly start: number;
  readonly onChange: (demand: Demand) => void;
}): ReactNode {
  const [top, setTop] = useState(2_000);
  const peak = Math.max(...demand);
  const ceiling = Math.max(top, peak);
  return (
    <>
      <div className="card-head">
        <h2 className="card-title">Demand</h2>
        <span className="quiet-note">{`${demand.length} h from ${utc(new Date(start).toISOString())} UTC, at most ${groupDigits(String(peak))} tokens/s`}</span>
      </div>
      <Drawing {...{ demand, start, onChange, ceiling }} />
      <Tools {...{ demand, start, onChange, ceiling }} onCeiling={setTop} />
    </>
  );
}

interface Editing {
  readonly demand: Demand;
  readonly start: number;
  readonly onChange: (demand: Demand) => void;
  readonly ceiling: number;
}

function Drawing({ demand, start, onChange, ceiling }: Editing): ReactNode {
  const last = useRef<{ readonly hour: number; readonly quantity: number } | null>(null);
  const width = demand.length * BAR;
  const draw = (event: PointerEvent<SVGSVGElement>): void => {
    if (last.current === null) return;
    const box = event.currentTarget.getBoundingClientRect();
    const share = (value: number): number => Math.min(0.9999, Math.max(0, value));
    const hour = Math.floor(share((event.clientX - box.left) / box.width) * demand.length);
    const up = share(1 - (event.clientY - box.top) / box.height);
    const point = { hour, quantity: Math.round((up * ceiling) / 10) * 10 };
    onChange(drawn(demand, last.current.hour < 0 ? point : last.current, point));
    last.current = point;
  };
  return (
    <div className="demand" aria-hidden>
      <span className="demand-top">{groupDigits(String(ceiling))}</span>
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = { hour: -1, quantity: 0 };
          draw(event);
        }}
        onPointerMove={draw}
        onPointerUp={() => {
          last.current = null;
        }}
      >
        {demand.map((quantity, hour) => (
          <rect key={hour} x={hour * BAR + 1} width={BAR - 2} y={HEIGHT - (quantity / ceiling) * HEIGHT} height={(quantity / ceiling) * HEIGHT} />
        ))}
      </svg>
      <div className="demand-axis">
        {demand.map((_, hour) => ({ hour, at: new Date(start + hour * HOUR_MS).toISOString() }))
          .filter(({ hour }) => hour % Math.ceil(demand.length / 8) === 0)
          .map(({ hour, at }) => <span key={hour}>{at.slice(5, 16).replace('T', ' ')}</span>)}
      </div>
    </div>
  );
}

function Tools({ demand, start, onChange, ceiling, onCeiling }: Editing & { readonly onCeiling: (ceiling: number) => void }): ReactNode {
  const id = useId();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [text, setText] = useState<string | null>(null);
  const take = (read: Result<Demand, string>): void => {
    setRefusal(read.ok ? null : read.error);
    if (read.ok) onChange(read.value);
  };
  const read = async (file: File): Promise<void> => {
    const refused = fileRefusal(file);
    if (refused !== null) return setRefusal(refused);
    // It may have been moved or locked since it was chosen.
    const content = await file.text().catch(() => null);
    if (content === null) setRefusal(`${file.name.slice(0, 60)} cannot be read any more; choose it again`);
    else take(parseDemandFile(file.name, content));
  };
  const upload = (event: ChangeEvent<HTMLInputElement>): void => {
    const [file] = event.target.files ?? [];
    if (file !== undefined) void read(file);
    event.target.value = '';
  };
  const shape = (hours: number): void => onChange(officeHours(hours, new Date(start).getUTCHours(), Math.max(...demand) || 1_000));
  return (
    <>
      <div className="buttons demand-tools">
        <button type="button" className="quiet" onClick={() => shape(24)}>A day</button>
        <button type="button" className="quiet" onClick={() => shape(168)}>A week</button>
        <button type="button" className="quiet" onClick={() => onChange(demand.map(() => Math.max(...demand) || 1_000))}>Flat</button>
        <button type="button" className="quiet" onClick={() => onCeiling(ceiling * 2)}>Higher scale</button>
        <label className="button quiet upload">
          <Upload aria-hidden />
          Upload CSV
          <input type="file" accept=".csv,text/csv,text/plain" className="visually-hidden" onChange={upload} />
        </label>
        <button type="button" className="quiet" aria-expanded={text !== null} onClick={() => setText(text === null ? demand.join('\n') : null)}>Type it</button>
      </div>
      {text !== null && (
        <div className="field">
          <label htmlFor={id}>Tokens/s, a line for each hour</label>
          <textarea
            {...{ id, rows: 6, value: text, spellCheck: false }}
            aria-invalid={refusal !== null}
            onChange={({ target }) => {
              setText(target.value);
              take(parseDemand(target.value));
            }}
          />
        </div>
      )}
      <div role="alert">{refusal !== null && <p className="issue">{refusal}</p>}</div>
    </>
  );
}
