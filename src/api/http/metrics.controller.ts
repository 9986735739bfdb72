import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics.js';

/** For whoever operates the product. Names nobody; a proxy keeps strangers out. */
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  read(): Promise<string> {
    return this.metrics.text();
  }
}
