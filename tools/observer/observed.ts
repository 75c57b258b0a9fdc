// A host with one observer more. Where the test has its own, a second host that does nothing else is told of the same: what
// detaches an observer, and counts it, is what host() has for that.
import type { Env, Host, HostOptions, Observer } from '@tiny/core'
import { mib } from '@tiny/mib'

type Make = (env: Env, options?: HostOptions) => Host

/** What every host of this test file was told to, to be looked at when its tests are over. */
export interface Told {
  readonly watched: Host
  calls: number
}
export const told: Told[] = []

export function thrower(record: { calls: number }): Observer {
  const fail = (): never => {
    record.calls++
    throw new Error('an observer that throws')
  }
  return { drop: fail, packet: fail, count: fail, state: fail }
}

/** Notes that it was called, and counts. */
function counting(record: { calls: number }): Observer {
  const m = mib()
  return {
    drop(id, b, o, n) {
      record.calls++
      m.drop(id, b, o, n)
    },
    packet(id, b, o, n) {
      record.calls++
      m.packet(id, b, o, n)
    },
    count(id, k) {
      record.calls++
      m.count(id, k)
    },
    state(kind, from, to) {
      record.calls++
      m.state(kind, from, to)
    },
  }
}

export function observed(make: Make, env: Env, options?: HostOptions): Host {
  const record = { calls: 0 }
  const more = process.env['TINY_OBSERVER'] === 'throws' ? thrower(record) : counting(record)
  if (!options?.observer) {
    const h = make(env, { ...options, observer: more })
    told.push(Object.assign(record, { watched: h }))
    return h
  }
  const h = make(env, options)
  let seed = 0
  const watched = make({ now: () => 0, rand: () => seed++ }, { room: 68, observer: more })
  told.push(Object.assign(record, { watched }))
  const { drop, tell } = h
  h.drop = (id, b, o, n) => {
    watched.drop(id, b, o, n)
    return drop(id, b, o, n)
  }
  h.tell = ((...rest: Parameters<Host['tell']>) => {
    watched.tell(...rest)
    tell(...rest)
  }) as Host['tell']
  return h
}
