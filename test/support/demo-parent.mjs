// Finds no product and starts one, as the demo does, then stays: for tests that kill it.
import { findOrStartServer } from '../../scripts/demo/server.mjs';

const { url, isOwn } = await findOrStartServer();
process.stdout.write(`${JSON.stringify({ url, isOwn })}\n`);
process.stdin.resume();
