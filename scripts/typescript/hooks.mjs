// How Node finds and reads TypeScript: an import of `x.js` beside which there is only `x.ts` or `x.tsx` means that.
import { transform } from '@swc/core';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const JSX = { parser: { syntax: 'typescript', tsx: true }, transform: { react: { runtime: 'automatic' } } };
const isRelative = (specifier) => specifier.startsWith('./') || specifier.startsWith('../');

export async function resolve(specifier, context, next) {
  const { parentURL } = context;
  if (isRelative(specifier) && specifier.endsWith('.js') && parentURL !== undefined && !parentURL.includes('/node_modules/')) {
    const sources = ['.ts', '.tsx'].map((ending) => new URL(specifier.replace(/\.js$/, ending), parentURL));
    const source = sources.find((one) => existsSync(fileURLToPath(one)));
    if (source !== undefined) return { url: source.href, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'file:' || !/\.tsx?$/.test(pathname)) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { filename, cwd: root, sourceMaps: 'inline', ...(pathname.endsWith('.tsx') && { jsc: JSX }) });
  return { format: 'module', source: code, shortCircuit: true };
}
