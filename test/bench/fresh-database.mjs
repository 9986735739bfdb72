// A database for each part of a bench: what one part wrote is not read by the servers of the next.
import pg from 'pg';

async function asAdministrator(url, statements) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Drops and creates it on the server that an address leads to, and says its address. */
export async function freshDatabase(url, name) {
  await asAdministrator(url, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, `CREATE DATABASE ${name}`]);
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

export const dropDatabase = (url, name) => asAdministrator(url, [`DROP DATABASE ${name} WITH (FORCE)`]);
