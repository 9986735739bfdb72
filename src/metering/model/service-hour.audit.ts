import { assert } from '../../kernel/assert.js';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { isHour } from './rating.js';
import { judge } from './service-hour.judge.js';
import { countedOf } from './service-hour.measure.js';
import type { JudgedHour, ServiceState } from './service-hour.state.js';

/** Judges every hour again from what was measured. Throws at the first lie. */
export function auditService(state: ServiceState): void {
  for (const [hour, judged] of state.hours) {
    const name = `service level of the hour ${hour}`;
    assert(isHour(hour) && judged.hour === hour, `${name} is filed under another hour`);
    assert(judged.revision >= 1, `${name} was never judged`);
    const { share, area } = judged.credit;
    assert(share >= 0 && share <= 10_000 && area >= 0n, `${name} is credited beyond its price`);
    assert((share === 0) === (area === 0n), `${name} is credited for nothing`);
    assert(countedOf(judged.evidence.measured) >= 0, `${name} excludes more than there was`);
    auditVerdict(name, judged);
  }
}

function auditVerdict(name: string, { verdict, terms, evidence, credit, dispute }: JudgedHour): void {
  if (verdict.kind === 'overturned') {
    const isUndone = dispute.kind === 'resolved' && ['accepted', 'upheld'].includes(dispute.outcome);
    assert(isUndone && credit.share === 0, `${name} was overturned by nobody`);
    return;
  }
  const again = judge(terms, evidence.measured);
  assert(canonicalJson(again) === canonicalJson(verdict), `${name} is ${again.kind}`);
  const due = again.kind === 'breached' ? again.credit : 0;
  assert(credit.share === due || credit.share === 0, `${name} costs ${due}`);
}
