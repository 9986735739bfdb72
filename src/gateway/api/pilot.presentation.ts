import type { Instant } from '../../kernel/time.js';
import type { PilotGroup } from '../../metering/contract.js';
import type { PilotReport } from '../application/pilot-report.service.js';
import { stateOfPilot, type Pilot } from '../model/pilot.js';
import type { PilotGroupType, PilotReportType, PilotType } from './pilot.types.js';

export function showPilot(pilot: Pilot, now: Instant): PilotType {
  const { primaries, mirror, ...shown } = pilot;
  return {
    ...shown,
    state: stateOfPilot(pilot, now),
    primaryReservationIds: primaries,
    mirrorReservationId: mirror.kind === 'reservation' ? mirror.reservationId : null,
  };
}

export function showGroup({ ends, counts, ...group }: PilotGroup): PilotGroupType {
  return { ...group, ...ends, inputTokens: counts.input, outputTokens: counts.output };
}

export function showReport({ pilot, groups, costs }: PilotReport, now: Instant): PilotReportType {
  return {
    pilot: showPilot(pilot, now),
    groups: groups.map(showGroup),
    clientCostPerMillionTokens: costs.client,
    mirrorCostPerMillionTokens: costs.mirror,
  };
}
