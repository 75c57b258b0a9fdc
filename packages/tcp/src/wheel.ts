// A hierarchical timing wheel (Varghese and Lauck 1987): five levels of 64 slots, of 1, 64, 4,096, ... milliseconds. What a
// timer costs does not depend on how many there are.
import { ensure, type Host, type TimerSlot } from '@tiny/core'

const BITS = 6
const SLOTS = 64
/** 2^30 milliseconds: no timer of TCP is longer. */
const LEVELS = 5

/**
 * Fills the timers slot: for some thousands of connections and more. Without it all those with a timer are looked at
 * whenever the first of them is due.
 *
 * Takes 12 octets for each of tcp()'s `connections`, and 2,568.
 *
 * @throws RangeError when it is given to a second stack
 */
export function wheel(): TimerSlot {
  // Rings of numbers: first each connection's own, which it is in while it has no timer, then that of what has been
  // reached, then the slots, level by level.
  let next = new Int32Array(0)
  let prev = next
  let dues = next
  let limit = 0
  let h: Host | undefined
  let fire: (i: number) => void
  /** Where the wheel stands: slots up to here have been emptied. No slot is to be emptied before `soonest`. */
  let at = 0
  let soonest = 0
  let isSet = false

  function join(first: number, last: number, ring: number): void {
    const end = prev[ring]
    next[end] = first
    prev[first] = end
    next[last] = ring
    prev[ring] = last
  }
  function leave(first: number, last: number): void {
    const before = prev[first]
    const after = next[last]
    next[before] = after
    prev[after] = before
  }
  function note(time: number): void {
    if (!isSet || ((time - soonest) | 0) < 0) soonest = time
    isSet = true
  }
  function put(i: number): void {
    const ahead = (dues[i] - at) | 0
    const due = ahead < 0 ? at : dues[i]
    let shift = 0
    while (ahead >> (shift + BITS) > 0 && shift < BITS * (LEVELS - 1)) shift += BITS
    join(i, i, limit + 1 + (shift / BITS) * SLOTS + ((due >> shift) & (SLOTS - 1)))
    // When its slot is reached: then it goes to one of a lower level.
    note((due >> shift) << shift)
  }
  /** Takes all that is in the slots from where the wheel stood to where it stands. */
  function reach(from: number): void {
    for (let level = 0; level < LEVELS; level++) {
      const shift = BITS * level
      const passed = (((at >>> shift) - (from >>> shift)) & (-1 >>> shift)) >>> 0
      // What was due when it came is in the slot where the wheel stood.
      for (let k = Math.min(passed + (level ? 0 : 1), SLOTS); k--; ) {
        const ring = limit + 1 + level * SLOTS + (((at >> shift) - k) & (SLOTS - 1))
        const first = next[ring]
        if (first === ring) continue
        const last = prev[ring]
        leave(first, last)
        join(first, last, limit)
      }
    }
  }
  function look(): void {
    isSet = false
    for (let level = 0; level < LEVELS; level++) {
      const shift = BITS * level
      const first = level ? 1 : 0
      for (let k = first; k < first + SLOTS; k++) {
        const ring = limit + 1 + level * SLOTS + (((at >> shift) + k) & (SLOTS - 1))
        if (next[ring] === ring) continue
        note(((at >> shift) + k) << shift)
        break
      }
    }
  }
  function poll(host: Host): void {
    if (!isSet) return
    const from = at
    at = host.time()
    if (!host.isDue(soonest)) return
    reach(from)
    while (next[limit] !== limit) {
      const i = next[limit]
      leave(i, i)
      next[i] = prev[i] = i
      if (((dues[i] - at) | 0) > 0) put(i)
      else fire(i)
    }
    look()
    if (isSet) host.wake(Math.max((soonest - at) | 0, 0))
  }

  return {
    attach(owner, connections, onDue) {
      ensure(!h, 'wheel: one stack')
      h = owner
      fire = onDue
      limit = connections
      const size = limit + 1 + LEVELS * SLOTS
      next = new Int32Array(size)
      prev = new Int32Array(size)
      dues = new Int32Array(limit)
      for (let i = 0; i < size; i++) next[i] = prev[i] = i
      owner.add({ poll: () => poll(owner), used: () => 0 })
    },
    arm(i, due) {
      if (!h) return
      if (!isSet) at = h.time()
      // Later than it was: found out when that time has come.
      if (next[i] !== i && ((due - dues[i]) | 0) >= 0) return
      leave(i, i)
      next[i] = prev[i] = i
      dues[i] = due
      put(i)
    },
  }
}
