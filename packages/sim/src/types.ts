import type { Dev, Env, Host, Link } from '@tiny/core'
import type { Impairments, WireOptions } from './options.js'
import type { Stats } from './way.js'

/** What a simulated Dev or Link has beyond the contract. */
export interface Station {
  /** What became of the frames that this station sent; counted on, never reset. */
  readonly stats: Stats
  /** What the station announces and keeps; may be set at any time, 68 to 65,535. */
  mtu: number
  /** Changes what happens to frames that this station sends; what is not given stays. @throws RangeError */
  impair(options: Impairments): void
  /** Cuts the station's cable: what it sends is lost, and so is what would arrive until mend(). */
  cut(): void
  /** Makes the cable whole again; what was lost stays so. */
  mend(): void
  /** Switches the station off: send() answers -ENETDOWN, and what would arrive is lost, until up(). */
  down(): void
  /** Switches it on again, and calls ready(). */
  up(): void
}

/** A network card on a wire or a hub. It receives every frame, also those for others, until promisc(false). */
export type SimDev = Dev & Station

/** An end of a line: IP without a link header. */
export type SimLink = Link & Station

/** What sim() may be told; all of it optional. */
export interface SimOptions {
  /** Decides everything: an int32, 1 unless given. */
  seed?: number
  /** What the clock of the machines shows at first, in milliseconds as an int32: 0x7fffff00 wraps soon. 0 unless given. */
  start?: number
  /**
   * Sees each frame right before its receiver does.
   *
   * @param at microseconds since the start
   * @param from number of the station that sent it, in the order in which stations were made
   * @param to number of the receiver
   */
  trace?: (at: number, from: number, to: number, b: Uint8Array, o: number, n: number) => void
}

/** A network on a virtual clock. */
export interface Sim {
  /** What a machine of this network runs on. Each has random numbers of its own. */
  env(): Env
  /** Two network cards with a cable between them. `back`: what the second sends, where it differs. */
  wire(options?: WireOptions, back?: Impairments): [SimDev, SimDev]
  /** n network cards, 2 to 256: each hears all others. */
  hub(n: number, options?: WireOptions): SimDev[]
  /** As wire(), for IP without a link header. */
  line(options?: WireOptions, back?: Impairments): [SimLink, SimLink]
  /** Runs a machine: polls it when wait() says so, and after frames. The devices are the outermost ones: what lies under the stack. */
  host(h: Host, devices: Dev | Link | (Dev | Link)[]): void
  /** Calls f once, ms milliseconds from now. */
  after(ms: number, f: () => void): void
  /**
   * Lets time pass.
   *
   * @param ms milliseconds, to the microsecond
   * @param until ends it early; asked before the first event and after all that happens at an instant
   * @returns whether `until` came true; true without it
   * @throws what handlers throw; run() may be called again
   */
  run(ms: number, until?: () => boolean): boolean
  /** Milliseconds since the start, with microseconds as the fraction; does not wrap. */
  now(): number
  /** 32 bits as an int32, for scripts: drawn from a stream of its own. */
  rand(): number
}
