import { type Dev, DLT_RAW, type Link, range } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { MAX_INTERFACES, SENT } from './const.js'
import type { CaptureReader } from './reader.js'

/** What replay() asks of a clock: sim() of @tiny/sim is one. */
export interface ReplayClock {
  /** Calls f once, ms milliseconds (with a fraction) from now. */
  after(ms: number, f: () => void): void
}

/** What replay() may be told; all of it optional. */
export interface ReplayOptions {
  /** Number of the interface whose packets are replayed; all with the device's link type unless given. */
  id?: number
  /** Milliseconds that a pause between two packets is cut to; as long as it was, unless given. */
  pause?: number
  /** Whether what the capturing machine sent is replayed too; not unless given. What has the device's own MAC address as its source never is. */
  sent?: boolean
  /** Called when the last packet has been delivered. */
  onEnd?: (delivered: number) => void
}

// More than a century: what a simulation refuses to wait for.
const LONGEST = 1e12

const isFrom = (mac: Uint8Array, b: Uint8Array, o: number, n: number): boolean => {
  for (let i = 0; i < 6; i++) if (b[o + 6 + i] !== mac[i]) return false
  return n >= 12
}

/**
 * Delivers the packets of a capture to what stands on a device, at the pace at which they came: the first one at once,
 * the others as long after it as they were. A packet that is older than the one before it comes with it. Packets that were
 * cut short are delivered as they are, and other link types than the device's (of a Link: IP, DLT_RAW) are passed over.
 *
 * Called when the stack stands on `device`, and nothing else need deliver there.
 *
 * @param clock what reads wrong of the file is thrown out of its calls
 */
export function replay(clock: ReplayClock, r: CaptureReader, device: Dev | Link, options?: ReplayOptions): void {
  const o = strict('replay', options ?? {})
  const pause = o.pause ?? LONGEST
  if (!(pause >= 0 && pause <= LONGEST)) throw new RangeError(`pcap: pause ${pause}`)
  range('pcap: id', o.id, 0, 0, MAX_INTERFACES - 1)
  const mac = (device as Dev).mac as Uint8Array | undefined
  // What passes a Link is IP, whatever the layer below puts in front of it.
  const type = mac ? device.type : DLT_RAW
  let delivered = 0
  let last = 0

  function isWanted(): boolean {
    const about = r.interfaces[r.id]
    return (
      about.type === type &&
      (o.id === undefined || o.id === r.id) &&
      (o.sent === true || r.direction !== SENT) &&
      !(mac && isFrom(mac, r.b, r.o, r.n))
    )
  }
  function advance(): void {
    while (r.next())
      if (isWanted()) {
        const ms = delivered && r.time > last ? (r.time - last) / 1000 : 0
        last = delivered ? Math.max(last, r.time) : r.time
        clock.after(Math.min(ms, pause), deliver)
        return
      }
    o.onEnd?.(delivered)
  }
  function deliver(): void {
    delivered++
    try {
      device.recv(r.b, r.o, r.n, 0)
    } finally {
      // What it throws is the clock's, and the rest comes all the same.
      advance()
    }
  }
  advance()
}
