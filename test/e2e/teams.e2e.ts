import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';

let app: TestApp;
let owner: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.signUp('Many teams');
});
afterAll(() => app.close());

const FIELDS = (result: string) => `
  ... on ${result} { team { teamId name } }
  ... on ValidationRejection { issues { field accepted } }`;

async function make(name: string, key = owner.nextKey()): Promise<Record<string, any>> {
  const fields = FIELDS('CreateTeamSuccess');
  return owner.mutate('createTeam', 'CreateTeamInput', { name }, { key, fields });
}

async function rename(teamId: string, name: string): Promise<Record<string, any>> {
  const fields = `${FIELDS('RenameTeamSuccess')} ... on NotFoundRejection { field }`;
  return owner.mutate('renameTeam', 'RenameTeamInput', { teamId, name }, { fields });
}

async function names(): Promise<readonly string[]> {
  const { data } = await owner.ask('{ teams { edges { node { name } } } }');
  return data?.['teams'].edges.map(({ node }: any) => node.name);
}

it('are made once, listed by age and renamed', async () => {
  const key = owner.nextKey();
  const [search, again] = [await make(' Search ', key), await make(' Search ', key)];
  expect(again['team']).toEqual(search['team']);
  await make('Ads');
  expect(await names()).toEqual(['Search', 'Ads']);
  expect((await rename(search['team'].teamId, 'SEARCH'))['team'].name).toBe('SEARCH');
  expect(await names()).toEqual(['SEARCH', 'Ads']);
  const { data } = await owner.ask('{ auditEntries(first: 3) { edges { node { action } } } }');
  const actions = data?.['auditEntries'].edges.map(({ node }: any) => node.action);
  expect(actions.sort()).toEqual(['team.created', 'team.created', 'team.renamed']);
});

it('have a name that no other has, also when two are made at once', async () => {
  expect(await make('ads')).toMatchObject({ code: 'NAME_TAKEN' });
  const { team } = await make('Research');
  expect(await rename(team.teamId, 'ADS')).toMatchObject({ code: 'NAME_TAKEN' });
  const codes = (await Promise.all([make('Twice'), make('Twice'), make('twice')])).map(
    ({ code }) => code ?? 'made',
  );
  expect(codes.sort()).toEqual(['NAME_TAKEN', 'NAME_TAKEN', 'made']);
});

it.each(['', '   ', 'x'.repeat(101), 'a\u202eb'])('have a name that can be read: %j', async (name) => {
  const issues = [{ field: 'name', accepted: '1 to 100 visible characters' }];
  expect(await make(name)).toMatchObject({ issues });
});

it('are those of one organization', async () => {
  const stranger = await app.signUp('Another');
  expect(await rename('unknown', 'Mine')).toMatchObject({ code: 'NOT_FOUND', field: 'teamId' });
  const { data } = await stranger.ask('{ teams { edges { node { name } } } }');
  expect(data?.['teams'].edges).toEqual([]);
});
