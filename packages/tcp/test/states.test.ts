// RFC 9293 3.10.7.4 with RFC 5961: every state, every kind of segment, numbers just below, on and just above each edge;
// with a window and without, numbers and clock about to wrap.
import { status } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import { TCP_CHALLENGES } from '../src/ids.ts'
import {
  accept,
  CLOSE_WAIT,
  CLOSED,
  CLOSING,
  connect,
  connecting,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  LAST_ACK,
  machine,
  type Pair,
  peer,
  read,
  type Setup,
  SYN_RECEIVED,
  startFor,
  write,
} from './machine.ts'
import { mss, octets } from './segment.ts'

const NAMES: Record<number, string> = {
  [CLOSED]: 'CLOSED',
  [SYN_RECEIVED]: 'SYN-RECEIVED',
  [ESTABLISHED]: 'ESTABLISHED',
  [CLOSE_WAIT]: 'CLOSE-WAIT',
  [FIN_WAIT_1]: 'FIN-WAIT-1',
  [FIN_WAIT_2]: 'FIN-WAIT-2',
  [CLOSING]: 'CLOSING',
  [LAST_ACK]: 'LAST-ACK',
}

/** A connection in a state, and its variables: relative to the ISSs. */
interface Case extends Pair {
  state: number
  una: number
  /** SND.MAX, behind all that was sent. */
  max: number
  nxt: number
  wnd: number
  isPassive: boolean
}

const BUFFER = 256
const PEER_WND = 8000

/** Ten octets are in flight, and the FIN where there is one; without a window, 256 octets are unread. */
function bring(state: number, hasWindow: boolean, isPassive: boolean, start: number): Case {
  const setup: Setup = { receiveBuffer: BUFFER, start }
  if (state === SYN_RECEIVED) {
    const at = { una: 0, max: 1, nxt: 1, wnd: BUFFER, state, isPassive }
    if (!isPassive) {
      const pair = connecting({ setup })
      pair.p.send('S')
      pair.p.expect('SA', { ack: 1 })
      pair.m.told()
      return { ...pair, ...at }
    }
    const m = machine(setup)
    const listener = m.t.listen(80, m.note()) as never
    const p = peer(m)
    p.send('S')
    p.expect('SA', { ack: 1 })
    return { m, p, c: null as never, listener, ...at }
  }
  const pair = isPassive ? accept({ setup, mss: 536 }) : connect({ setup, mss: 536 })
  const { m, p, c } = pair
  let nxt = 1
  if (!hasWindow) {
    p.send('PA', { text: octets(BUFFER) })
    p.expect('A', { ack: 1 + BUFFER, wnd: 0 })
    nxt += BUFFER
  }
  let wnd = hasWindow ? BUFFER : 0
  const end = (): void => {
    p.send('FA', { ack: 1 })
    p.expect('A', { ack: nxt + 1 })
    nxt++
    if (wnd > 0) wnd--
  }
  if (state === CLOSE_WAIT || state === LAST_ACK) end()
  write(pair, 10)
  p.expect('PA', { len: 10 })
  let una = 1
  let max = 11
  if (state !== ESTABLISHED && state !== CLOSE_WAIT) {
    m.t.close(c)
    m.poll()
    p.expect('FA', { seq: 11 })
    max = 12
  }
  if (state === FIN_WAIT_2) {
    p.send('A', { ack: 12 })
    una = 12
  }
  if (state === CLOSING) end()
  expect(c.state).toBe(state)
  p.silent()
  m.told()
  m.drops()
  p.ack = una
  return { ...pair, state, una, max, nxt, wnd, isPassive }
}

const relative = (x: Case): { una: number; nxt: number } => {
  const s = status(x.m.t, x.c)
  return { una: (s.sndUna - x.p.own) | 0, nxt: (s.rcvNxt - x.p.iss) | 0 }
}

const isOpen = (state: number): boolean => state === ESTABLISHED || state === FIN_WAIT_1 || state === FIN_WAIT_2

/** It still stands where it stood, and has heard nothing. */
function untouched(x: Case, what: string): void {
  if (x.c) {
    expect(x.c.state, what).toBe(x.state)
    expect(relative(x), what).toEqual({ una: x.una, nxt: x.nxt })
  } else expect(x.m.t.used(), what).toBe(1)
  expect(x.m.told(), what).toEqual([])
}

/** A challenge or another plain ACK. */
const acked = (x: Case): void => {
  x.p.expect('A', { seq: x.max, ack: x.nxt, len: 0 })
  x.p.silent()
}

const STATES = [SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK]
const STARTS: [string, (isPassive: boolean) => number][] = [
  ['the clock wraps', () => 0x7fffff00],
  ['our numbers wrap', isPassive => startFor(isPassive ? accept : connecting, 5)],
]

