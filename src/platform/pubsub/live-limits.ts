import { systemTimers, type Timers } from '../clock/timers.js';

/** What WebSocket clients of one process may use. docs/OPERATIONS.md says what happens at each. */
export interface LiveLimits {
  /** Sockets in all. A quiet one takes some 30 KiB. */
  readonly connectionsMax: number;
  /** Sockets of one member, one API key or, without credentials, one address. */
  readonly connectionsPerPrincipalMax: number;
  /** Operations under way on one socket. */
  readonly operationsMax: number;
  /** Messages that wait for one subscription. */
  readonly queuedMessagesMax: number;
  /** Bytes that wait to be sent on one socket; one answer may be larger when nothing else waits. */
  readonly bufferedBytesMax: number;
  /** Bytes of one message from a client. */
  readonly messageBytesMax: number;
  /** Characters of an operation's id: every message of it repeats them. */
  readonly operationIdMax: number;
  /** From the upgrade to `connection_init`. */
  readonly initTimeoutMs: number;
  /** How often credentials of quiet sockets are proven again. */
  readonly recheckMs: number;
  /** How often a socket is pinged; one that has not answered by the next time is ended. */
  readonly keepAliveMs: number;
  /** How long clients have for their part of closing when the process stops, or when too much waits for them. */
  readonly closeTimeoutMs: number;
}

export const LIVE_LIMITS: LiveLimits = {
  connectionsMax: 5_000,
  connectionsPerPrincipalMax: 20,
  operationsMax: 50,
  queuedMessagesMax: 100,
  bufferedBytesMax: 1_048_576,
  messageBytesMax: 262_144,
  operationIdMax: 128,
  initTimeoutMs: 5_000,
  recheckMs: 10_000,
  keepAliveMs: 15_000,
  closeTimeoutMs: 2_000,
};

/** Limits and the time they are measured in: tests bring their own. */
export interface Live {
  readonly limits: LiveLimits;
  readonly timers: Timers;
}

export const LIVE: Live = { limits: LIVE_LIMITS, timers: systemTimers };
