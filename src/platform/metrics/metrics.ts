import { Injectable } from '@nestjs/common';

/** One figure as it is now. */
export interface Gauge {
  readonly name: string;
  /** What it says and in which unit. */
  readonly help: string;
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

type Source = () => Promise<readonly Gauge[]>;

/** Figures for whoever operates the product, from whoever has some. */
@Injectable()
export class Metrics {
  private readonly sources: Source[] = [];

  add(source: Source): void {
    this.sources.push(source);
  }

  /**
   * All of them in Prometheus' text format:
   * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
   */
  async text(): Promise<string> {
    const gauges = (await Promise.all(this.sources.map((source) => source()))).flat();
    return gauges.map((gauge) => `${linesOf(gauge).join('\n')}\n`).join('');
  }
}

function linesOf({ name, help, values }: Gauge): readonly string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...values.map(({ labels, value }) => `${name}${labelsOf(labels)} ${value}`),
  ];
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
