import { Database } from '../../src/platform/database/prisma.js';
import { JobDesk } from '../../src/platform/queue/job-desk.js';
import { JobQueues } from '../../src/platform/queue/job-queues.js';
import { TestOffice, type Visitor } from '../support/browser.js';
import { appoint } from '../support/operators.js';
import { TESTS_BEGIN } from '../support/test-time.js';
import { until } from '../support/until.js';

let office: TestOffice;
let admin: Visitor;

beforeAll(async () => {
  office = await TestOffice.open();
  admin = await office.member('Operators');
  await appoint(office.app, 'Operators');
  // Who somebody is, is believed for a moment.
  await until(() => admin.page.request.get('/admin/jobs'), (response) => response.status() === 200);
});
afterAll(() => office.close());

describe('whoever runs the exchange', () => {
  it('sends again what the mail server did not take', async () => {
    const { page } = admin;
    const database = office.app.application.get(Database);
    const { memberId, organizationId } = await database.member.findFirstOrThrow({ where: { organization: { name: 'Operators' } } });
    const row = { organizationId, memberId, kind: 'invoice.finalized', attempts: 9, failure: 'EENVELOPE', createdAt: new Date(TESTS_BEGIN) };
    await database.mailMessage.create({ data: { ...row, messageId: 'message-1', status: 'needs_review' } });
    await page.goto('/app/admin/jobs');
    await page.getByRole('cell', { name: 'EENVELOPE' }).waitFor();
    await admin.expectSound('admin-mail');
    await page.getByRole('button', { name: /^Send again/ }).click();
    await page.getByText('The mail server is asked again').waitFor();
    await page.getByText('Every message was taken, or is still tried').waitFor();
  });

  it('sees on the board what failed, and runs it again, under its policy of content', async () => {
    const { page, complaints } = admin;
    const queue = (await office.app.application.get(JobQueues).open()).get('platform');
    await queue?.add('sweep', { messageId: '0', payload: '{"what":"stairs"}' }, { jobId: 'stairs', attempts: 1 });
    await page.goto('/admin/jobs/queue/platform?status=failed');
    await page.getByText('no handler for job platform/sweep').first().waitFor();
    await page.getByRole('button', { name: 'Retry all' }).click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    const desk = office.app.application.get(JobDesk);
    await until(() => desk.failed(), ([job]) => job?.attempts === 2);
    // It asks for files that it may need later, and the browser says that it did not need them yet.
    expect(complaints.filter((text) => !text.includes('was preloaded'))).toEqual([]);
  });
});
