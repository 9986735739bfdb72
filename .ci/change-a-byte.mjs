// Changes one character of one event in the log of the product that runs on a data folder.
import pg from 'pg';
import { findRunningDatabase } from '../dist/platform/database/embedded-postgres.js';

const running = await findRunningDatabase(process.argv[2]);
if (running === null) throw new Error(`nothing runs on ${process.argv[2]}`);
const client = new pg.Client({ connectionString: running.url });
await client.connect();
const { rowCount } = await client.query(
  `UPDATE eventstore.events SET data = replace(data, '"amount":"12960000"', '"amount":"12960001"')
   WHERE type = 'EscrowFunded' AND data LIKE '%"amount":"12960000"%'`,
);
await client.end();
if (rowCount !== 1) throw new Error(`${rowCount} events were changed, not one`);
