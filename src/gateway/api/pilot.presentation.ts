import { formatInstant, type Instant } from '../../kernel/time.js';
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

/** As GraphQL shows it: an enum in capitals, a count that may be large as text, an instant as ISO 8601. */
export function pilotJson(report: PilotReport, now: Instant): string {
  const { pilot, groups, ...costs } = showReport(report, now);
  const shown = {
    pilot: { ...pilot, state: pilot.state.toUpperCase(), ...instantsOf(report.pilot) },
    groups: groups.map(({ side, start, ...group }) => ({ side: side.toUpperCase(), start: start.toUpperCase(), ...group })),
    ...costs,
  };
  return JSON.stringify(shown, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

function instantsOf({ startedAt, endsAt, stoppedAt }: Pilot): Readonly<Record<string, string | null>> {
  return {
    startedAt: formatInstant(startedAt),
    endsAt: formatInstant(endsAt),
    stoppedAt: stoppedAt === null ? null : formatInstant(stoppedAt),
  };
}
