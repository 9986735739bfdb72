// Rules of docs/STYLE.md that are about text, over every file git tracks.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './generated.mjs';

const LINES_MAX = 300;
const CODE = /\.(ts|tsx|mjs|cjs|js|sql|prisma|sh)$/;
const GENERATED = /^(src\/platform\/prisma\/generated\/|web\/api\/schema\.types\.d\.ts$)/;
// Written apart, so that this file does not hold what it looks for.
const MARKS = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`);
const SWITCHED_OFF = new RegExp(`\\b(it|test|describe)\\.(${['sk' + 'ip', 'on' + 'ly', 'to' + 'do'].join('|')})\\b`);

const problems = [];
const names = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
for (const name of names.filter((one) => CODE.test(one) && !GENERATED.test(one))) {
  const lines = readFileSync(join(root, name), 'utf8').split('\n');
  if (/\.tsx?$/.test(name) && lines.length - 1 > LINES_MAX) {
    problems.push(`${name}: ${lines.length - 1} lines, at most ${LINES_MAX}`);
  }
  lines.forEach((line, index) => {
    if (MARKS.test(line)) problems.push(`${name}:${index + 1}: an open mark; do it or write an issue`);
    if (SWITCHED_OFF.test(line)) problems.push(`${name}:${index + 1}: a test is switched off`);
  });
}
const readme = readFileSync(join(root, 'README.md'), 'utf8');
for (const command of ['npm ci && npm start', 'npm ci && npm test']) {
  if (!readme.includes(command)) problems.push(`README.md does not say \`${command}\``);
}
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
