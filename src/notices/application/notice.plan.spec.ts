import type { OrganizationId } from '../../kernel/ids.js';
import type { DatedNotice } from '../model/notice.js';
import { planDeliveries, type Listener } from './notice.plan.js';

const NOTICE: DatedNotice = {
  ...{ noticeId: 'n', organizationId: 'mine' as OrganizationId, kind: 'invoice.paid', data: {}, occurredAt: 100 },
};
const LISTENER: Listener = { endpointId: 'e', organizationId: 'mine', kinds: ['invoice.paid'], createdAt: 100 };

it('tells an endpoint that asked, under one id however often it is planned', () => {
  const [first, again] = [planDeliveries([NOTICE], [LISTENER]), planDeliveries([NOTICE], [LISTENER])];
  expect(first).toMatchObject([{ endpointId: 'e', notice: NOTICE }]);
  expect(again).toEqual(first);
});

it.each<[string, Partial<Listener>]>([
  ['of another organization', { organizationId: 'theirs' }],
  ['that asked for another kind', { kinds: ['invoice.voided'] }],
  ['that was registered later', { createdAt: 101 }],
])('does not tell an endpoint %s', (_name, change) => {
  expect(planDeliveries([NOTICE], [{ ...LISTENER, ...change }])).toEqual([]);
});
