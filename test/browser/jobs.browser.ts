import { JobDesk } from '../../src/platform/queue/job-desk.js';
import { JobQueues } from '../../src/platform/queue/job-queues.js';
import { TestOffice } from '../support/browser.js';
import { appoint } from '../support/operators.js';
import { until } from '../support/until.js';

let office: TestOffice;

beforeAll(async () => {
  office = await TestOffice.open();
});
afterAll(() => office.close());

describe('the board of jobs', () => {
  it('shows an administrator what failed, and runs it again, under its policy of content', async () => {
    const visitor = await office.member('Operators');
    const { page, complaints } = visitor;
    await appoint(office.app, 'Operators');
    const queue = (await office.app.application.get(JobQueues).open()).get('platform');
    await queue?.add('sweep', { messageId: '0', payload: '{"what":"stairs"}' }, { jobId: 'stairs', attempts: 1 });
    // Who somebody is, is believed for a moment.
    await until(() => page.request.get('/admin/jobs'), (response) => response.status() === 200);
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
