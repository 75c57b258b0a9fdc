// tcpdump's language, pcap-filter(7), to a program.
import { DLT_EN10MB } from '@tiny/core'
import { parse } from './grammar.js'
import { everything, layout } from './layout.js'
import { lex } from './lex.js'
import { contextOf } from './link.js'
import type { Names } from './names.js'

/** What filter() may be told; all of it optional. */
export interface FilterOptions {
  /** Link type of the packets: DLT_EN10MB unless given, or DLT_RAW, DLT_LINUX_SLL, DLT_NULL. */
  type?: number
  /** What the program returns for packets that it accepts: octets to keep. 262,144 unless given, as tcpdump's. */
  snap?: number
  /** The mask of the own network as int32, for `ip broadcast`. */
  netmask?: number
  /** Names of ports: `services` of @tiny/bpf/names, or a table of one's own. */
  names?: Names
}

/**
 * Compiles an expression such as `tcp port 80 and not host 10.0.0.1`.
 *
 * @returns four numbers an instruction, for bpf(); with `inbound` or `outbound` on a link type whose header does not say
 * it, for linux()
 * @throws RangeError with the position, from 0, and what was expected there
 */
export function filter(expression: string, options?: FilterOptions): Int32Array {
  const snap = options?.snap ?? 262144
  if (!(snap >= 1 && snap <= 0xffffffff)) throw new RangeError(`filter: snap ${snap}`)
  const c = contextOf(options?.type ?? DLT_EN10MB, options?.netmask, options?.names ?? {})
  const block = parse(c, lex(expression))
  return block ? layout(block, snap) : everything(snap)
}
