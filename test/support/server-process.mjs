// The product as `npm start` runs it, for tests that kill it. It ends with whoever started it, however
// that ends: the pipe is closed then.
process.stdin.once('end', () => process.kill(process.pid, 'SIGKILL')).resume();
await import('./late-server.mjs');
await import('../../dist/main.js');
