// What has arrived of a stream, as sequence numbers: tells the segments that came in vain.

/** Behind the last octet in order; ranges beyond it, in order and apart. */
export interface Arrived {
  edge: number
  starts: number[]
  ends: number[]
}

/** Notes n octets from seq on. @returns whether some of them had not arrived before */
export function arrive(a: Arrived, seq: number, n: number): boolean {
  const start = (seq - a.edge) | 0
  const end = start + n
  if (end <= 0) return false
  const { starts, ends } = a
  if (start > 0) {
    // From the back, where the newest lies; ranges are relative to nothing but the numbers themselves.
    let i = starts.length
    while (i > 0 && ((starts[i - 1]! - seq) | 0) > 0) i--
    const before = i > 0 ? (ends[i - 1]! - a.edge) | 0 : -1
    if (before >= end) return false
    let first = i
    let low = seq
    if (before >= start) {
      first = i - 1
      low = starts[first]!
    }
    let last = i
    let high = (seq + n) | 0
    while (last < starts.length && ((starts[last]! - high) | 0) <= 0) {
      if (((ends[last]! - high) | 0) > 0) high = ends[last]!
      last++
    }
    starts.splice(first, last - first, low)
    ends.splice(first, last - first, high)
    return true
  }
  a.edge = (seq + n) | 0
  let k = 0
  for (; k < starts.length && ((starts[k]! - a.edge) | 0) <= 0; k++)
    if (((ends[k]! - a.edge) | 0) > 0) a.edge = ends[k]!
  if (k > 0) {
    starts.splice(0, k)
    ends.splice(0, k)
  }
  return true
}
