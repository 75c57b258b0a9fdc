// Scripts of Fast Open on the machine and peer of the tests of TCP.
import type { FastOpenTcp } from '@tiny/core'
import type { Connection, Handlers, Listener } from '@tiny/tcp'
import { connect, serve, type TfoOptions, tfo } from '@tiny/tfo'
import { expect } from 'vitest'
import { address, listening, type Machine, machine, type Peer, peer, type Setup } from '../../tcp/test/machine.ts'
import { optionsIn } from '../../tcp/test/options.ts'
import { mss, PEER } from '../../tcp/test/segment.ts'

export const t = (m: Machine): FastOpenTcp => m.t as FastOpenTcp

/** Filled up with the end of options, as the stack does it. */
export const padded = (list: readonly number[]): number[] => [...list, ...Array((4 - (list.length % 4)) % 4).fill(0)]

/** The option with a cookie, or none. */
export const option = (cookie: readonly number[] = []): number[] => [34, 2 + cookie.length, ...cookie]
export const experiment = (cookie: readonly number[] = []): number[] => [254, 4 + cookie.length, 0xf9, 0x89, ...cookie]

/** The options of a SYN of the script: an MSS, and those. */
export const withMss = (list: readonly number[], size = 1460): number[] => padded([...mss(size), ...list])

/** What stands in the options of a kind, magic included; null: there is none. */
export const found = (options: number[], kind = 34): number[] | null => optionsIn({ options }).get(kind) ?? null

export interface Served {
  m: Machine
  listener: Listener
  /** What the application has, in the order in which it was told of them. */
  accepted: Connection[]
}

/** A stack that serves Fast Open on port 80. */
export function server(
  o: { setup?: Setup; tfo?: TfoOptions; pending?: number; handlers?: Handlers; isPlain?: boolean } = {},
): Served {
  const m = machine({ fastOpen: tfo(o.tfo), ...o.setup })
  const all = listening(m, o.handlers)
  if (!o.isPlain) expect(serve(t(m), all.listener, o.pending)).toBe(0)
  return { m, ...all }
}

/** The cookie that the stack gives a peer: asked for in a connection that is reset. */
export function cookieOf(m: Machine, from: Partial<Pick<Peer, 'address'>> = {}): number[] {
  const p = peer(m, { peerPort: 3999, ...from })
  p.send('S', { options: withMss(option()) })
  const cookie = found(p.expect('SA', { ack: 1 }).options)
  p.send('R', { seq: 1 })
  m.told()
  if (!cookie) throw new Error('no cookie')
  return cookie
}

/** Connects with data, from port 5000 to port 4000 of the peer. */
export function open(m: Machine, data: number[], port = 5000, peerPort = 4000, more: Handlers = {}): Connection {
  const c = connect(t(m), address(PEER), peerPort, m.note(more), Uint8Array.from(data), { port })
  if (typeof c === 'number') throw new Error(`connect: ${c}`)
  m.poll()
  return c
}

/** What Fast Open has counted since the last call, but for cookies that were asked for. */
export const counts = (m: Machine): number[] => m.counts().filter(id => id >= 700 && id !== 707)

export const COOKIE = [1, 2, 3, 4, 5, 6, 7, 8]

/** A stack that has a cookie of port 4000 of the peer, who takes segments of `size`. */
export function client(o: { setup?: Setup; tfo?: TfoOptions; size?: number; cookie?: number[] } = {}): Machine {
  const m = machine({ fastOpen: tfo(o.tfo), ...o.setup })
  open(m, [9], 4999)
  const p = peer(m, { port: 4999 })
  expect(found(p.expect('S', { text: [] }).options)).toEqual([])
  p.send('SA', { ack: 1, options: withMss(option(o.cookie ?? COOKIE), o.size) })
  p.expect('PA', { text: [9] })
  p.send('RA', { seq: 1, ack: 2 })
  m.told()
  m.counts()
  return m
}
