import type { Ip, Observer } from '@tiny/core'

/** What mib() may be told; optional. */
export interface MibOptions {
  /** Counts beyond 32 bits, as the high-capacity counters of RFC 4293, 4022 and 4113 do: exact up to 2^53. Twice the RAM. */
  wide?: boolean
}

/** An observer that counts. Given to host(); what it holds is its own, and may be read at any time. */
export interface Mib extends Observer {
  /**
   * What was read from packets and states, at places that snapshot() of @tiny/mib/proc has the names of. Those of 32 bits
   * wrap. They are not to be written to: who wants to start from zero, subtracts.
   */
  readonly values: Uint32Array | Float64Array
  /** How often each id of @tiny/core/explain was told of, as a drop or as a count; those that never were are not there. */
  readonly times: { readonly [id: number]: number }
  /**
   * The Ip that knows which addresses stand for several hosts, and which are its own. Set it when the stack stands:
   * without it, what goes to groups and to all is counted as if it were for one host.
   */
  ip: Ip | undefined
  drop(id: number, b: Uint8Array, o: number, n: number): void
  packet(id: number, b: Uint8Array, o: number, n: number): void
  count(id: number, k: number): void
  state(kind: number, from: number, to: number): void
}
