import { EATEN, HEAD } from './const.js'
import { ensure, range } from './range.js'
import { sum } from './sum.js'
import type { Engine, Env, Host, Observer, Pool } from './types.js'

/** What host() may be told; all of it optional. */
export interface HostOptions {
  /** Octets of the largest transport header and payload to be sent: sizes the one transmit buffer. 1,500 unless given, 68 to 65,535; ipv4() wants 556 at least, and with less than 1,480 its `maxDatagram` (RFC 1122 3.3.2). */
  room?: number
  /** Octets that all rings and queues of the stack may hold together, up to 2e9; 65,536 unless given. */
  pool?: number
  /** Who is told of drops, counts and changes of state. */
  observer?: Observer
}

type Verb = (id: number, b: number | Uint8Array, o?: number, n?: number) => void

/**
 * One machine: what its layers share.
 *
 * @throws RangeError when `room` or `pool` is out of range, or when env.rand() gives the same value eight times.
 */
export function host(env: Env, options?: HostOptions): Host {
  let observer: Observer | undefined = options?.observer
  let isTimed = false
  let isPolling = false
  let isAsked = false
  let now = 0
  let due = 0
  const engines: Engine[] = []
  // A generator that gives one value only is none.
  const key = new Int32Array(8)
  let differ = 0
  for (let i = 0; i < 8; i++) {
    key[i] = env.rand()
    differ |= key[i] ^ key[0]
  }
  ensure(differ !== 0, 'core: rand() is constant')
  const octets = HEAD + range('core: room', options?.room, 1500, 68, 65535)
  const pool: Pool = {
    limit: range('core: pool', options?.pool, 65536, 0, 2e9),
    used: 0,
    take(n) {
      if (pool.used + n > pool.limit) return null
      pool.used += n
      return new Uint8Array(n)
    },
    give(b) {
      pool.used -= b.length
    },
  }

  // An observer that throws is detached: it must not cost the stack a packet.
  function tell(verb: keyof Observer, id: number, b?: number | Uint8Array, o?: number, n?: number): number {
    try {
      ;(observer?.[verb] as Verb | undefined)?.(id, b ?? 1, o, n)
    } catch (_) {
      observer = undefined
      h.lost++
    }
    return EATEN
  }
  const h: Host = {
    env,
    sum: env.sum ?? sum,
    pool,
    key,
    tx: env.buffer?.(octets) ?? new Uint8Array(octets),
    engines,
    lost: 0,
    time() {
      if (!isTimed) now = env.now() | 0
      isTimed = true
      return now
    },
    poll() {
      // A handler that polls is in one already.
      if (isPolling) return
      let failed: unknown[] | undefined
      isPolling = true
      // Also what a verb read since the last poll, without a wake, may be old.
      isAsked = isTimed = false
      // All polls, then all flushes: in one place, as older engines want it of the catch.
      for (let isFlush = 0; isFlush < 2; isFlush++)
        for (const e of engines)
          for (;;)
            try {
              if (isFlush) e.flush?.()
              else e.poll()
              break
            } catch (thrown) {
              failed ??= [thrown]
              // No poll should throw: but a host that stays within one would never poll again. Where a handler threw in a
              // flush, its mark was cleared before: the same engine goes on with the rest.
              if (!isFlush) break
            }
      isPolling = isTimed = false
      if (failed) throw failed[0]
    },
    wait: () => (isAsked ? Math.max((due - env.now()) | 0, 0) : -1),
    wake(ms) {
      // A verb called from outside a poll: a time that was read before it is old, and so is this one for the next.
      const at = ((isPolling ? h.time() : env.now()) + ms) | 0
      if (!isAsked || ((at - due) | 0) < 0) due = at
      isAsked = true
      if (!isPolling) {
        isTimed = false
        env.wake?.()
      }
      return at
    },
    isDue(at) {
      const left = (at - h.time()) | 0
      if (left > 0) h.wake(left)
      return left <= 0
    },
    add(engine) {
      engines.push(engine)
    },
    drop: (id, b, o, n) => tell('drop', id, b, o, n),
    tell,
  }
  return h
}
