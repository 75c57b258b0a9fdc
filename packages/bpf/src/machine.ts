import type { Filter, PacketInfo } from '@tiny/core'
import type { FarLoad } from './run.js'

/** A filter as this package's parts see it. */
export interface Machine extends Filter {
  /** Loads what is not in the packet. */
  far?: FarLoad
  /** Tells `far` which packet is next. */
  begin?(b: Uint8Array, o: number, n: number, info: PacketInfo | undefined): void
}
