// Makes and drops databases on the test server.
import pg from 'pg';

async function onServer(url, statement) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * The server does not wait for the disk any more. Tests kill processes, and what these have written is the kernel's; only a
 * machine that loses its power would lose it.
 */
export async function trustKernel(serverUrl) {
  for (const setting of ['fsync', 'full_page_writes']) await onServer(serverUrl, `ALTER SYSTEM SET ${setting} = off`);
  await onServer(serverUrl, 'SELECT pg_reload_conf()');
}

/** Makes the database anew and returns its URL. */
export async function createDatabase(serverUrl, name, { dropOnly = false } = {}) {
  await onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  if (!dropOnly) await onServer(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
