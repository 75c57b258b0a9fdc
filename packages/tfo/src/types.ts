import type { FastOpenSlot, FastOpenState, Tcb, TcpEngine } from '@tiny/core'

/** What tfo() may be told; all of it optional. */
export interface TfoOptions {
  /** Client: ports of servers that are remembered, 1 to 65,536; 16 unless given. The one used longest ago makes room. */
  servers?: number
  /** Client: milliseconds that a cookie is used, 1 to 1,073,741,823; a day unless given. Then a new one is asked for. */
  cookieAge?: number
  /** Client: milliseconds without Fast Open after a server, or the way to it, has not taken it, 1 to 16,777,215; a minute unless given. Twice as long each time, up to 64 times. */
  backOff?: number
  /** Server: the key of its cookies, 16 octets; servers that stand for each other share it. Drawn from env.rand unless given. */
  key?: Uint8Array
  /** Server: milliseconds after which a key that was drawn is replaced by the next, 1 to 1,073,741,823; half a day unless given. The one before stays good. */
  keyAge?: number
}

/** What a server has given: one for an address and any of its ports (RFC 7413 4.1.3). */
export interface Cookie {
  readonly b: Uint8Array
  /** Octets of it, 0: none. */
  n: number
  /** Kind of the option in which it came, or is to be asked for. */
  kind: number
  /** When it came. */
  at: number
  /** MSS of the server, 0: it has not said. */
  mss: number
}

/** What is known of a port of a server. */
export interface Server {
  /** Its address, and ours. */
  readonly pair: Uint8Array
  readonly port: number
  readonly cookie: Cookie
  /** Failures in a row, and when the last one was. */
  failures: number
  at: number
}

/** A listener that serves Fast Open. */
export interface Service {
  readonly limit: number
  /** Connections whose SYN had a good cookie, until their SYN,ACK is acknowledged, or a minute after their end. */
  pending: Tcb[]
  /** asked() of server.ts: who does not import serve() does not carry it. */
  asked(e: TcpEngine, c: Tcb, f: Tfo, x: Service): void
}

export interface State extends FastOpenState {
  /** Client; null: a plain handshake. */
  readonly server: Server | null
  readonly kind: number
  /** Octets of the cookie in the next SYN or SYN,ACK, -1: no option. */
  n: number
}

export interface Tfo extends FastOpenSlot {
  readonly servers: Server[]
  readonly limit: number
  readonly cookieAge: number
  readonly backOff: number
  /** 0: a key that was given stays. */
  keyAge: number
  /** When the key in use was drawn; that key, and the one before. */
  keyAt: number
  readonly keys: Int32Array[]
  /** What find() has found: kind of the option, and where its cookie starts. */
  kind: number
  at: number
}
