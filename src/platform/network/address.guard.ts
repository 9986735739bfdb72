import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Names of this machine; only with these may an address of it be reached, and only if allowed. */
const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** In public ranges, and inside all the same: Azure's host, which hands out settings to its guests. */
const INSIDE = new Set(['168.63.129.16']);

export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  constructor(host: string) {
    super(`${host} is at an address that is not to be called`);
  }
}

/** Whether an address is one of the public internet: not private, local, reserved or translated. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address in IPv6's clothes is judged as what it is.
  const judged = ipaddr.process(address);
  return judged.range() === 'unicast' && !INSIDE.has(judged.toString());
}

export function mayReach(host: string, address: string, isLoopbackAllowed: boolean): boolean {
  if (isPublicAddress(address)) return true;
  const isLoopback = ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
  return isLoopbackAllowed && isLoopback && LOOPBACK_NAME.test(host);
}

/**
 * Resolves a name for a connection and refuses it when any of its addresses is not public: the address
 * that was checked is the one that is connected to, so a name cannot change its mind in between.
 */
export function guardedLookup(isLoopbackAllowed: boolean): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const [first] = addresses;
      const areFit = addresses.every(({ address }) => mayReach(host, address, isLoopbackAllowed));
      if (first === undefined || !areFit) return callback(new ForbiddenAddressError(host), '', 0);
      if (options.all === true) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

/** Addresses that are written out are never looked up: they are checked before. */
export function assertReachable(hostname: string, isLoopbackAllowed: boolean): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) === 0) return;
  if (!mayReach(hostname, address, isLoopbackAllowed)) throw new ForbiddenAddressError(hostname);
}