for (const [wraps, startOf] of STARTS)
  for (const state of STATES)
    for (const hasWindow of state === SYN_RECEIVED ? [true] : [true, false])
      for (const isPassive of [true, false]) {
        const title = `${NAMES[state]}, ${isPassive ? 'accepted' : 'connected'}, ${hasWindow ? 'a' : 'no'} window, ${wraps}`
        const start = startOf(isPassive)
        const make = (): Case => bring(state, hasWindow, isPassive, start)

        describe(title, () => {
          it('RST: at RCV.NXT it resets, in the window it is asked about, outside it is dropped', () => {
            const { wnd } = make()
            for (const flags of ['R', 'RA', 'RFP'])
              for (const k of [-2, -1, 0, 1, wnd - 1, wnd, wnd + 1]) {
                const x = make()
                const what = `${flags} at ${k}`
                x.p.send(flags, { seq: x.nxt + k, ack: x.una })
                // A FIN makes it one longer: what ends in the window is in the window.
                const isInside = k > 0 && k < wnd
                if (k === 0) {
                  x.p.silent()
                  expect(x.m.t.used(), what).toBe(0)
                  const told = state !== SYN_RECEIVED ? ['close -104'] : isPassive ? [] : ['close -111']
                  expect(x.m.told(), what).toEqual(told)
                } else {
                  if (isInside) acked(x)
                  x.p.silent()
                  untouched(x, what)
                }
              }
          })

          it('SYN: asked about, wherever it stands; in SYN-RECEIVED after a passive open back to LISTEN', () => {
            const { wnd } = make()
            for (const flags of ['S', 'SP', 'SF', 'SA'])
              for (const k of [-3, -2, -1, 0, 1, wnd - 2, wnd - 1, wnd, wnd + 1]) {
                const x = make()
                const what = `${flags} at ${k}`
                const isFirst = state === SYN_RECEIVED && k === -1
                x.p.send(flags, { seq: x.nxt + k, ack: x.max })
                if (isFirst && flags === 'SA' && !isPassive) {
                  // The end of a simultaneous open, and its SYN is one from before the window.
                  x.p.expect('A', { seq: x.max, ack: x.nxt })
                  expect(x.m.told(), what).toEqual(['writable 4096'])
                } else if (isFirst && flags !== 'SF' && flags !== 'SA') {
                  x.p.expect('SA', { seq: 0, ack: 1 })
                  untouched(x, what)
                } else if (state === SYN_RECEIVED && isPassive && k >= 0 && k < wnd) {
                  x.p.silent()
                  expect(x.m.t.used(), what).toBe(0)
                } else if (flags === 'SF' && state === SYN_RECEIVED && k < 0) {
                  // The first of it is the SYN that we know; the FIN behind it comes again.
                  x.m.take()
                } else {
                  acked(x)
                  untouched(x, what)
                }
              }
          })

          it('neither ACK nor SYN nor RST: dropped in the window, answered outside', () => {
            const { wnd } = make()
            for (const [flags, size] of [
              ['', 0],
              ['P', 2],
              ['F', 0],
              ['U', 0],
            ] as const)
              for (const k of [-5, 0, 1, wnd - 1, wnd, wnd + 1]) {
                const x = make()
                const isInside = k >= 0 && (k < wnd || k === 0)
                x.p.send(flags, { seq: x.nxt + k, ack: 0, text: octets(size) })
                if (!isInside || (wnd > 0 && k === wnd)) acked(x)
                else x.p.silent()
                untouched(x, `${flags} at ${k}`)
              }
          })

          it('ACK: below SND.UNA by up to the largest window it is old, above SND.MAX it is asked about', () => {
            const y = make()
            const edges = [
              y.una - PEER_WND - 1,
              y.una - PEER_WND,
              y.una - 1,
              y.una,
              y.una + 1,
              y.max - 1,
              y.max,
              y.max + 1,
              y.max + 0x7ffffff0 - y.una,
            ]
            for (const ack of edges)
              for (const flags of ['A', 'PA']) {
                const x = make()
                const what = `${flags} ${ack}`
                x.p.send(flags, { seq: x.nxt, ack })
                const isNew = ack > x.una && ack <= x.max
                if (state === SYN_RECEIVED) {
                  if (isNew) {
                    x.p.silent()
                    expect(x.m.told(), what).toEqual(['writable 4096'])
                  } else {
                    x.p.expect('R', { seq: ack, ack: 0 })
                    untouched(x, what)
                  }
                  x.p.silent()
                  continue
                }
                if (ack > x.max || ack < x.una - PEER_WND) {
                  acked(x)
                  untouched(x, what)
                  continue
                }
                x.p.silent()
                const isFin = ack === 12 && x.una < 12
                if (isFin && (state === LAST_ACK || state === CLOSING) && hasWindow) {
                  expect(x.c.state, what).toBe(CLOSED)
                  expect(x.m.told(), what).toEqual(['close 0'])
                } else {
                  expect(relative(x), what).toEqual({ una: Math.max(ack, x.una), nxt: x.nxt })
                  if (isFin && state === FIN_WAIT_1) expect(x.c.state, what).toBe(FIN_WAIT_2)
                  else if (!isFin) expect(x.c.state, what).toBe(state)
                }
              }
          })

          it('an ACK outside the window is answered, and acknowledges nothing', () => {
            const { wnd } = make()
            for (const k of [-1, wnd + (wnd ? 0 : 1), wnd + 1]) {
              const x = make()
              x.p.send('A', { seq: x.nxt + k, ack: x.max })
              acked(x)
              untouched(x, `${k}`)
            }
          })

          if (state !== SYN_RECEIVED) {
            it('text: what is in the window is taken, in order, once', () => {
              const { wnd } = make()
              for (const [k, size] of [
                [-2, 1],
                [-1, 1],
                [-1, 2],
                [-2, 5],
                [0, 1],
                [0, wnd],
                [0, wnd + 1],
                [0, 1000],
                [-1, 1001],
                [1, 1],
                [wnd - 1, 1],
                [wnd - 1, 2],
                [wnd, 1],
                [wnd + 1, 1],
              ] as const) {
                if (!size) continue
                const x = make()
                const what = `${size} at ${k}`
                const before = hasWindow ? [] : octets(BUFFER)
                x.p.send('PA', { seq: x.nxt + k, text: octets(size, 1000 + k), ack: x.una })
                const fresh = isOpen(state) && k <= 0 ? Math.max(Math.min(k + size, wnd), 0) : 0
                x.p.expect('A', { ack: x.nxt + fresh })
                x.p.silent()
                expect(x.c.state, what).toBe(state)
                expect(x.m.told(), what).toEqual(fresh ? [`readable ${fresh + before.length}`] : [])
                const got = read(x)
                if (before.length || fresh) expect(got, what).toEqual([...before, ...octets(fresh, 1000)])
                x.m.take()
              }
            })

            it('FIN: in order it ends the stream, early it waits, late it is answered', () => {
              const { wnd } = make()
              for (const [k, size] of [
                [-1, 0],
                [0, 0],
                [0, 3],
                [-2, 4],
                [1, 0],
                [wnd, 0],
                [wnd + 1, 0],
                [0, wnd],
                [0, wnd + 1],
              ] as const) {
                const x = make()
                const what = `FIN behind ${size} at ${k}`
                x.p.send('FA', { seq: x.nxt + k, text: octets(size, 1000 + k), ack: x.una })
                const fresh = isOpen(state) && k <= 0 ? Math.max(Math.min(k + size, wnd), 0) : 0
                const isEnd = isOpen(state) && k <= 0 && k + size >= 0 && k + size <= wnd
                x.p.expect('A', { ack: x.nxt + fresh + (isEnd ? 1 : 0) })
                x.p.silent()
                const told = fresh ? [`readable ${fresh}`] : []
                if (isEnd) told.push('end')
                // Nothing is left to be read: TIME-WAIT in a record of its own.
                const isOver = isEnd && state === FIN_WAIT_2 && hasWindow && !fresh
                if (isOver) told.push('close 0')
                expect(x.m.told(), what).toEqual(told)
                const next = !isEnd
                  ? state
                  : isOver
                    ? CLOSED
                    : { [ESTABLISHED]: CLOSE_WAIT, [FIN_WAIT_1]: CLOSING, [FIN_WAIT_2]: 10 }[state]
                expect(x.c.state, what).toBe(next)
                // An early one is taken when what is missing has come.
                if (k === 1 && wnd > 1 && isOpen(state)) {
                  x.p.send('PA', { seq: x.nxt, text: [1], ack: x.una })
                  x.p.expect('A', { ack: x.nxt + 2 })
                  expect(x.m.told()).toEqual(['readable 1', 'end'])
                }
              }
            })
          }

          it('ended by abort, nothing is left', () => {
            const x = make()
            if (x.c) x.m.t.abort(x.c)
            else x.p.send('R', { seq: 1 })
            x.m.run(70000)
            expect(x.m.used()).toEqual([0, 0])
            expect(x.m.h.wait()).toBe(-1)
          })
        })
      }

describe('challenge ACKs', () => {
  it('RFC 5961 7 ten a second for each connection, CVE-2016-5696 and none of them for all', () => {
    const m = machine()
    m.t.listen(80, m.note())
    const peers = [4000, 4001].map(peerPort => peer(m, { peerPort }))
    for (const p of peers) {
      p.send('S', { options: mss(1460) })
      p.expect('SA')
      p.send('A')
    }
    for (const p of peers) {
      let answered = 0
      for (let i = 0; i < 200; i++) {
        p.send(i & 1 ? 'S' : 'R', { seq: 5 })
        answered += m.take().length
      }
      expect(answered).toBe(10)
    }
    expect(m.counts().filter(id => id === TCP_CHALLENGES).length).toBe(2 * 190)
    m.run(1000)
    peers[0].send('S', { seq: 5 })
    peers[0].expect('A')
  })

  it('a packet calls forth one packet at most, also of octets that come too late', () => {
    const { m, p } = accept()
    for (let i = 0; i < 100; i++) {
      p.send('PA', { seq: -1000 - i, text: octets(10) })
      expect(m.take().length).toBeLessThanOrEqual(1)
    }
  })
})
