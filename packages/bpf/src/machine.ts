import type { Filter, PacketInfo } from '@tiny/core'
import type { FarLoad } from './run.js'

/** A filter as this package's parts see it. */
export interface Machine extends Filter {
  /** Loads what is not in the packet. */
  far?: FarLoad
  /** Whose word END `far` sets: each entry point of a CommonJS build has a memory of its own. */
  memory?: Int32Array
  /** Tells `far` which packet is next. */
  begin?(b: Uint8Array, o: number, n: number, info: PacketInfo | undefined): void
}
