// What the drops were about: the port nobody listens on, the protocol nobody takes. An observer in front of another.
import { get16, type Observer, range } from '@tiny/core'

/** One kind of drop: what it was about, and how often. */
export interface Detail {
  /** Of the drop, as explain() of @tiny/core/explain has it. */
  readonly id: number
  /** A port, a protocol, an ICMP type, an EtherType, as the id has it. */
  readonly about: number
  /** How often. */
  times: number
}

/** An observer that remembers what drops were about, and passes everything on. */
export interface Witness extends Observer {
  /** What was seen, the first first; bounded: see `others`. */
  readonly details: readonly Detail[]
  /** How many found no place among the details. */
  others: number
}

/** What a packet that was dropped under an id was about, -1: there is nothing to be told of it. */
function aboutOf(id: number, b: Uint8Array, o: number, n: number): number {
  // The header of IP, the port behind the one of UDP, the type of a message.
  const hl = (b[o] & 15) << 2
  if (id === 104) return n < 14 ? -1 : get16(b, o + 12)
  if (id === 207) return get16(b, o + hl + 2)
  if (id === 208) return b[o + 9]
  if (id === 225) return b[o + hl]
  if (id === 403 || id === 302) return n < 4 ? -1 : get16(b, o + 2)
  return -1
}

/**
 * Remembers what drops were about, up to so many different things, and passes all on.
 *
 * @param next who counts: mib()
 * @param most different things remembered, 1 to 4,096; 32 unless given
 * @throws RangeError for another number
 */
export function witness(next?: Observer, most?: number): Witness {
  const limit = range('mib: details', most, 32, 1, 4096)
  const details: Detail[] = []
  const w: Witness = {
    details,
    others: 0,
    drop(id, b, o, n) {
      const about = aboutOf(id, b, o, n)
      let i = 0
      if (about >= 0) {
        while (i < details.length && (details[i].id !== id || details[i].about !== about)) i++
        if (i < details.length) details[i].times++
        else if (i < limit) details.push({ id, about, times: 1 })
        else w.others++
      }
      next?.drop?.(id, b, o, n)
    },
    packet: (id, b, o, n) => next?.packet?.(id, b, o, n),
    count: (id, k) => next?.count?.(id, k),
    state: (kind, from, to) => next?.state?.(kind, from, to),
  }
  return w
}
