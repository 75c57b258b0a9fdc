import { EATEN, HEAD } from './const.js'
import { sum } from './sum.js'
import type { Engine, Env, Host, Observer, Pool } from './types.js'

export interface HostOptions {
  /** Octets of the largest transport header and payload to be sent: sizes the one transmit buffer. 1,500 unless given; 65,535 at most. */
  room?: number
  /** Octets that all rings and queues of the stack may hold together; 65,536 unless given. */
  pool?: number
  /** Who is told of drops, counts and changes of state. */
  observer?: Observer
}

function poolOf(limit: number): Pool {
  const pool: Pool = {
    limit,
    used: 0,
    take(n) {
      if (pool.used + n > limit) return null
      pool.used += n
      return new Uint8Array(n)
    },
    give(b) {
      pool.used -= b.length
    },
  }
  return pool
}

function keyFrom(env: Env): Int32Array {
  const key = new Int32Array(8)
  let isSame = true
  for (let i = 0; i < 8; i++) {
    key[i] = env.rand()
    if (key[i] !== key[0]) isSame = false
  }
  if (isSame) throw new RangeError('core: rand() gives one value only')
  return key.subarray(0, 4)
}

/**
 * One machine: what its layers share.
 *
 * @throws RangeError when `room` or `pool` is out of range, or when env.rand() gives the same value eight times.
 */
export function host(env: Env, options?: HostOptions): Host {
  const room = options?.room ?? 1500
  const limit = options?.pool ?? 65536
  if (!(room >= 68 && room <= 65535)) throw new RangeError(`core: room ${room}`)
  if (!(limit >= 0)) throw new RangeError(`core: pool ${limit}`)
  let observer: Observer | null = options?.observer ?? null
  let isTimed = false
  let isPolling = false
  let now = 0
  const engines: Engine[] = []

  // An observer that throws is detached: it must not cost the stack a packet.
  const lose = (): void => {
    observer = null
    h.lost++
  }
  const h: Host = {
    env,
    sum: env.sum ?? sum,
    pool: poolOf(limit),
    key: keyFrom(env),
    tx: new Uint8Array(HEAD + room),
    engines,
    lost: 0,
    time() {
      if (!isTimed) {
        now = env.now() | 0
        isTimed = true
      }
      return now
    },
    poll() {
      if (isPolling) return
      isPolling = true
      let error: unknown
      let isFailed = false
      for (let i = 0; i < engines.length; i++) engines[i].poll()
      for (let i = 0; i < engines.length; ) {
        try {
          engines[i].flush?.()
          i++
        } catch (e) {
          // A handler threw. Its mark was cleared before: the same engine goes on with the rest.
          if (!isFailed) error = e
          isFailed = true
        }
      }
      isPolling = isTimed = false
      if (isFailed) throw error
    },
    wait() {
      let least = -1
      for (let i = 0; i < engines.length; i++) {
        const w = engines[i].wait()
        if (w >= 0 && (least < 0 || w < least)) least = w
      }
      return least
    },
    wake() {
      if (isPolling) return
      // A verb called from outside a poll: the time it read is old when the next one is called.
      isTimed = false
      env.wake?.()
    },
    add(engine) {
      engines.push(engine)
    },
    drop(id, b, o, n) {
      try {
        observer?.drop?.(id, b, o, n)
      } catch (_) {
        lose()
      }
      return EATEN
    },
    count(id, k) {
      try {
        observer?.count?.(id, k)
      } catch (_) {
        lose()
      }
    },
    state(kind, from, to) {
      try {
        observer?.state?.(kind, from, to)
      } catch (_) {
        lose()
      }
    },
  }
  return h
}
