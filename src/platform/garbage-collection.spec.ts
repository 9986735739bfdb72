import { execFileSync } from 'node:child_process';
import { collectorFlags } from './garbage-collection.js';

describe('how garbage is collected', () => {
  it('is by one thread where the process has one core, and as V8 does it elsewhere', () => {
    expect(collectorFlags(1)).toEqual(['--no-parallel-scavenge']);
    expect(collectorFlags(2)).toEqual([]);
  });

  it('is set in words that this V8 knows, while it runs', () => {
    const script = `require('node:v8').setFlagsFromString(${JSON.stringify(collectorFlags(1).join(' '))})`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })).toBe('');
    const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
    for (const flag of collectorFlags(1)) expect(options).toContain(`--${flag.replace('--no-', '')} `);
  });
});
